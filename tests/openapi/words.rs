//! What the document says in words, for somebody who has the page alone.

use crate::support::Contract;

#[tokio::test]
async fn every_operation_says_who_may_call_it_what_is_not_plain_and_what_comes_next() {
    let contract = Contract::get().await;
    for operation in contract.operations() {
        let (value, name) = (operation.value, format!("{operation:?}"));
        let description = value["description"].as_str().unwrap_or_default();
        let sentences = description.matches(['.', ';']).count();
        assert!(sentences >= 3, "{name}: {description}");
        let is_admins = description.starts_with("Only an **`ADMIN`**");
        let (forbidden, role) = (value["responses"].get("403").is_some(), "`ADMIN`");
        assert!(!forbidden || description.contains(role), "{name}");
        let expected = operation.path.starts_with("/api/users")
            && !operation.path.contains("/me")
            && !matches!(
                (operation.method, operation.path),
                ("post", _) | ("get", "/api/users/{id}")
            );
        assert_eq!(is_admins, expected, "{name}");
        for parameter in value["parameters"].as_array().into_iter().flatten() {
            let described = parameter["description"].is_string() || parameter["in"] == "path";
            assert!(described, "{name}");
        }
    }
    let head = contract.document["info"]["description"].as_str().unwrap();
    let codes = &contract.document["components"]["schemas"]["ErrorCode"]["enum"];
    for code in codes.as_array().unwrap() {
        let line = format!("`{}`: ", code.as_str().unwrap());
        assert!(head.contains(&line), "{line}");
    }
}

#[tokio::test]
async fn headers_are_listed_where_they_carry_news() {
    let contract = Contract::get().await;
    for operation in contract.operations() {
        let responses = operation.value["responses"].as_object().unwrap();
        for (status, response) in responses {
            let headers = contract.resolved(response)["headers"].as_object();
            let limits = headers.into_iter().flatten();
            let count = limits.filter(|(h, _)| h.starts_with("RateLimit")).count();
            let is_news =
                operation.path.starts_with("/api/") && (status.as_str() < "300" || status == "429");
            assert_eq!(count, if is_news { 5 } else { 0 }, "{operation:?} {status}");
        }
    }
}

#[tokio::test]
async fn what_starts_a_walk_can_be_sent_from_the_page() {
    let contract = Contract::get().await;
    for path in ["/api/users", "/api/posts"] {
        let parameters = &contract.document["paths"][path]["get"]["parameters"];
        let parameters = parameters.as_array().unwrap();
        let cursor = parameters.iter().find(|p| p["name"] == "cursor").unwrap();
        assert_eq!(cursor["allowEmptyValue"], true, "{path}");
    }
}

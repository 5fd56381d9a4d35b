//! What the document says in words, for somebody who has the page alone.

use serde_json::Value;

use crate::support::Contract;

/// What can't be guessed, and where somebody looks who needs it: in the head, or in an operation and,
/// below it, a parameter or the header of an answer.
const TOLD: [(&str, &str, &str); 22] = [
    ("an **`ADMIN`** alone", "get /api/users", "Only an **`ADMIN`** may do this"),
    ("who may read a user", "get /api/users/{id}", "and the user whose `id` it is"),
    ("what a code means", "head", "- 401 `token_revoked`: The token was ended early"),
    ("what a search looks at", "get /api/posts search", "the title or the content"),
    ("what a search looks at", "get /api/users search", "the name or the e-mail address"),
    ("draft by default", "post /api/posts", "It is a draft"),
    ("the form of a tag", "patch /api/posts/{id} If-Match", "with its quotes: `\"1.1\"`"),
    ("an edit without a tag", "patch /api/posts/{id} If-Match", "Without it the last write wins"),
    ("an edit without a tag", "head", "Without `If-Match` the last write wins"),
    ("the tag of a 412", "head", "`ETag` is its present tag"),
    ("the end of a walk", "get /api/posts cursor", "The walk ends when `next` is `null`"),
    ("filters of a walk", "get /api/posts cursor", "Repeat the filters and `search` at each step"),
    ("the life of a cursor", "get /api/posts cursor", "It has no time of its own"),
    ("whose a key is", "post /api/posts Idempotency-Key", "Keys are your own"),
    ("whose a key is", "post /api/users Idempotency-Key", "shared by everyone"),
    ("the limits", "head", "- `default`: all of `/api`; 100 in 900 s"),
    ("the limits", "head", "- `account`: failed logins; 50 in 900 s"),
    ("what counts", "post /api/auth/login", "Only failed logins count against the limits"),
    ("the end of a token", "head", "It ends early by logout"),
    ("the end of a token", "put /api/users/me/password", "It ends every token of the account"),
    ("the end of a token", "patch /api/users/{id}", "end all tokens of that user"),
    ("other origins", "head", "Pages of other origins can't call the API unless"),
];

/// What is said there.
fn said<'a>(contract: &'a Contract, place: &str) -> &'a str {
    if place == "head" {
        return contract.document["info"]["description"].as_str().unwrap();
    }
    let mut words = place.split(' ');
    let [method, path] = [(); 2].map(|()| words.next().unwrap());
    let operation = &contract.document["paths"][path][method];
    let described = words.next().map_or(operation, |name| {
        let parameters = operation["parameters"].as_array().unwrap();
        let found = parameters.iter().find(|it| it["name"] == name);
        found.unwrap_or(&Value::Null)
    });
    described["description"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn what_cannot_be_guessed_is_told_where_it_is_needed() {
    let contract = Contract::get().await;
    for (what, place, words) in TOLD {
        let said = said(contract, place);
        assert!(said.contains(words), "{what}, {place}: {said}");
    }
    for path in ["/api/posts/{id}", "/api/users/{id}", "/api/users/me"] {
        let refused = &contract.document["paths"][path]["patch"]["responses"]["412"];
        let headers = &contract.resolved(refused)["headers"];
        assert!(headers["ETag"].is_object(), "{path}: {refused}");
    }
}

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

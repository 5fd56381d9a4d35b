//! `GET /api/users`

use serde_json::json;

use crate::support::TestServer;

#[tokio::test]
async fn only_administrators_list_users() {
    let server = TestServer::start().await;
    server.anonymous().get("/api/users").await.is_error(401, "unauthenticated");
    let refused = server.ann().get("/api/users").await.is_error(403, "forbidden");
    assert_eq!(refused.message(), "Insufficient permissions");
    server.admin().get("/api/users").await.is(200);
}

#[tokio::test]
async fn the_newest_come_first_with_the_pagination_beside_them() {
    let server = TestServer::start().await;
    let users = server.admin().get("/api/users").await.is(200);
    assert_eq!(users.column("name"), ["Bob", "Ann", "Administrator"]);
    let pagination = json!({"page": 1, "limit": 10, "total": 3, "pages": 1, "totalIsExact": true});
    assert_eq!(users.json()["pagination"], pagination);
    assert!(users.json().get("message").is_none());
}

#[tokio::test]
async fn a_list_of_users_has_no_tag_and_is_never_304() {
    let server = TestServer::start().await;
    let users = server.admin().get("/api/users").header("if-none-match", "*").await;
    assert!(!users.is(200).has("etag"));
}

#[tokio::test]
async fn users_are_filtered_by_role_state_and_address() {
    let server = TestServer::start().await;
    let admin = server.admin();
    let bob = format!("/api/users/{}", server.bob().id());
    admin.patch(&bob, json!({"active": false})).await.is(200);
    for (query, names) in [
        ("role=ADMIN", vec!["Administrator"]),
        ("role=USER", vec!["Bob", "Ann"]),
        ("active=true", vec!["Ann", "Administrator"]),
        ("active=false", vec!["Bob"]),
        ("email=ann@example.com", vec!["Ann"]),
        ("email=%20ANN%40Example.com", vec!["Ann"]),
        ("email=nobody@example.com", vec![]),
        ("role=USER&active=true&email=ann@example.com&search=nn", vec!["Ann"]),
        ("role=ADMIN&email=ann@example.com", vec![]),
    ] {
        let users = admin.get(&format!("/api/users?{query}")).await.is(200);
        assert_eq!(users.column("name"), names, "{query}");
        assert_eq!(users.json()["pagination"]["total"], names.len(), "{query}");
    }
}

#[tokio::test]
async fn an_empty_list_has_no_pages() {
    let server = TestServer::start().await;
    let users = server.admin().get("/api/users?search=nobody").await.is(200);
    let pagination = json!({"page": 1, "limit": 10, "total": 0, "pages": 0, "totalIsExact": true});
    assert_eq!(users.json()["pagination"], pagination);
    assert_eq!(users.data(), json!([]));
}

#[tokio::test]
async fn bad_filters_are_named_in_the_order_of_the_document() {
    let server = TestServer::start().await;
    let query = "email=nobody&active=yes&role=user&sort=age&limit=0&page=-1&cursor2=";
    let answer = server.admin().get(&format!("/api/users?{query}")).await;
    answer.is_invalid(&[
        ("page", "out_of_range"),
        ("limit", "out_of_range"),
        ("sort", "not_allowed"),
        ("role", "not_allowed"),
        ("active", "invalid_type"),
        ("email", "invalid_email"),
        ("cursor2", "unknown"),
    ]);
}

#[tokio::test]
async fn a_search_finds_names_and_addresses_without_regard_to_case() {
    let server = TestServer::start().await;
    let admin = server.admin();
    admin.patch("/api/users/me", json!({"name": "Éva ΣΊΣΥΦΟΣ 100%_\\"})).await.is(200);
    for (query, names) in [
        ("ANN", vec!["Ann"]),
        ("%40EXAMPLE.com", vec!["Bob", "Ann", "Éva ΣΊΣΥΦΟΣ 100%_\\"]),
        ("%C3%A9va", vec!["Éva ΣΊΣΥΦΟΣ 100%_\\"]),
        ("σίσυφοσ", vec!["Éva ΣΊΣΥΦΟΣ 100%_\\"]),
        ("%25", vec!["Éva ΣΊΣΥΦΟΣ 100%_\\"]),
        ("_", vec!["Éva ΣΊΣΥΦΟΣ 100%_\\"]),
        ("%5C", vec!["Éva ΣΊΣΥΦΟΣ 100%_\\"]),
        ("0%25_", vec!["Éva ΣΊΣΥΦΟΣ 100%_\\"]),
        ("eva", vec![]),
        ("*", vec![]),
        ("", vec!["Bob", "Ann", "Éva ΣΊΣΥΦΟΣ 100%_\\"]),
    ] {
        let users = admin.get(&format!("/api/users?search={query}")).await.is(200);
        assert_eq!(users.column("name"), names, "{query}");
    }
}

#[tokio::test]
async fn users_are_sorted_by_time_name_or_address_either_way() {
    let server = TestServer::start().await;
    let admin = server.admin();
    admin.patch("/api/users/me", json!({"name": "ärmel"})).await.is(200);
    server.ann().patch("/api/users/me", json!({"name": "zoë"})).await.is(200);
    server.bob().patch("/api/users/me", json!({"name": "Ziv"})).await.is(200);
    for (sort, names) in [
        ("createdAt", ["ärmel", "zoë", "Ziv"]),
        ("-createdAt", ["Ziv", "zoë", "ärmel"]),
        // By code point of the folded form: `ä` comes after `z`, and case is no matter.
        ("name", ["Ziv", "zoë", "ärmel"]),
        ("-name", ["ärmel", "zoë", "Ziv"]),
        ("email", ["ärmel", "zoë", "Ziv"]),
        ("-email", ["Ziv", "zoë", "ärmel"]),
    ] {
        let users = admin.get(&format!("/api/users?sort={sort}")).await.is(200);
        assert_eq!(users.column("name"), names, "{sort}");
    }
}

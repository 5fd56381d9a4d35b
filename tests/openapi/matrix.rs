//! Who may do what: each operation of the document for each kind of caller.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ANN, Client, Contract, PASSWORD, Request, TestServer};

/// What happens: for the anonymous, the owner, somebody else, and an administrator.
type Outcomes = [u16; 4];

/// One operation on one kind of object.
struct Case {
    operation: &'static str,
    /// Whose object, and in which state; the name of the case.
    object: Object,
    outcomes: Outcomes,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Object {
    /// None, or the caller.
    None,
    /// The owner's account.
    Account,
    /// An account that does not exist.
    Nobody,
    /// The owner's draft.
    Draft,
    /// The owner's published post.
    Published,
    /// A post that does not exist.
    Nothing,
}

use Object::{Account, Draft, Nobody, Nothing, Published};

const fn case(operation: &'static str, object: Object, outcomes: Outcomes) -> Case {
    Case { operation, object, outcomes }
}

/// The whole table. The owner is Ann, somebody else is Bob.
const CASES: [Case; 32] = [
    case("post /api/users", Object::None, [201, 201, 201, 201]),
    case("get /api/users", Object::None, [401, 403, 403, 200]),
    case("get /api/users/me", Object::None, [401, 200, 200, 200]),
    case("patch /api/users/me", Object::None, [401, 200, 200, 200]),
    case("put /api/users/me/password", Object::None, [401, 200, 200, 200]),
    // The only administrator stays.
    case("delete /api/users/me", Object::None, [401, 204, 204, 409]),
    case("get /api/users/{id}", Account, [401, 200, 403, 200]),
    case("get /api/users/{id}", Nobody, [401, 403, 403, 404]),
    case("patch /api/users/{id}", Account, [401, 403, 403, 200]),
    case("patch /api/users/{id}", Nobody, [401, 403, 403, 404]),
    case("delete /api/users/{id}", Account, [401, 403, 403, 204]),
    case("delete /api/users/{id}", Nobody, [401, 403, 403, 404]),
    case("post /api/auth/login", Object::None, [200, 200, 200, 200]),
    case("post /api/auth/logout", Object::None, [401, 204, 204, 204]),
    case("get /api/posts", Object::None, [200, 200, 200, 200]),
    case("post /api/posts", Object::None, [401, 201, 201, 201]),
    case("get /api/posts/{id}", Published, [200, 200, 200, 200]),
    case("get /api/posts/{id}", Draft, [404, 200, 404, 200]),
    case("get /api/posts/{id}", Nothing, [404, 404, 404, 404]),
    case("patch /api/posts/{id}", Published, [401, 200, 403, 200]),
    case("patch /api/posts/{id}", Draft, [401, 200, 404, 200]),
    case("patch /api/posts/{id}", Nothing, [401, 404, 404, 404]),
    case("delete /api/posts/{id}", Published, [401, 204, 403, 204]),
    case("delete /api/posts/{id}", Draft, [401, 204, 404, 204]),
    case("delete /api/posts/{id}", Nothing, [401, 404, 404, 404]),
    case("get /api/openapi.json", Object::None, [200, 200, 200, 200]),
    case("get /health/live", Object::None, [200, 200, 200, 200]),
    case("get /health/ready", Object::None, [200, 200, 200, 200]),
    // With nothing to change, and without a body where none is needed.
    case("get /api/users/{id}", Object::None, [401, 403, 403, 404]),
    case("patch /api/users/{id}", Object::None, [401, 403, 403, 404]),
    case("delete /api/users/{id}", Object::None, [401, 403, 403, 404]),
    case("get /api/posts/{id}", Object::None, [404, 404, 404, 404]),
];

/// A body that the operation takes.
fn body(operation: &str) -> Option<Value> {
    match operation {
        "post /api/users" => {
            Some(json!({"name": "Carl", "email": "carl@example.com", "password": PASSWORD}))
        }
        "put /api/users/me/password" => {
            Some(json!({"currentPassword": PASSWORD, "newPassword": "another password"}))
        }
        "post /api/auth/login" => Some(json!({"email": ANN, "password": PASSWORD})),
        "post /api/posts" => Some(json!({"title": "Title", "content": "Content"})),
        name if name.starts_with("patch ") => Some(json!({})),
        _ => None,
    }
}

async fn id_of(server: &TestServer, object: Object) -> String {
    match object {
        Account => server.ann().id().to_owned(),
        Draft | Published => server.ann().write("Title", object == Published).await.id(),
        Nobody | Nothing => "01890000-0000-7000-8000-000000000000".to_owned(),
        Object::None => "malformed".to_owned(),
    }
}

fn request(client: &Client, operation: &str, id: &str) -> Request {
    let (method, path) = operation.split_once(' ').expect("a method and a path");
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
    let request = client.request(method, &path.replace("{id}", id));
    match body(operation) {
        Some(body) => request.json(&body),
        None => request,
    }
}

#[tokio::test]
async fn every_operation_of_the_document_is_in_the_table() {
    for operation in Contract::get().await.operations() {
        let name = format!("{} {}", operation.method, operation.path);
        let cases: Vec<_> = CASES.iter().filter(|case| case.operation == name).collect();
        assert!(!cases.is_empty(), "nobody has said who may do this: {name}");
        if operation.path.contains("{id}") {
            let has_object = cases.iter().any(|case| case.object != Object::None);
            assert!(has_object, "{name} is about an object");
        }
    }
}

#[tokio::test]
async fn everybody_may_do_what_the_table_says_and_nothing_else() {
    for case in &CASES {
        for (who, expected) in case.outcomes.into_iter().enumerate() {
            let server = TestServer::start().await;
            let id = id_of(&server, case.object).await;
            let client = match who {
                0 => server.anonymous(),
                1 => server.ann(),
                2 => server.bob(),
                _ => server.admin(),
            };
            let answer = request(&client, case.operation, &id).await;
            let name = ["anonymous", "owner", "other", "administrator"][who];
            let what = format!("{} on {:?} by {name}", case.operation, case.object);
            assert_eq!(answer.status, expected, "{what}: {}", answer.text());
        }
    }
}

//! For each body: what fits its schema is accepted, and what does not is refused.

use serde_json::{Value, json};

use super::candidates::{other_types, texts};
use crate::support::{ANN, Contract, Request, TestServer};

/// Sends every candidate for every property of a schema, and compares.
struct Exactness<'a> {
    /// The name of the schema.
    schema: &'a str,
    /// A body that fits.
    base: Value,
    /// Makes a request with a body.
    send: &'a dyn Fn(&TestServer, Value) -> Request,
}

impl Exactness<'_> {
    async fn hold(&self) {
        // An address that was tried once costs no more hashing after that.
        let server = TestServer::with(&[("RATE_LIMIT_ACCOUNT", "1/86400")]).await;
        let contract = Contract::get().await;
        let reference = json!({"$ref": format!("#/components/schemas/{}", self.schema)});
        let validator = contract.validator(&reference);
        assert!(validator.is_valid(&self.base), "the base fits");
        let mut disagreements = Vec::new();
        let (mut accepted, mut refused) = (0, 0);
        for body in self.candidates(contract) {
            let answer = (self.send)(&server, body.clone()).await;
            assert!(answer.status < 500, "{} {body}", answer.status);
            let fits = validator.is_valid(&body);
            let accepts = answer.status != 400;
            *if accepts { &mut accepted } else { &mut refused } += 1;
            if fits != accepts {
                let shown: String = format!("{body:?}").chars().take(300).collect();
                disagreements.push(format!("fits: {fits}, accepted: {accepts}: {shown}"));
            }
        }
        assert!(disagreements.is_empty(), "{disagreements:#?}");
        assert!(accepted > 0 && refused > 0, "both happened: {accepted} and {refused}");
    }

    fn candidates(&self, contract: &Contract) -> Vec<Value> {
        let schema = &contract.document["components"]["schemas"][self.schema];
        let properties = schema["properties"].as_object().expect("an object");
        let mut bodies = vec![self.base.clone(), json!({})];
        let mut unknown = self.base.clone();
        unknown["unknown"] = json!("x");
        bodies.push(unknown);
        for (name, property) in properties {
            let property = contract.resolved(property);
            let mut values = other_types();
            if property["type"] == "string" && property.get("enum").is_none() {
                values.extend(texts(property).into_iter().map(Value::String));
            }
            for value in values {
                let mut body = self.base.clone();
                body[name] = value;
                bodies.push(body);
            }
            let mut without = self.base.clone();
            without.as_object_mut().expect("an object").remove(name);
            bodies.push(without);
        }
        for other in [json!([]), json!(null), json!("x"), json!(1), json!([self.base])] {
            bodies.push(other);
        }
        bodies
    }
}

#[tokio::test]
async fn of_a_registration() {
    let base = json!({"name": "Carl", "email": "carl@example.com", "password": "correct horse"});
    // With one key only the first good one is hashed: the others are another body.
    let send = |server: &TestServer, body| {
        server.anonymous().post("/api/users", body).header("idempotency-key", "key")
    };
    Exactness { schema: "NewUser", base, send: &send }.hold().await;
}

#[tokio::test]
async fn of_a_login() {
    let base = json!({"email": ANN, "password": "wrong password"});
    let send = |server: &TestServer, body| server.anonymous().post("/api/auth/login", body);
    Exactness { schema: "Credentials", base, send: &send }.hold().await;
}

#[tokio::test]
async fn of_a_logout() {
    // Whoever logs out is gone: each candidate has a server of its own.
    let base = json!({"everywhere": false});
    let send = |server: &TestServer, body| server.ann().post("/api/auth/logout", body);
    let contract = Contract::get().await;
    let exactness = Exactness { schema: "Logout", base, send: &send };
    for body in exactness.candidates(contract) {
        let server = TestServer::start().await;
        let reference = json!({"$ref": "#/components/schemas/Logout"});
        let fits = contract.validator(&reference).is_valid(&body);
        let answer = send(&server, body.clone()).await;
        assert_eq!(fits, answer.status == 204, "{body}: {}", answer.text());
    }
}

#[tokio::test]
async fn of_a_change_of_me() {
    let base = json!({"name": "Anna", "email": "anna@example.com"});
    let send = |server: &TestServer, body| server.ann().patch("/api/users/me", body);
    Exactness { schema: "MyChanges", base, send: &send }.hold().await;
}

#[tokio::test]
async fn of_a_change_of_a_user() {
    let base = json!({"name": "Anna", "role": "USER", "active": true});
    let send = |server: &TestServer, body| {
        let path = format!("/api/users/{}", server.ann().id());
        server.admin().patch(&path, body)
    };
    Exactness { schema: "UserChanges", base, send: &send }.hold().await;
}

#[tokio::test]
async fn of_a_change_of_password() {
    // The present one is wrong, so that nothing ever changes.
    let base = json!({"currentPassword": "wrong password", "newPassword": "another password"});
    let send = |server: &TestServer, body| server.ann().put("/api/users/me/password", body);
    Exactness { schema: "PasswordChange", base, send: &send }.hold().await;
}

#[tokio::test]
async fn of_a_new_post() {
    let base = json!({"title": "Title", "content": "Content", "published": true});
    let send = |server: &TestServer, body| server.ann().post("/api/posts", body);
    Exactness { schema: "NewPost", base, send: &send }.hold().await;
}

#[tokio::test]
async fn of_a_change_of_a_post() {
    let base = json!({"title": "Title", "content": "Content", "published": true});
    // An administrator without such a post: what is good is a 404.
    let send = |server: &TestServer, body| {
        server.admin().patch("/api/posts/01890000-0000-7000-8000-000000000000", body)
    };
    Exactness { schema: "PostChanges", base, send: &send }.hold().await;
}

//! Who asks.

use serde_json::json;

use super::{Client, post};

/// Somebody who can log in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) password: &'static str,
}

/// The administrator that each server makes at its first start.
pub(crate) const ADMIN: Person =
    Person { name: "Root", email: "root@example.com", password: "battery staple" };

impl Person {
    /// The body of a login.
    pub(crate) fn credentials(self) -> serde_json::Value {
        json!({"email": self.email, "password": self.password})
    }

    /// Logs in. The token.
    pub(crate) async fn log_in(self, client: &mut Client) -> String {
        let request = post("/api/auth/login", "", "", &self.credentials());
        let answer = client.ask(&request).await.expect("an answer").is(200);
        let token = answer.json()["data"]["token"].as_str().map(str::to_owned);
        token.expect("a token")
    }

    /// Registers. The id.
    pub(crate) async fn register(self, client: &mut Client) -> String {
        let body = json!({"name": self.name, "email": self.email, "password": self.password});
        let request = post("/api/users", "", "", &body);
        client.ask(&request).await.expect("an answer").is(201).id()
    }
}

/// The administrator's token.
pub(crate) async fn admin(client: &mut Client) -> String {
    ADMIN.log_in(client).await
}

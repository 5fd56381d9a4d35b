//! A database that already holds an administrator and two users, with tokens that hold. Hashing
//! passwords is most of what a test would do otherwise: it is done once, and each test gets a copy.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::{Client, Stores, TestServer};

/// The address of the administrator.
pub(crate) const ADMIN: &str = "admin@example.com";
/// The address of a user.
pub(crate) const ANN: &str = "ann@example.com";
/// The address of another user.
pub(crate) const BOB: &str = "bob@example.com";
/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse";

pub(super) struct Template {
    pub(super) stores: Arc<Stores>,
    known: Vec<Known>,
}

/// Somebody who is in the template.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) user: Value,
    pub(super) token: String,
}

static TEMPLATE: OnceCell<Template> = OnceCell::const_new();

pub(super) async fn get() -> &'static Template {
    TEMPLATE.get_or_init(make).await
}

pub(super) fn known(email: &str) -> &'static Known {
    let template = TEMPLATE.get().expect("a server was started");
    let found = template.known.iter().find(|k| k.user["email"] == email);
    found.expect("the template holds this user")
}

async fn make() -> Template {
    let admin = [("ADMIN_EMAIL", ADMIN), ("ADMIN_PASSWORD", PASSWORD)];
    let server = TestServer::empty(&admin).await;
    let mut known = Vec::new();
    let session = server.anonymous().login(ADMIN, PASSWORD).await;
    known.push(of(&session));
    for (name, email) in [("Ann", ANN), ("Bob", BOB)] {
        known.push(of(&register(&server.anonymous(), name, email).await));
    }
    // A server that has stopped leaves one file, with no journal beside it, or a database that
    // nobody is connected to: both can be copied.
    Template { stores: server.stopped(), known }
}

fn of(client: &Client) -> Known {
    Known { user: client.user().clone(), token: client.token().to_owned() }
}

pub(super) async fn register(anonymous: &Client, name: &str, email: &str) -> Client {
    let body = json!({"name": name, "email": email, "password": PASSWORD});
    anonymous.post("/api/users", body).await.is(201);
    anonymous.login(email, PASSWORD).await
}

use serde_json::{Value, json};

use super::Answers;
use crate::support::{ANN, Client, Contract, TestServer};

/// The body that the document shows for an operation.
async fn body(operation: &str) -> Value {
    let (method, path) = operation.split_once(' ').expect("a method and a path");
    let operation = &Contract::get().await.document["paths"][path][method];
    let body = operation["requestBody"]["content"]["application/json"]["example"].clone();
    assert!(body.is_object(), "no example: {path}");
    body
}

/// A server with an administrator, and whoever the examples register.
struct Story {
    server: TestServer,
    answers: Answers,
}

impl Story {
    async fn log_in(&self) -> Client {
        let credentials = body("post /api/auth/login").await;
        let text = |name: &str| credentials[name].as_str().expect("a text").to_owned();
        let anonymous = self.server.anonymous();
        anonymous.login(&text("email"), &text("password")).await
    }

    async fn begin(&mut self) {
        let anonymous = self.server.anonymous();
        let name = "post /api/users";
        let request = anonymous.post("/api/users", body(name).await);
        self.answers.ask(name, request).await;
        let name = "post /api/auth/login";
        let request = anonymous.post("/api/auth/login", body(name).await);
        self.answers.ask(name, request).await;
    }

    async fn look_after_the_account(&mut self, ann: &Client, admin: &Client) {
        let path = format!("/api/users/{}", ann.id());
        let answers = &mut self.answers;
        answers.ask("get /api/users/me", ann.get("/api/users/me")).await;
        answers.ask("get /api/users/{id}", ann.get(&path)).await;
        let list = format!("/api/users?search={ANN}");
        let page = admin.get(&format!("{list}&limit=1"));
        answers.ask("get /api/users", page).await;
        let step = admin.get(&format!("{list}&limit=1&cursor="));
        answers.ask("get /api/users", step).await;
        // What is changed back is changed.
        for (name, client, path) in [
            ("patch /api/users/me", ann, "/api/users/me"),
            ("patch /api/users/{id}", admin, path.as_str()),
        ] {
            let other = json!({"name": "Anna"});
            ann.patch("/api/users/me", other).await.is(200);
            answers.ask(name, client.patch(path, body(name).await)).await;
        }
    }

    async fn write(&mut self, ann: &Client) {
        ann.write("A post before", true).await;
        let name = "post /api/posts";
        let created = ann.post("/api/posts", body(name).await).await.is(201);
        let path = format!("/api/posts/{}", created.id());
        let answers = &mut self.answers;
        answers.keep(name, created);
        answers.ask("get /api/posts/{id}", ann.get(&path)).await;
        answers.ask("get /api/posts", ann.get("/api/posts?limit=1")).await;
        let step = ann.get("/api/posts?limit=1&cursor=");
        answers.ask("get /api/posts", step).await;
        let other = json!({"title": "Another title", "published": false});
        ann.patch(&path, other).await.is(200);
        let name = "patch /api/posts/{id}";
        answers.ask(name, ann.patch(&path, body(name).await)).await;
    }

    async fn end(&mut self, ann: &Client) {
        let name = "put /api/users/me/password";
        let request = ann.put("/api/users/me/password", body(name).await);
        self.answers.ask(name, request).await;
        for path in ["/health/live", "/health/ready"] {
            let request = self.server.anonymous().get(path);
            self.answers.ask(&format!("get {path}"), request).await;
        }
    }
}

#[tokio::test]
async fn what_the_document_shows_can_be_sent_and_is_answered_as_it_shows() {
    let server = TestServer::start().await;
    let admin = server.admin();
    // The examples are of somebody who registers; another Ann is found by the search too.
    let path = format!("/api/users/{}", server.ann().id());
    let away = json!({"email": format!("{ANN}.org"), "name": "Ann"});
    server.ann().patch("/api/users/me", away).await.is(200);
    admin.get(&path).await.is(200);
    let mut story = Story { server, answers: Answers::default() };
    story.begin().await;
    let ann = story.log_in().await;
    story.look_after_the_account(&ann, &admin).await;
    story.write(&ann).await;
    let logout = ann.post("/api/auth/logout", body("post /api/auth/logout").await);
    logout.await.is(204);
    let ann = story.log_in().await;
    story.end(&ann).await;
    story.answers.have_all(200..300).await;
}

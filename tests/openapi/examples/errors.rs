use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::Answers;
use crate::support::{ANN, BOB, Contract, PASSWORD, Request, TestServer};

const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

/// A body with which each operation that reads one is refused as its example shows, and those
/// parameters with which the others are.
fn invalid(operation: &str) -> (Value, &'static str) {
    let body = match operation {
        "post /api/users" => json!({"name": "Ann", "email": "ann", "password": PASSWORD}),
        "post /api/auth/login" => json!({"email": "ann", "password": PASSWORD}),
        "post /api/auth/logout" => json!({"everywhere": "yes"}),
        "patch /api/users/me" => json!({"email": "ann"}),
        "put /api/users/me/password" => {
            json!({"currentPassword": "", "newPassword": "battery staple"})
        }
        "patch /api/users/{id}" => json!({"role": "OWNER"}),
        "post /api/posts" => json!({"content": "Hello, everyone."}),
        "patch /api/posts/{id}" => json!({"title": " "}),
        "get /api/users" | "get /api/posts" => return (Value::Null, "?limit=0"),
        _ => return (Value::Null, "?verbose=true"),
    };
    (body, "")
}

/// What is refused for what was sent, by every operation.
async fn badly_sent(answers: &mut Answers) {
    let server = TestServer::start().await;
    for operation in Contract::get().await.operations() {
        let Operation { name, request } = Operation::of(&server, operation.method, operation.path);
        let reads_body = operation.value.get("requestBody").is_some();
        if operation.value["responses"].get("400").is_none() {
            continue;
        }
        let (body, query) = invalid(&name);
        let invalid = request(query);
        let invalid = if reads_body { invalid.json(&body) } else { invalid };
        answers.ask_both(&name, invalid).await;
        if reads_body {
            let typed = || request("").header("content-type", "application/json");
            let cut = typed().body(r#"{"title" "First post"}"#);
            answers.ask_both(&name, cut).await;
            let large = typed().body(vec![b' '; 300_000]);
            answers.ask_both(&name, large).await;
            answers.ask_both(&name, request("").body("{}")).await;
        }
        if matches!(name.as_str(), "get /api/users" | "get /api/posts") {
            answers.ask_both(&name, request("?page=5000")).await;
            answers.ask_both(&name, request("?cursor=x")).await;
        }
    }
    let html = server.anonymous().get("/api/posts");
    let html = html.header("accept", "text/html").await;
    answers.keep("get /api/posts", html);
}

/// An operation, sent by an administrator to somebody's account or post.
struct Operation<F> {
    name: String,
    request: F,
}

impl Operation<()> {
    fn of<'a>(
        server: &'a TestServer,
        method: &'a str,
        path: &'a str,
    ) -> Operation<impl Fn(&str) -> Request + 'a> {
        let method_name = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
        let target = path.replace("{id}", server.bob().id());
        let admin = server.admin();
        Operation {
            name: format!("{method} {path}"),
            request: move |query: &str| {
                admin.request(method_name.clone(), &format!("{target}{query}"))
            },
        }
    }
}

async fn about_tokens_and_rights(answers: &mut Answers) {
    let server = TestServer::start().await;
    let anonymous = server.anonymous();
    let me = "/api/users/me";
    let operation = "get /api/users/me";
    answers.ask_both(operation, anonymous.get(me)).await;
    let expired = server.forge().claim("exp", Some(json!(1_700_000_000)));
    let expired = expired.claim("iat", Some(json!(1_600_000_000)));
    let ended = anonymous.login(BOB, PASSWORD).await;
    let logout = ended.post("/api/auth/logout", json!({}));
    logout.await.is(204);
    for token in ["x", &expired.token(), ended.token()] {
        answers.ask_both(operation, anonymous.with_token(token).get(me)).await;
    }
    answers.ask_both("get /api/users", server.bob().get("/api/users")).await;
    let wrong = anonymous.try_login(ANN, "wrong password");
    answers.ask_both("post /api/auth/login", wrong).await;
}

async fn about_what_is_there(answers: &mut Answers) {
    let server = TestServer::start().await;
    let (ann, admin) = (server.ann(), server.admin());
    let post = format!("/api/posts/{NOBODY}");
    answers.ask_both("get /api/posts/{id}", ann.get(&post)).await;
    let user = format!("/api/users/{NOBODY}");
    answers.ask_both("get /api/users/{id}", admin.get(&user)).await;
    let body = json!({"name": "Ann", "email": ANN, "password": PASSWORD});
    let taken = server.anonymous().post("/api/users", body);
    answers.ask_both("post /api/users", taken).await;
    let last = admin.delete("/api/users/me");
    answers.ask_both("delete /api/users/me", last).await;
    let path = format!("/api/posts/{}", ann.write("First post", true).await.id());
    let changed = ann.patch(&path, json!({})).header("if-match", "\"7.1\"");
    answers.ask_both("patch /api/posts/{id}", changed).await;
    let keyed = |title: &str| {
        let body = json!({"title": title, "content": "Text"});
        let request = ann.post("/api/posts", body);
        request.header("idempotency-key", "key")
    };
    keyed("First post").await.is(201);
    answers.ask_both("post /api/posts", keyed("Second post")).await;
}

async fn about_time_and_room(answers: &mut Answers) {
    let limited = TestServer::with(&[("RATE_LIMIT_DEFAULT", "1/86400")]).await;
    let list = || limited.anonymous().get("/api/posts");
    list().await.is(200);
    answers.ask_both("get /api/posts", list()).await;

    let broken = TestServer::start().await;
    broken.ann().write("Title", true).await;
    broken.sql().await.run("UPDATE posts SET title = ''").await;
    answers.ask_both("get /api/posts", broken.anonymous().get("/api/posts")).await;

    let old = TestServer::empty(&[("AUTO_MIGRATE", "false")]).await;
    answers.ask_both("get /api/posts", old.anonymous().get("/api/posts")).await;
    let ready = old.anonymous().get("/health/ready");
    answers.ask("get /health/ready", ready).await;

    let slow = TestServer::with(&[("REQUEST_TIMEOUT_MS", "500")]).await;
    let sql = slow.sql().await;
    sql.hold().await;
    let body = json!({"title": "a", "content": "b"});
    let write = slow.ann().post("/api/posts", body);
    answers.ask_both("post /api/posts", write.clone()).await;
    let write = write.header("idempotency-key", "key");
    in_progress(answers, &write).await;
    sql.release().await;
    for accept in ["application/json", "application/problem+json"] {
        let mut raw = slow.raw().await;
        let head = format!(
            "POST /api/posts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nAccept: {accept}\r\n\
             Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{\"title\":",
            slow.ann().token()
        );
        raw.send(head).await;
        let answer = raw.answer().await.expect("an answer");
        answers.keep("post /api/posts", answer);
    }
}

/// Sends a request again and again while the first still runs, until both forms were seen.
async fn in_progress(answers: &mut Answers, write: &Request) {
    for accept in ["application/json", "application/problem+json"] {
        let asked = || write.clone().header("accept", accept);
        let refused = async {
            loop {
                let (one, other) = (tokio::spawn(asked().into_future()), asked().await);
                let both = [one.await.expect("no panic"), other];
                let refused = both.into_iter().find(|answer| answer.status == 409);
                if let Some(answer) = refused {
                    return answer;
                }
            }
        };
        let refused = tokio::time::timeout(Duration::from_secs(30), refused).await;
        answers.keep("post /api/posts", refused.expect("one waits for the other"));
    }
}

#[tokio::test]
async fn every_error_that_the_document_shows_is_one_that_a_client_gets() {
    let mut answers = Answers::default();
    badly_sent(&mut answers).await;
    about_tokens_and_rights(&mut answers).await;
    about_what_is_there(&mut answers).await;
    about_time_and_room(&mut answers).await;
    answers.have_all(400..600).await;
}

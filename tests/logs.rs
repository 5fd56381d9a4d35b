//! What the process writes about requests.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Answer, Process, Raw, Stores, eventually, only_on_sqlite};

async fn send(raw: &mut Raw, method: &str, path: &str, token: &str, body: &Value) -> Answer {
    let body = body.to_string();
    let bearer = match token {
        "" => String::new(),
        token => format!("Authorization: Bearer {token}\r\n"),
    };
    raw.ask(format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\n{bearer}X-Request-Id: from-the-test\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ))
    .await
}

/// Lines until one tells of a request to `/last`.
async fn lines(process: &Process) -> Vec<String> {
    let mut raw = process.raw().await;
    raw.ask("GET /last HTTP/1.1\r\nHost: x\r\n\r\n").await.is(404);
    let mut all = Vec::new();
    let found = std::cell::RefCell::new(&mut all);
    eventually("the last request is logged", || async {
        let mut all = found.borrow_mut();
        all.extend(process.lines());
        all.iter().any(|line| line.contains("/last"))
    })
    .await;
    all
}

#[tokio::test]
async fn in_production_every_line_is_one_object_and_none_holds_a_secret() {
    let stores = Stores::empty().await;
    let process = Process::start(&stores, &[("APP_ENV", "production")]);
    let mut raw = process.raw().await;
    let credentials = json!({"email": "carl@example.com", "password": "verysecretword"});
    let mut new = credentials.clone();
    new["name"] = json!("Carl");
    send(&mut raw, "POST", "/api/users", "", &new).await.is(201);
    let session = send(&mut raw, "POST", "/api/auth/login", "", &credentials).await.is(200).data();
    let token = session["token"].as_str().unwrap();
    let wrong = json!({"email": "carl@example.com", "password": "anothersecretword"});
    send(&mut raw, "POST", "/api/auth/login", "", &wrong).await.is(401);
    let changes = json!({"currentPassword": "wrongsecretword", "newPassword": "newsecretword"});
    send(&mut raw, "PUT", "/api/users/me/password", token, &changes).await.is(401);
    send(&mut raw, "GET", "/api/posts?search=hiddenquery", token, &json!({})).await.is(200);
    send(&mut raw, "DELETE", "/api/users/me", token, &json!({})).await.is(204);
    let lines = lines(&process).await;
    for line in &lines {
        let object: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert!(object.is_object(), "{line}");
        for secret in ["secretword", "carl@", "hiddenquery", "argon2", token] {
            assert!(!line.contains(secret), "{secret}: {line}");
        }
    }
    let text = lines.join("\n");
    let user = session["user"]["id"].as_str().unwrap();
    assert!(text.contains(user), "the user is named by id");
    for action in ["login.failed", "user.delete"] {
        let audit = lines.iter().find(|line| line.contains(action));
        let audit = audit.unwrap_or_else(|| panic!("no audit line for {action}: {text}"));
        let audit: Value = serde_json::from_str(audit).unwrap();
        assert_eq!(audit["request_id"], "from-the-test", "{audit}");
    }
}

#[tokio::test]
async fn each_request_is_one_line_that_tells_what_it_was() {
    let stores = Stores::empty().await;
    let process = Process::start(&stores, &[]);
    let mut raw = process.raw().await;
    let trace = "0af7651916cd43dd8448eb211c80319c";
    raw.ask(format!(
        "GET /api/posts/one?x=hidden HTTP/1.1\r\nHost: x\r\nX-Request-Id: my-request\r\n\
         traceparent: 00-{trace}-b7ad6b7169203331-01\r\n\r\n"
    ))
    .await
    .is(400);
    let lines = lines(&process).await;
    let mine: Vec<_> = lines.iter().filter(|line| line.contains("my-request")).collect();
    assert_eq!(mine.len(), 1, "{mine:?}");
    for part in [trace, "\"GET\"", "/api/posts/{id}", "/api/posts/one", "400", "127.0.0.1"] {
        assert!(mine[0].contains(part), "{part}: {}", mine[0]);
    }
    assert!(!mine[0].contains("hidden"));
}

#[tokio::test]
async fn in_development_the_first_refused_origin_is_told_with_the_variable_that_allows_it() {
    for (environment, told) in [("development", 1), ("test", 0), ("production", 0)] {
        let stores = Stores::empty().await;
        let process = Process::start(&stores, &[("APP_ENV", environment)]);
        let mut raw = process.raw().await;
        let own = format!("Origin: http://{}\r\n", process.address);
        for page in [
            "",
            // Pages of ours, straight and behind a proxy.
            &own,
            "Origin: http://127.0.0.1:1\r\nSec-Fetch-Site: same-origin\r\n",
            "Origin: http://localhost:5173\r\nSec-Fetch-Site: cross-site\r\n",
            "Origin: http://localhost:5173\r\n",
            "Origin: null\r\n",
        ] {
            let host = process.address;
            let head = format!("GET /api/posts HTTP/1.1\r\nHost: {host}\r\n{page}\r\n");
            raw.ask(head).await.is(200);
        }
        let mut lines = lines(&process).await;
        lines.retain(|line| line.contains("another origin"));
        assert_eq!(lines.len(), told, "{environment}: {lines:?}");
        for line in lines {
            assert!(line.contains("CORS_ALLOWED_ORIGINS"), "{line}");
            assert!(line.contains("http://localhost:5173"), "{line}");
        }
    }
}

#[tokio::test]
async fn a_request_that_is_refused_is_logged_at_most_as_a_warning() {
    let stores = Stores::empty().await;
    let process = Process::start(&stores, &[]);
    for request in [
        "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /api/users HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /api/users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{]",
        "nonsense\r\n\r\n",
        "GET / HTTP/1.1\r\nNo colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
    ] {
        let mut raw = process.raw().await;
        raw.send(request).await;
        let answer = raw.answer().await;
        assert!(answer.is_none_or(|answer| answer.status < 500));
    }
    for line in lines(&process).await {
        let object: Value = serde_json::from_str(&line).unwrap();
        assert_ne!(object["level"], "ERROR", "{line}");
    }
}

#[tokio::test]
async fn what_machines_ask_all_the_time_writes_no_line() {
    let stores = Stores::empty().await;
    let process = Process::start(&stores, &[]);
    let management = process.management.expect("metrics are on");
    for address in [process.address, management] {
        let mut raw = Raw::connect(address).await;
        for path in ["/health/live", "/health/ready"] {
            for _ in 0..50 {
                raw.ask(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")).await.is(200);
            }
        }
    }
    let mut raw = Raw::connect(management).await;
    raw.ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await.is(200);
    let lines = lines(&process).await;
    assert_eq!(lines.len(), 1, "{lines:#?}");
}

#[tokio::test]
async fn however_often_a_server_that_is_not_ready_is_asked_it_says_so_once() {
    if !only_on_sqlite("taking a file away is the simplest way to be not ready") {
        return;
    }
    let stores = Stores::empty().await;
    let process = Process::start(&stores, &[]);
    fs::remove_file(stores.folder().join("basalt.db")).unwrap();
    let ready = "GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut raw = process.raw().await;
    while raw.ask(ready).await.status == 200 {
        tokio::task::yield_now().await;
    }
    let management = process.management.expect("metrics are on");
    for address in [process.address, management] {
        let mut raw = Raw::connect(address).await;
        for _ in 0..100 {
            raw.ask(ready).await.is_error(503, "unavailable");
        }
    }
    let lines = lines(&process).await;
    let told: Vec<_> = lines.iter().filter(|l| !l.contains("/last")).collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("\"ERROR\"") && told[0].contains("not ready"));
}

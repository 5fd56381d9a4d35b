//! What operators do with the command, beside a server that runs.

use std::{
    io::Write as _,
    process::{Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{Answer, Forge, Process, Raw, Stores, command, eventually, only_on_sqlite};

/// On SQLite there is nothing for a command to work on before a server or this.
async fn migrated() -> std::sync::Arc<Stores> {
    let stores = Stores::empty().await;
    runs(&stores, &["migrate", "up"], "");
    stores
}

/// Runs a command whose stdin is this text.
fn run(stores: &Stores, arguments: &[&str], stdin: &str) -> Output {
    let mut command = command(stores, &[]);
    command.args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn runs(stores: &Stores, arguments: &[&str], stdin: &str) {
    let output = run(stores, arguments, stdin);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

async fn login(raw: &mut Raw, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password}).to_string();
    raw.ask(format!(
        "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    ))
    .await
}

async fn get(process: &Process, path: &str, session: &Value) -> Answer {
    let token = session["token"].as_str().expect("a token");
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
    process.raw().await.ask(request).await
}

const ROOT: &str = "root@example.com";

#[tokio::test]
async fn the_command_makes_an_administrator_and_lets_one_back_in_who_forgot() {
    let stores = Stores::empty().await;
    let process = Process::start(&stores, &[("RATE_LIMIT_AUTH", "off")]);
    let create = ["user", "create", "--email", ROOT, "--name", "Root", "--admin"];
    runs(&stores, &create, "first password\n");
    let mut raw = process.raw().await;
    let session = login(&mut raw, ROOT, "first password").await.is(200).data();
    get(&process, "/api/users", &session).await.is(200);

    runs(&stores, &["user", "password", "--email", ROOT], "second password\n");
    // Another process did it: within a second.
    let ended = || async { get(&process, "/api/users", &session).await.code() == "token_revoked" };
    eventually("the token has ended", ended).await;
    login(&mut raw, ROOT, "first password").await.is_error(401, "invalid_credentials");
    let session = login(&mut raw, ROOT, "second password").await.is(200).data();

    // The last one can't be demoted, from here either.
    let demote = ["user", "set", "--email", ROOT, "--role", "USER"];
    assert!(!run(&stores, &demote, "").status.success());
    let spare = ["user", "create", "--email", "spare@example.com", "--name", "Spare", "--admin"];
    runs(&stores, &spare, "spare password\n");
    runs(&stores, &demote, "");
    let ended = || async { get(&process, "/api/users", &session).await.code() == "token_revoked" };
    eventually("the token has ended again", ended).await;
    let session = login(&mut raw, ROOT, "second password").await.is(200).data();
    get(&process, "/api/users", &session).await.is_error(403, "forbidden");
    runs(&stores, &["user", "set", "--email", ROOT, "--active", "false"], "");
    login(&mut raw, ROOT, "second password").await.is_error(401, "invalid_credentials");
}

#[tokio::test]
async fn an_account_that_the_command_deletes_is_gone_for_the_server_within_a_second() {
    let stores = Stores::empty().await;
    let process = Process::start(&stores, &[("RATE_LIMIT_AUTH", "off")]);
    let create = ["user", "create", "--email", ROOT, "--name", "Root"];
    runs(&stores, &create, "a good password\n");
    let mut raw = process.raw().await;
    let session = login(&mut raw, ROOT, "a good password").await.is(200).data();
    let token = session["token"].as_str().expect("a token");
    let body = json!({"title": "a", "content": "b", "published": true}).to_string();
    raw.ask(format!(
        "POST /api/posts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ))
    .await
    .is(201);
    let list = || async {
        let request = "GET /api/posts HTTP/1.1\r\nHost: x\r\n\r\n".to_owned();
        process.raw().await.ask(request).await.is(200)
    };
    assert_eq!(list().await.json()["pagination"]["total"], 1);

    let output = run(&stores, &["user", "delete", "--email", ROOT], "");
    assert!(output.status.success());
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(!told.contains("lists"), "{told}");
    let begun = Instant::now();
    let gone = || async { list().await.json()["pagination"]["total"] == 0 };
    eventually("its posts are in no list", gone).await;
    let ended = || async { get(&process, "/api/users/me", &session).await.status == 401 };
    eventually("the token has ended", ended).await;
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(1), "{took:?}");
    login(&mut raw, ROOT, "a good password").await.is_error(401, "invalid_credentials");
}

#[tokio::test]
async fn a_backup_is_made_while_the_server_runs_and_holds_everything() {
    if !only_on_sqlite("PostgreSQL has backups of its own") {
        return;
    }
    let (stores, restored) = (migrated().await, Stores::empty().await);
    let create = ["user", "create", "--email", ROOT, "--name", "Root", "--admin"];
    runs(&stores, &create, "a good password\n");
    let _process = Process::start(&stores, &[]);
    let copy = restored.folder().join("basalt.db");
    runs(&stores, &["backup", copy.to_str().unwrap()], "");
    let process = Process::start(&restored, &[]);
    login(&mut process.raw().await, ROOT, "a good password").await.is(200);
}

#[tokio::test]
async fn a_first_start_makes_a_secret_once_and_tokens_outlive_a_restart() {
    let stores = migrated().await;
    let unset = [("JWT_SECRET", ""), ("APP_ENV", "development")];
    let create = ["user", "create", "--email", ROOT, "--name", "Root", "--admin"];
    runs(&stores, &create, "a good password\n");
    let process = Process::start(&stores, &unset);
    let session = login(&mut process.raw().await, ROOT, "a good password").await.is(200).data();
    get(&process, "/api/users/me", &session).await.is(200);
    let forged = Forge::after(session["token"].as_str().unwrap()).token();
    let forged = json!({"token": forged});
    get(&process, "/api/users/me", &forged).await.is_error(401, "token_invalid");
    process.kill();
    let process = Process::start(&stores, &unset);
    get(&process, "/api/users/me", &session).await.is(200);
}

#[tokio::test]
async fn in_production_a_missing_or_short_secret_ends_the_start_with_78() {
    for secret in ["", "short"] {
        let stores = Stores::empty().await;
        let variables = [("APP_ENV", "production"), ("JWT_SECRET", secret), ("PORT", "x")];
        let output = command(&stores, &variables).output().unwrap();
        assert_eq!(output.status.code(), Some(78));
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains("JWT_SECRET") && told.contains("PORT"), "all at once: {told}");
        assert!(!told.contains("short\""), "{told}");
    }
}

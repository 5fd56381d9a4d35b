//! Lists while the database can't be asked: those that are known are served for a while, with their
//! age, to readers without a token.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use basalt_test_stores::{Instance, own_postgres};
use serde_json::json;

use crate::support::{Answer, Process, Sql, Stores, eventually, only_on_postgres, only_on_sqlite};

const WHY: &str = "an SQLite file is no server that could be away";

const KNOWN: &str = "/api/posts?limit=5";
/// How long old lists are served here.
const STALE: Duration = Duration::from_secs(8);
/// What a look at the clock and an answer on a busy machine may take.
const SLACK: Duration = Duration::from_secs(2);

const VARIABLES: [(&str, &str); 4] = [
    ("CACHE_STALE_SECONDS", "8"),
    ("DATABASE_ACQUIRE_TIMEOUT_MS", "400"),
    ("DATABASE_STATEMENT_TIMEOUT_MS", "1000"),
    ("AUTO_MIGRATE", "true"),
];

/// A request with these header lines, and a body where there is one.
async fn ask(process: &Process, line: &str, headers: &str, body: Option<String>) -> Answer {
    let body = body.map_or_else(String::new, |body| {
        let length = body.len();
        format!("Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
    });
    let end = if body.is_empty() { "\r\n" } else { "" };
    let request = format!("{line} HTTP/1.1\r\nHost: x\r\n{headers}{body}{end}");
    process.raw().await.ask(request).await
}

async fn get(process: &Process, path: &str, headers: &str) -> Answer {
    ask(process, &format!("GET {path}"), headers, None).await
}

async fn post(process: &Process, path: &str, token: &str, body: serde_json::Value) -> Answer {
    ask(process, &format!("POST {path}"), token, Some(body.to_string())).await
}

/// Carl's `Authorization`, and two posts of his in the list that is known.
async fn prepare(process: &Process) -> (String, Answer) {
    let carl = json!({"name": "Carl", "email": "carl@example.com", "password": "correct horse"});
    post(process, "/api/users", "", carl.clone()).await.is(201);
    let credentials = json!({"email": carl["email"], "password": carl["password"]});
    let session = post(process, "/api/auth/login", "", credentials).await;
    let session = session.is(200).data();
    let token = session["token"].as_str().expect("a token");
    let token = format!("Authorization: Bearer {token}\r\n");
    for (title, published) in [("one", true), ("two", true), ("draft", false)] {
        let body = json!({"title": title, "content": "Text", "published": published});
        post(process, "/api/posts", &token, body).await.is(201);
    }
    let known = get(process, KNOWN, "").await.is(200);
    assert_eq!(known.column("title"), ["two", "one"]);
    assert!(!known.has("age"));
    (token, known)
}

/// The list is there all the time, as it was known, and soon tells its age.
async fn is_served(process: &Process, known: &Answer) {
    let since = Instant::now();
    loop {
        let list = get(process, KNOWN, "").await.is(200);
        assert_eq!(list.text(), known.text());
        assert_eq!(list.etag(), known.etag());
        if list.has("age") {
            let age: u64 = list.header("age").parse().expect("whole seconds");
            assert!(age >= 1 && Duration::from_secs(age) <= since.elapsed() + SLACK);
            break;
        }
        assert!(since.elapsed() < STALE, "it tells no age");
    }
    let tag = format!("If-None-Match: {}\r\n", known.etag());
    assert!(get(process, KNOWN, &tag).await.is(304).has("age"));
}

/// Everything else is refused.
async fn nothing_else_is_served(process: &Process, token: &str, known: &Answer) {
    let one = format!("/api/posts/{}", known.column("id")[0]);
    for (path, headers) in [
        (KNOWN, token),
        ("/api/posts?published=false", token),
        ("/api/posts?cursor=", ""),
        // No list that is known.
        ("/api/posts?limit=6", ""),
        ("/api/posts?limit=5&search=two", ""),
        (one.as_str(), ""),
    ] {
        let refused = get(process, path, headers).await.is_error(503, "unavailable");
        assert!(refused.has("retry-after"), "{path}");
    }
}

async fn while_away(strike: impl Fn(&Instance), mend: impl AsyncFn(&Instance)) {
    if !only_on_postgres(WHY) {
        return;
    }
    let Some(postgres) = own_postgres().await else {
        return;
    };
    let stores = Stores::empty().await;
    let url = [("DATABASE_URL", postgres.url())];
    let variables: Vec<_> = VARIABLES.into_iter().chain(url).collect();
    let process = Process::start(&stores, &variables);
    let (token, known) = prepare(&process).await;
    let strikes = Instant::now();
    strike(&postgres);
    let struck = Instant::now();
    is_served(&process, &known).await;
    nothing_else_is_served(&process, &token, &known).await;
    assert!(struck.elapsed() < STALE, "it took too long: nothing is proven");
    is_served(&process, &known).await;

    let over = || async { get(&process, KNOWN, "").await.status == 503 };
    eventually("it is over", over).await;
    assert!(strikes.elapsed() + SLACK > STALE, "{:?}", strikes.elapsed());
    assert!(struck.elapsed() < STALE + SLACK, "{:?}", struck.elapsed());

    mend(&postgres).await;
    let well = || async {
        let list = get(&process, KNOWN, "").await;
        list.status == 200 && !list.has("age")
    };
    eventually("lists are present again", well).await;
    assert_eq!(get(&process, KNOWN, "").await.is(200).text(), known.text());
}

#[tokio::test]
async fn while_the_database_is_away_known_lists_are_served_with_their_age() {
    while_away(Instance::stop, async |postgres| postgres.start().await).await;
}

#[tokio::test]
async fn while_the_database_is_dead_known_lists_are_served_with_their_age() {
    while_away(Instance::kill, async |postgres| postgres.start().await).await;
}

#[tokio::test]
async fn while_the_database_hangs_known_lists_are_served_with_their_age() {
    while_away(Instance::freeze, async |postgres| postgres.thaw()).await;
}

#[tokio::test]
async fn without_its_file_a_server_serves_known_lists_with_their_age() {
    if !only_on_sqlite("the file is SQLite's") {
        return;
    }
    let stores = Stores::empty().await;
    let process = Process::start(&stores, &VARIABLES);
    let (token, known) = prepare(&process).await;
    let mut remove = Command::new("sh");
    let removed = remove.args(["-c", "rm basalt.db*"]).current_dir(stores.folder());
    assert!(removed.status().expect("a shell").success());
    is_served(&process, &known).await;
    nothing_else_is_served(&process, &token, &known).await;
    let over = || async { get(&process, KNOWN, "").await.status == 503 };
    eventually("it is over", over).await;
}

#[tokio::test]
async fn no_list_is_old_where_that_is_switched_off() {
    if !only_on_postgres(WHY) {
        return;
    }
    let Some(postgres) = own_postgres().await else {
        return;
    };
    let stores = Stores::empty().await;
    let mut variables = VARIABLES.to_vec();
    variables[0] = ("CACHE_STALE_SECONDS", "0");
    variables.push(("DATABASE_URL", postgres.url()));
    let process = Process::start(&stores, &variables);
    prepare(&process).await;
    postgres.stop();
    let away = || async { get(&process, KNOWN, "").await.status == 503 };
    eventually("lists are refused", away).await;
}

#[tokio::test]
async fn after_a_write_whose_outcome_is_unknown_no_list_from_before_is_served() {
    if !only_on_postgres(WHY) {
        return;
    }
    let Some(postgres) = own_postgres().await else {
        return;
    };
    let stores = Stores::empty().await;
    let url = [("DATABASE_URL", postgres.url())];
    let variables: Vec<_> = VARIABLES.into_iter().chain(url).collect();
    let process = Process::start(&stores, &variables);
    let (token, _) = prepare(&process).await;
    let sql = Sql::open(postgres.url()).await;
    sql.hold_commits().await;
    let three = json!({"title": "three", "content": "Text", "published": true});
    let write = post(&process, "/api/posts", &token, three);
    let freeze = async {
        eventually("a commit waits", || sql.a_commit_waits()).await;
        // Until here the list is right as it was.
        get(&process, KNOWN, "").await.is(200);
        postgres.freeze();
    };
    let (write, ()) = tokio::join!(write, freeze);
    write.is_error(503, "unavailable");
    for _ in 0..20 {
        get(&process, KNOWN, "").await.is_error(503, "unavailable");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    postgres.thaw();
    drop(sql);
    let there = || async { get(&process, KNOWN, "").await.status == 200 };
    eventually("lists are there again", there).await;
    // Whatever became of it, the list shows what is so.
    let sql = Sql::open(postgres.url()).await;
    let written = sql.run("SELECT 1 FROM posts WHERE title = 'three'").await;
    let list = get(&process, KNOWN, "").await.is(200);
    let shown = list.column("title").iter().filter(|title| *title == "three").count();
    assert_eq!(shown as u64, written);
}

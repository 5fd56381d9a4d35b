//! A process that is killed in the middle of its work.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::json;

use crate::support::{Process, Raw, Stores, eventually};

const ROUNDS: usize = 4;
const WRITERS: usize = 6;

fn request(token: &str, key: &str) -> String {
    let body = json!({"title": key, "content": "Text", "published": true}).to_string();
    format!(
        "POST /api/posts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nIdempotency-Key: {key}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Ids of acknowledged posts, by key.
type Acknowledged = Arc<Mutex<BTreeMap<String, String>>>;

/// Writes until the server is gone. Returns the key whose fate is unknown.
async fn write(
    mut raw: Raw,
    token: String,
    name: String,
    count: Arc<AtomicUsize>,
    acknowledged: Acknowledged,
) -> String {
    for number in 0.. {
        let key = format!("{name}-{number}");
        let sent = raw.try_send(request(&token, &key)).await;
        let Some(answer) = (match sent {
            Ok(()) => raw.answer().await,
            Err(_) => None,
        }) else {
            return key;
        };
        let id = answer.is(201).id();
        acknowledged.lock().unwrap().insert(key, id);
        count.fetch_add(1, Ordering::Relaxed);
    }
    unreachable!("the server is killed")
}

/// Somebody with a token that holds through all restarts.
async fn sign_up(stores: &Stores) -> String {
    let process = Process::start(stores, &[]);
    let mut raw = process.raw().await;
    let mut post = async |path: &str, body: serde_json::Value| {
        let body = body.to_string();
        raw.ask(format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        ))
        .await
    };
    let carl = json!({"name": "Carl", "email": "carl@example.com", "password": "correct horse"});
    post("/api/users", carl).await.is(201);
    let credentials = json!({"email": "carl@example.com", "password": "correct horse"});
    let session = post("/api/auth/login", credentials).await.is(200).data();
    session["token"].as_str().unwrap().to_owned()
}

/// All posts, by walking: title to ids.
async fn all_posts(process: &Process) -> HashMap<String, Vec<String>> {
    let mut raw = process.raw().await;
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    let mut next = Some("/api/posts?cursor=&limit=100".to_owned());
    while let Some(path) = next {
        let step = raw.ask(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")).await.is(200);
        for (title, id) in step.column("title").into_iter().zip(step.column("id")) {
            found.entry(title).or_default().push(id);
        }
        next = step.link("next", &path);
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_loses_no_acknowledged_post_and_doubles_none() {
    let stores = Stores::empty().await;
    let token = sign_up(&stores).await;
    let acknowledged = Acknowledged::default();
    for round in 0..ROUNDS {
        let process = Process::start(&stores, &[]);
        let count = Arc::new(AtomicUsize::new(0));
        let mut writers = Vec::new();
        for writer in 0..WRITERS {
            let raw = process.raw().await;
            let name = format!("round-{round}-writer-{writer}");
            let write = write(raw, token.clone(), name, count.clone(), acknowledged.clone());
            writers.push(tokio::spawn(write));
        }
        // Somewhere in the middle of the work, each time elsewhere.
        let enough = 20 + round * 17;
        let works = || async { count.load(Ordering::Relaxed) >= enough };
        eventually("posts are written", works).await;
        process.kill();

        let process = Process::start(&stores, &[]);
        let mut raw = process.raw().await;
        for writer in writers {
            // What a client does that got no answer.
            let key = writer.await.unwrap();
            let id = raw.ask(request(&token, &key)).await.is(201).id();
            acknowledged.lock().unwrap().insert(key, id);
        }
        let found = all_posts(&process).await;
        let acknowledged = acknowledged.lock().unwrap().clone();
        for (key, id) in &acknowledged {
            assert_eq!(found.get(key), Some(&vec![id.clone()]), "{key} in round {round}");
        }
        assert_eq!(found.len(), acknowledged.len(), "nothing that nobody knows of");
    }
}

//! Clients that write posts and never give one up, and the book of what they were told.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::json;
use tokio::{task::JoinSet, time::sleep};

use super::{Client, Sql, post};

/// Which posts were acknowledged, by key, which is also the title.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger(Arc<Mutex<BTreeMap<String, Vec<String>>>>);

/// What the database says about a ledger.
#[derive(Debug, Default)]
pub(crate) struct Balance {
    /// Acknowledged posts.
    pub(crate) acknowledged: usize,
    /// Acknowledged and not there, or there with another id.
    pub(crate) lost: usize,
    /// There more than once, or acknowledged under more than one id.
    pub(crate) doubled: usize,
    /// There, though nobody was told.
    pub(crate) unknown: usize,
}

impl Ledger {
    fn note(&self, key: String, id: String) {
        let mut book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ids = book.entry(key).or_default();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }

    /// How many posts were acknowledged.
    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Compares it with what is there.
    pub(crate) async fn balance(&self, sql: &Sql) -> Balance {
        let found = sql.posts().await;
        let book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_there = |key: &str, id| found.get(key).is_some_and(|ids| ids.contains(id));
        Balance {
            acknowledged: book.len(),
            lost: (book.iter())
                .filter(|(key, ids)| !ids.iter().all(|id| is_there(key, id)))
                .count(),
            doubled: found.values().chain(book.values()).filter(|ids| ids.len() > 1).count(),
            unknown: found.keys().filter(|key| !book.contains_key(*key)).count(),
        }
    }
}

/// The request that writes the post with this key.
pub(crate) fn posts_request(token: &str, key: &str) -> Vec<u8> {
    let body = json!({"title": key, "content": "Text", "published": true});
    post("/api/posts", token, key, &body)
}

/// Clients that write one post after the other, and repeat a request until it is answered: with
/// the same key, as a good client does.
pub(crate) struct Writers {
    tasks: JoinSet<()>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    asked: AtomicUsize,
    sent_away: AtomicUsize,
    cut_off: AtomicUsize,
}

fn count(counter: &AtomicUsize) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// Before a request is repeated.
const PAUSE: Duration = Duration::from_millis(20);

impl Writers {
    /// Starts them, spread over the addresses. Their keys begin with `name`.
    pub(crate) fn start(
        count: usize,
        addresses: &[SocketAddr],
        token: &str,
        name: &str,
        ledger: &Ledger,
    ) -> Self {
        let mut writers = Self { tasks: JoinSet::new(), shared: Arc::default() };
        for (number, address) in (0..count).zip(addresses.iter().cycle()) {
            writers.tasks.spawn(write(
                Client::of(*address),
                token.to_owned(),
                format!("{name}-{number}"),
                ledger.clone(),
                Arc::clone(&writers.shared),
            ));
        }
        writers
    }

    /// How many requests were sent.
    pub(crate) fn asked(&self) -> usize {
        self.shared.asked.load(Ordering::Relaxed)
    }

    /// How many of them were answered with 503.
    pub(crate) fn sent_away(&self) -> usize {
        self.shared.sent_away.load(Ordering::Relaxed)
    }

    /// How many of them got no answer.
    pub(crate) fn cut_off(&self) -> usize {
        self.shared.cut_off.load(Ordering::Relaxed)
    }

    /// Lets each end with the post it is at, acknowledged.
    pub(crate) async fn finish(mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        while let Some(ended) = self.tasks.join_next().await {
            ended.expect("a writer does not panic");
        }
    }
}

async fn write(
    mut client: Client,
    token: String,
    name: String,
    ledger: Ledger,
    shared: Arc<Shared>,
) {
    for number in 0.. {
        if shared.stop.load(Ordering::Relaxed) {
            return;
        }
        let key = format!("{name}-{number}");
        let request = posts_request(&token, &key);
        loop {
            count(&shared.asked);
            match client.ask(&request).await {
                Ok(answer) if answer.status == 201 => {
                    ledger.note(key, answer.id());
                    break;
                }
                // The first of two requests with this key still runs.
                Ok(answer) if answer.status == 409 => {}
                Ok(answer) if answer.status == 503 => count(&shared.sent_away),
                Ok(answer) => panic!("{key}: {}: {}", answer.status, answer.json()),
                // Killed, refused or not back yet.
                Err(_) => count(&shared.cut_off),
            }
            sleep(PAUSE).await;
        }
    }
}

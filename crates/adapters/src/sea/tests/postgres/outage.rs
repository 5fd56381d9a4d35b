//! A server that goes away and comes back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use basalt_domain::ports::UnitsOfWork;
use basalt_test_stores::{Instance, own_postgres};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::test_support::authority;

/// Generous, for slow machines; the tests of faults measure it.
const SOON: Duration = Duration::from_secs(5);

/// A server that may be broken, and a store on it with a connection or two in use.
async fn in_use() -> Option<(Instance, SeaStore)> {
    let server = own_postgres().await?;
    let store = SeaStore::connect(SeaOptions {
        max_connections: 4,
        acquire_timeout: Duration::from_secs(1),
        statement_timeout: Duration::from_secs(1),
        ..options(server.url())
    });
    let store = store.await.unwrap();
    store.migrate_up().await.unwrap();
    fill(&store).await;
    Some((server, store))
}

/// Calls until the breaker is open; each call is answered within what it may take.
async fn until_known_to_be_away(store: &SeaStore) {
    let limit = Duration::from_secs(2) + Duration::from_secs(1);
    while store.reader.check().is_ok() {
        let begun = Instant::now();
        assert_unavailable(store.users().find(user(1).id).await);
        assert!(begun.elapsed() < limit, "{:?}", begun.elapsed());
    }
    let begun = Instant::now();
    assert_unavailable(store.users().find(user(1).id).await);
    assert_unavailable(store.begin().await);
    assert_unavailable(store.ping().await);
    assert!(begun.elapsed() < Duration::from_millis(500), "at once");
}

/// Calls until all that the store does works again.
async fn until_it_works(store: &SeaStore) -> Duration {
    let begun = Instant::now();
    loop {
        if store.users().find(user(1).id).await.is_ok() {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "it stays away");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let took = begun.elapsed();
    let mut units = Vec::new();
    // As many as there may be connections: none was lost.
    for number in 2..6 {
        let unit = store.begin().await.unwrap();
        unit.users().insert(&user(number), &hash()).await.unwrap();
        units.push(unit);
    }
    assert_unavailable(store.begin().await);
    store.ping().await.unwrap();
    drop(units);
    took
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_is_unavailable_at_once_and_used_again_when_it_is_back() {
    let Some((server, store)) = in_use().await else {
        return;
    };
    server.stop();
    until_known_to_be_away(&store).await;
    server.start().await;
    let took = until_it_works(&store).await;
    assert!(took < SOON, "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_freezes_is_unavailable_in_time_and_used_again_when_it_thaws() {
    let Some((server, store)) = in_use().await else {
        return;
    };
    let unit = store.begin().await.unwrap();
    server.freeze();
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.users().find(user(1).id).await })
        })
        .collect();
    for call in calls {
        assert_unavailable(call.await.unwrap());
    }
    until_known_to_be_away(&store).await;
    assert_unavailable(unit.commit().await);
    server.thaw();
    let took = until_it_works(&store).await;
    assert!(took < SOON, "{took:?}");
}

/// A way to the server of `url` that can be closed to those who come anew; whoever is through goes
/// on.
async fn gate(url: &str) -> (String, Arc<AtomicBool>) {
    let target = authority(url).to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let gated = url.replacen(&target, &address, 1);
    let is_closed = Arc::<AtomicBool>::default();
    let closed = Arc::clone(&is_closed);
    tokio::spawn(async move {
        let mut before_the_gate = Vec::new();
        loop {
            let (mut near, _) = listener.accept().await.unwrap();
            if closed.load(Ordering::SeqCst) {
                before_the_gate.push(near);
                continue;
            }
            let mut far = TcpStream::connect(&target).await.unwrap();
            tokio::spawn(async move { copy_bidirectional(&mut near, &mut far).await });
        }
    });
    (gated, is_closed)
}

#[tokio::test]
async fn a_server_that_takes_no_connection_but_answers_on_those_it_has_is_not_away() {
    let Some(here) = OnServer::new().await else {
        return;
    };
    let (url, is_closed) = gate(here.database.url()).await;
    let store = here.beside(|options| {
        options.url = url;
        // The one that is there, so that nobody asks for another.
        options.max_connections = 1;
    });
    let store = store.await;
    store.users().find(user(1).id).await.unwrap();
    is_closed.store(true, Ordering::SeqCst);
    store.reader.doubt();
    let begun = Instant::now();
    // Two probes fail in this time.
    while begun.elapsed() < Duration::from_millis(1_500) {
        store.users().find(user(1).id).await.unwrap();
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn nobody_waits_longer_for_a_commit_than_what_was_announced_of_it_lasts() {
    let Some(here) = OnServer::new().await else {
        return;
    };
    let patient = |options: &mut SeaOptions| options.statement_timeout = Duration::from_secs(20);
    let (store, other) = (here.beside(patient).await, here.beside(patient).await);
    run(
        &store,
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS \
         'BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END'; \
         CREATE CONSTRAINT TRIGGER commits_wait AFTER INSERT ON users \
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait()",
    )
    .await;
    let holder = other.transaction().await.unwrap();
    let hold = "SELECT pg_advisory_xact_lock(4711)";
    holder.execute_unprepared(hold).await.unwrap();
    let unit = store.begin().await.unwrap();
    unit.users().insert(&user(1), &hash()).await.unwrap();
    let begun = Instant::now();
    assert_unavailable(unit.commit().await);
    // Four seconds, as the mark in Redis does.
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
}

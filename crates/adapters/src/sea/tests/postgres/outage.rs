//! A server that goes away and comes back.

use std::time::Instant;

use basalt_domain::ports::UnitsOfWork;
use basalt_test_stores::{Instance, own_postgres};

use super::*;

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

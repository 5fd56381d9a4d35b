//! Connections that turn out to be of no use.

use std::{sync::Arc, time::Instant};

use basalt_domain::ports::{StoreError, UnitOfWork, UnitsOfWork, WriteUserError};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::Notify,
};

use super::*;
use crate::test_support::authority;

/// Ends every connection to this database but the one that does it.
const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";

/// A store with this many connections that have just been used, and another one beside it.
async fn with_connections(most: u32) -> Option<(OnServer, SeaStore)> {
    let on_server = OnServer::new().await?;
    fill(&on_server.store).await;
    let store = on_server.beside(|options| options.max_connections = most).await;
    use_all(&store, most).await;
    Some((on_server, store))
}

/// Uses as many at the same time, so that all are there and know the statements.
async fn use_all(store: &SeaStore, most: u32) {
    let mut units = Vec::new();
    for _ in 0..most {
        let unit = store.begin().await.unwrap();
        unit.posts().find(post(1, &user(1)).id).await.unwrap();
        units.push(unit);
    }
    // Given back in good order, so that the next call may have them at once.
    for unit in units {
        unit.commit().await.unwrap();
    }
    while store.reader.usage()[1] > 0 {
        tokio::task::yield_now().await;
    }
}

async fn insert(store: &SeaStore, number: u8) -> Result<(), StoreError> {
    let unit = store.begin().await?;
    let inserted = unit.users().insert(&user(number), &hash()).await;
    inserted.map_err(|error| match error {
        WriteUserError::Store(error) => error,
        WriteUserError::EmailTaken => panic!("it was free"),
    })?;
    unit.commit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_were_cut_while_they_idled_fail_neither_a_unit_nor_a_read() {
    let Some((on_server, store)) = with_connections(6).await else {
        return;
    };
    for round in 0..3 {
        run(&on_server.store, CUT).await;
        let writes: Vec<_> = (1..=12)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move { insert(&store, 12 * round + number + 1).await })
            })
            .collect();
        for write in writes {
            write.await.unwrap().unwrap();
        }
        use_all(&store, 6).await;
        run(&on_server.store, CUT).await;
        for _ in 0..12 {
            store.users().find(user(1).id).await.unwrap();
        }
        use_all(&store, 6).await;
    }
    assert!(store.reader.check().is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_was_changed_fails_no_read_and_undoes_a_unit_at_most_once() {
    let Some((on_server, store)) = with_connections(4).await else {
        return;
    };
    let id = post(1, &user(1)).id;
    let changes = ["varchar(500)", "text COLLATE \"C\""];
    for change in changes {
        let sql = format!("ALTER TABLE posts ALTER COLUMN title TYPE {change}");
        run(&on_server.store, &sql).await;
        for _ in 0..8 {
            assert!(store.posts().find(id).await.unwrap().is_some());
        }
        use_all(&store, 4).await;
    }
    run(&on_server.store, "ALTER TABLE posts ALTER COLUMN title TYPE varchar(400)").await;
    let unit = store.begin().await.unwrap();
    let undone = unit.posts().find(id).await;
    assert!(matches!(undone, Err(StoreError::Undone(_))), "{undone:?}");
    drop(unit);
    // Once one was met, all that were there are replaced.
    use_all(&store, 4).await;
}

#[tokio::test]
async fn statements_that_a_connection_has_forgotten_are_prepared_anew() {
    for forget in ["DEALLOCATE ALL", "DISCARD ALL"] {
        let Some((_on_server, store)) = with_connections(1).await else {
            return;
        };
        let find = async || store.users().find(user(1).id).await;
        find().await.unwrap();
        run(&store, forget).await;
        assert!(find().await.unwrap().is_some(), "after {forget}");
    }
}

#[tokio::test]
async fn a_unit_whose_connection_is_cut_is_undone_and_a_commit_is_not_known_to_be() {
    let Some((on_server, store)) = with_connections(2).await else {
        return;
    };
    let (first, second) = (store.begin().await.unwrap(), store.begin().await.unwrap());
    for (unit, number) in [(&first, 2), (&second, 3)] {
        unit.users().insert(&user(number), &hash()).await.unwrap();
    }
    run(&on_server.store, CUT).await;
    let undone = first.users().find(user(1).id).await;
    assert!(matches!(undone, Err(StoreError::Undone(_))), "{undone:?}");
    assert_unavailable(second.commit().await);
    for number in [2, 3] {
        let found = on_server.store.users().find(user(number).id).await;
        assert_eq!(found.unwrap(), None);
    }
}

#[tokio::test]
async fn of_two_units_that_wait_for_each_other_one_is_undone_and_the_other_commits() {
    let Some((on_server, store)) = with_connections(2).await else {
        return;
    };
    insert(&on_server.store, 2).await.unwrap();
    let (one, other) = (store.begin().await.unwrap(), store.begin().await.unwrap());
    let (ann, ben) = (user(1), user(2));
    one.users().update(&ann, ann.version).await.unwrap();
    other.users().update(&ben, ben.version).await.unwrap();
    let ends = async |unit: Box<dyn UnitOfWork>, wanted: &User| match unit
        .users()
        .update(wanted, wanted.version)
        .await
    {
        Ok(_) => unit.commit().await,
        Err(WriteUserError::Store(error)) => Err(error),
        Err(WriteUserError::EmailTaken) => panic!("it is theirs"),
    };
    let ended = futures_util::future::join(ends(one, &ben), ends(other, &ann)).await;
    match ended {
        (Ok(()), Err(StoreError::Undone(_))) | (Err(StoreError::Undone(_)), Ok(())) => {}
        other => panic!("{other:?}"),
    }
}

/// A way to the server of `url` on which the connections that are there fall silent once it is told
/// to, as behind a router that has forgotten them; new ones work.
async fn forgetful(url: &str) -> (String, Arc<Notify>) {
    let target = authority(url).to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let forgetful = url.replacen(&target, &address, 1);
    let forget = Arc::<Notify>::default();
    let told = Arc::clone(&forget);
    tokio::spawn(async move {
        loop {
            let (mut near, _) = listener.accept().await.unwrap();
            let mut far = TcpStream::connect(&target).await.unwrap();
            let told = Arc::clone(&told);
            tokio::spawn(async move {
                let forgotten = tokio::select! {
                    _ = copy_bidirectional(&mut near, &mut far) => false,
                    () = told.notified() => true,
                };
                if forgotten {
                    std::future::pending::<()>().await;
                }
            });
        }
    });
    (forgetful, forget)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_falls_silent_is_lost_no_longer_than_its_call_and_the_rest() {
    let Some(on_server) = OnServer::new().await else {
        return;
    };
    let (url, forget) = forgetful(on_server.database.url()).await;
    let store = on_server.beside(|options| {
        options.url = url;
        options.max_connections = 1;
        options.acquire_timeout = Duration::from_millis(500);
        options.statement_timeout = Duration::from_millis(500);
    });
    let store = store.await;
    let find = async || store.users().find(user(1).id).await;
    let until_found = async || {
        let begun = Instant::now();
        while find().await.is_err() {
            assert!(begun.elapsed() < Duration::from_secs(10), "the pool has lost its connection");
        }
    };
    find().await.unwrap();
    // The driver's ping on its way back has no limit, so it has to be over.
    while store.reader.usage()[1] > 0 {
        tokio::task::yield_now().await;
    }
    forget.notify_waiters();
    assert_unavailable(find().await);
    until_found().await;
    let unit = store.begin().await.unwrap();
    forget.notify_waiters();
    drop(unit);
    until_found().await;
}

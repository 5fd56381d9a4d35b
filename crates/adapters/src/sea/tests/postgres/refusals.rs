//! A server that answers, and lets nobody in or nothing be written.

use std::time::Instant;

use basalt_domain::ports::{StoreError, UnitsOfWork};
use basalt_test_stores::own_postgres;

use super::*;
use basalt_domain::ports::Access;

async fn name_of(on_server: &OnServer) -> String {
    value(&on_server.store.reader, "SELECT current_database()").await
}

/// Ends the connections of this user, or else of everybody.
async fn cut(on_server: &OnServer, user: &str) {
    let cut = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() \
         AND datname = current_database() AND usename LIKE '{user}'"
    );
    run(&on_server.store, &cut).await;
}

#[tokio::test]
async fn whatever_keeps_us_from_a_connection_is_unavailable_and_mended_without_a_restart() {
    let Some(on_server) = OnServer::new().await else {
        return;
    };
    fill(&on_server.store).await;
    let name = name_of(&on_server).await;
    let role = format!("role_of_{name}");
    run(
        &on_server.store,
        &format!("CREATE ROLE {role} LOGIN PASSWORD 'one'; GRANT SELECT ON users TO {role}"),
    )
    .await;
    let (_, place) = on_server.database.url().rsplit_once('@').unwrap();
    let store = on_server
        .beside(|options| {
            options.url = format!("postgres://{role}:one@{place}");
            options.acquire_timeout = Duration::from_secs(1);
        })
        .await;
    let find = async || store.users().find(user(1).id).await;
    for (broken, mended) in [
        // 28P01, 28000, 53300, 42501.
        ("ALTER ROLE {role} PASSWORD 'two'", "ALTER ROLE {role} PASSWORD 'one'"),
        ("ALTER ROLE {role} NOLOGIN", "ALTER ROLE {role} LOGIN"),
        ("ALTER ROLE {role} CONNECTION LIMIT 0", "ALTER ROLE {role} CONNECTION LIMIT -1"),
        (
            "REVOKE CONNECT ON DATABASE {name} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {name} TO PUBLIC",
        ),
    ] {
        let put = |sql: &str| sql.replace("{role}", &role).replace("{name}", &name);
        find().await.unwrap();
        run(&on_server.store, &put(broken)).await;
        cut(&on_server, &role).await;
        for _ in 0..3 {
            assert_unavailable(find().await);
            assert_unavailable(store.begin().await);
        }
        run(&on_server.store, &put(mended)).await;
        let begun = Instant::now();
        while find().await.is_err() {
            assert!(begun.elapsed() < Duration::from_secs(15), "after {mended}");
            tokio::task::yield_now().await;
        }
    }
    drop(store);
    cut(&on_server, &role).await;
    run(&on_server.store, &format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
}

#[tokio::test]
async fn a_database_that_is_gone_or_asks_for_tls_in_vain_is_unavailable() {
    let Some(mut on_server) = OnServer::new().await else {
        return;
    };
    let (name, url) = (name_of(&on_server).await, on_server.database.url().to_owned());
    let (before, _) = url.rsplit_once('/').unwrap();
    let store = on_server.beside(|_| {}).await;
    store.users().find(user(1).id).await.unwrap();
    on_server.store.clone().close().await.unwrap();
    on_server.store = on_server.beside(|options| options.url = format!("{before}/postgres")).await;
    // 3D000; what waits for it to be dropped has lost its connection.
    run(&on_server.store, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
    assert_unavailable(store.users().find(user(1).id).await);
    assert_unavailable(store.begin().await);

    let mut with_tls = options(&format!("{before}/postgres?sslmode=require"));
    with_tls.acquire_timeout = Duration::from_secs(1);
    assert_unavailable(SeaStore::connect(with_tls).await);
}

/// Whatever this server refuses a connection for, it is of this `SQLSTATE`, and unavailable.
async fn assert_refused(url: &str, code: &str) {
    let mut chosen = options(url);
    chosen.acquire_timeout = Duration::from_secs(1);
    let refused = SeaStore::connect(chosen).await;
    let Err(StoreError::Unavailable(cause)) = refused else {
        panic!("not unavailable: {:?}", refused.err());
    };
    let told = format!("{cause:?}");
    assert!(told.contains(&format!("\"{code}\"")), "{told}");
}

/// A read and a write are refused, however often they are tried.
async fn assert_away(store: &SeaStore) {
    for _ in 0..3 {
        assert_unavailable(store.users().find(user(1).id).await);
        assert_unavailable(store.begin().await);
    }
}

async fn assert_comes_back(store: &SeaStore) {
    let begun = Instant::now();
    while store.users().find(user(1).id).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(5), "it stays away");
        tokio::task::yield_now().await;
    }
    store.begin().await.unwrap().commit().await.unwrap();
}

#[tokio::test]
async fn a_database_that_is_closed_to_connections_is_unavailable_until_it_is_open() {
    let Some(on_server) = OnServer::new().await else {
        return;
    };
    let (name, url) = (on_server.database.name(), on_server.database.url());
    let store = on_server.beside(|options| options.acquire_timeout = Duration::from_secs(1)).await;
    store.users().find(user(1).id).await.unwrap();
    // Nobody can close the database that they are in.
    let (before, _) = url.rsplit_once('/').unwrap();
    let administrator =
        on_server.beside(|options| options.url = format!("{before}/postgres")).await;
    let close = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false");
    run(&administrator, &close).await;
    let cut =
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    run(&administrator, &cut).await;
    assert_away(&store).await;
    assert_refused(url, "55000").await;
    let open = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true");
    run(&administrator, &open).await;
    assert_comes_back(&store).await;
}

#[tokio::test]
async fn a_server_that_stops_and_starts_is_unavailable_until_it_has_started() {
    let Some(server) = own_postgres().await else {
        return;
    };
    let mut chosen = options(server.url());
    chosen.acquire_timeout = Duration::from_secs(1);
    let store = SeaStore::connect(chosen).await.unwrap();
    store.migrate_up().await.unwrap();
    // As long as somebody is there, a server that was asked to stop waits, and lets nobody in. Its
    // processes run in the folder of its data.
    let guest = SeaStore::connect(options(server.url())).await.unwrap();
    let stays = guest.transaction().await.unwrap();
    run(&guest, "COPY (SELECT 1) TO PROGRAM 'kill -TERM $(head -n 1 postmaster.pid)'").await;
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";
    stays.execute_unprepared(cut).await.unwrap();
    assert_away(&store).await;
    assert_refused(server.url(), "57P03").await;
    drop(stays);
    server.kill();
    server.start().await;
    assert_comes_back(&store).await;
}

/// Read-only for whoever connects from now on, and everybody has to.
async fn set_read_only(on_server: &OnServer, value: &str) {
    let name = name_of(on_server).await;
    let alter = format!(
        "BEGIN READ WRITE; ALTER DATABASE {name} SET default_transaction_read_only = {value}; COMMIT"
    );
    run(&on_server.store, &alter).await;
    cut(on_server, "%").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_became_read_only_is_read_and_written_to_as_soon_as_it_takes_writes() {
    let Some(on_server) = OnServer::new().await else {
        return;
    };
    fill(&on_server.store).await;
    let store = on_server.beside(|_| {}).await;
    let write = async |number: u8| {
        let unit = store.begin().await?;
        let inserted = unit.users().insert(&user(number), &hash()).await;
        inserted.map_err(|error| StoreError::unavailable(error.to_string()))?;
        unit.commit().await
    };
    write(2).await.unwrap();
    assert_eq!(store.ping().await.unwrap(), Access::ReadWrite);
    for number in [3, 4] {
        set_read_only(&on_server, "on").await;
        while !store.writer.is_read_only() {
            assert_unavailable(write(number).await);
            store.users().find(user(1).id).await.unwrap();
        }
        for _ in 0..20 {
            assert_unavailable(write(number).await);
            assert_unavailable(store.users().delete(user(1).id, user(1).version).await);
            store.users().find(user(1).id).await.unwrap();
            assert_eq!(store.ping().await.unwrap(), Access::ReadOnly);
        }
        set_read_only(&on_server, "off").await;
        let begun = Instant::now();
        while write(number).await.is_err() {
            assert!(begun.elapsed() < Duration::from_secs(2), "it stays read-only");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(store.ping().await.unwrap(), Access::ReadWrite);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_became_read_only_is_noticed_where_nobody_writes() {
    let Some(on_server) = OnServer::new().await else {
        return;
    };
    let store = on_server.beside(|_| {}).await;
    store.ping().await.unwrap();
    set_read_only(&on_server, "on").await;
    let begun = Instant::now();
    // A busy machine may answer later than a ping waits.
    while store.ping().await.ok() != Some(Access::ReadOnly) || !store.writer.is_read_only() {
        assert!(begun.elapsed() < Duration::from_secs(3), "nobody notices");
    }
    set_read_only(&on_server, "off").await;
    let begun = Instant::now();
    while store.ping().await.ok() != Some(Access::ReadWrite) {
        assert!(begun.elapsed() < Duration::from_secs(3), "it stays read-only");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

//! What a connection asks for, and what becomes of it on its way.

use basalt_domain::ports::StoreError;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::test_support::authority;

/// The URL of this database with these parameters, and perhaps by another way.
fn url(on_server: &OnServer, by: Option<&str>, parameters: &str) -> String {
    let url = on_server.database.url();
    let url = by.map_or(url.to_owned(), |by| url.replace(authority(url), by));
    let and = if url.contains('?') { '&' } else { '?' };
    format!("{url}{and}{parameters}")
}

async fn opened(url: &str) -> SeaStore {
    SeaStore::connect(options(url)).await.unwrap()
}

async fn refusal(url: &str) -> String {
    let Err(StoreError::Failed(cause)) = SeaStore::connect(options(url)).await else {
        panic!("it is not refused for good");
    };
    cause.to_string()
}

async fn tables_in(on_server: &OnServer, schema: &str) -> i64 {
    let count = format!("SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}'");
    value(&on_server.store.reader, &count).await
}

/// A way to the server that drops what the settings of a connection are, as poolers do that are
/// told to ignore them. Returns where it begins.
async fn pooler_that_drops_settings(on_server: &OnServer) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let begins = listener.local_addr().unwrap().to_string();
    let server = authority(on_server.database.url()).to_owned();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&server).await.unwrap();
            tokio::spawn(without_settings(client, server));
        }
    });
    begins
}

/// Whether a message asks for a protocol that is no part of the session itself: TLS or the like.
const NO_START: [u32; 3] = [80_877_102, 80_877_103, 80_877_104];

async fn without_settings(mut client: TcpStream, mut server: TcpStream) -> std::io::Result<()> {
    let parameters = loop {
        let length = client.read_u32().await?;
        let mut body = vec![0; length as usize - 4];
        client.read_exact(&mut body).await?;
        let protocol = u32::from_be_bytes(body[..4].try_into().unwrap());
        if !NO_START.contains(&protocol) {
            break body;
        }
        client.write_all(b"N").await?;
    };
    let mut kept = parameters[..4].to_vec();
    let texts: Vec<_> = parameters[4..].split(|byte| *byte == 0).collect();
    for pair in texts.chunks_exact(2).filter(|pair| !pair[0].is_empty()) {
        if !matches!(pair[0], b"options" | b"extra_float_digits") {
            kept.extend_from_slice(&[pair[0], b"\0", pair[1], b"\0"].concat());
        }
    }
    kept.push(0);
    server.write_u32(u32::try_from(kept.len()).unwrap() + 4).await?;
    server.write_all(&kept).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

#[tokio::test]
async fn a_schema_of_the_url_is_made_by_the_first_step_and_holds_every_table() {
    for (name, encoded) in [("shop", "shop"), ("it's \"own\"", "it%27s%20%22own%22")] {
        let Some(on_server) = OnServer::unmigrated().await else {
            return;
        };
        let with_schema = url(&on_server, None, &format!("schema={encoded}"));
        let store = opened(&with_schema).await;
        assert!(!store.migrate_up().await.unwrap().is_empty());
        fill(&store).await;
        let current: String = value(&store.reader, "SELECT current_schema()::text").await;
        assert_eq!(current, name);
        assert!(tables_in(&on_server, &name.replace('\'', "''")).await > 0);
        assert_eq!(tables_in(&on_server, "public").await, 0);
        // Found again by another process, which has nothing to do.
        let store = opened(&with_schema).await;
        assert!(store.migrate_up().await.unwrap().is_empty());
        assert!(store.users().find(user(1).id).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_schema_that_may_not_be_used_or_made_is_refused_with_what_to_run() {
    let Some(on_server) = OnServer::unmigrated().await else {
        return;
    };
    let role = format!("guest_{}", std::process::id());
    run(&on_server.store, "CREATE SCHEMA shop").await;
    run(&on_server.store, &format!("CREATE ROLE {role} LOGIN PASSWORD 'guest'")).await;
    let as_guest = |schema: &str| {
        let place = authority(on_server.database.url());
        let database = on_server.database.url().rsplit('/').next().unwrap().to_owned();
        format!("postgres://{role}:guest@{place}/{database}?schema={schema}")
    };
    let told = refusal(&as_guest("shop")).await;
    let elsewhere = opened(&as_guest("elsewhere")).await;
    let unmade = elsewhere.migrate_up().await.unwrap_err();
    elsewhere.close().await.unwrap();
    run(&on_server.store, &format!("DROP ROLE {role}")).await;
    let grant = format!("GRANT USAGE, CREATE ON SCHEMA \"shop\" TO {role}");
    assert!(told.contains(&grant), "{told}");
    let StoreError::Failed(unmade) = unmade else {
        panic!("{unmade:?}");
    };
    let create = "CREATE SCHEMA \"elsewhere\"";
    assert!(unmade.to_string().contains(create), "{unmade}");
}

#[tokio::test]
async fn a_schema_that_is_dropped_on_the_way_is_refused_with_what_to_run() {
    let Some(on_server) = OnServer::unmigrated().await else {
        return;
    };
    run(&on_server.store, "CREATE SCHEMA shop").await;
    let by = pooler_that_drops_settings(&on_server).await;
    let with_schema = url(&on_server, Some(&by), "schema=shop");
    let told = refusal(&with_schema).await;
    let (_, command) = told.split_once("Run: ").expect(&told);
    let (command, _) = command.split_once(", and").expect(&told);
    assert!(command.starts_with("ALTER ROLE"), "{told}");
    assert!(command.contains("SET search_path"), "{told}");
    // It is the cure.
    run(&on_server.store, command).await;
    let store = opened(&with_schema).await;
    store.migrate_up().await.unwrap();
    assert!(tables_in(&on_server, "shop").await > 0);
    assert_eq!(tables_in(&on_server, "public").await, 0);

    let primary = on_server.database.url();
    let replica = SeaOptions {
        read_url: Some(url(&on_server, Some(&by), "schema=other")),
        ..options(primary)
    };
    let Err(StoreError::Failed(cause)) = SeaStore::connect(replica).await else {
        panic!("a replica would answer with what is elsewhere");
    };
    assert!(cause.to_string().contains("search_path"), "{cause}");
}

#[tokio::test]
async fn limits_that_are_dropped_on_the_way_are_a_warning_and_no_refusal() {
    let Some(on_server) = OnServer::unmigrated().await else {
        return;
    };
    let by = pooler_that_drops_settings(&on_server).await;
    let store = opened(&url(&on_server, Some(&by), "application_name=shop")).await;
    store.migrate_up().await.unwrap();
    let shown: String = value(&store.reader, "SHOW application_name").await;
    assert_eq!(shown, "shop", "it is not ours to decide");
    let missing = missing_settings(&store).await;
    for setting in ["statement_timeout = '20000'", "plan_cache_mode = 'force_generic_plan'"] {
        assert!(missing.iter().any(|command| command.contains(setting)), "{missing:?}");
    }
    for command in &missing {
        run(&on_server.store, command).await;
    }
    let store = opened(&url(&on_server, Some(&by), "application_name=shop")).await;
    assert_eq!(missing_settings(&store).await, [""; 0], "it is the cure");
}

/// What has to be run for the limits of this store's server to be kept.
async fn missing_settings(store: &SeaStore) -> Vec<String> {
    store.reader.missing_settings().await.unwrap()
}

#[tokio::test]
async fn a_server_is_reached_by_its_socket_in_a_folder() {
    let Some(on_server) = OnServer::unmigrated().await else {
        return;
    };
    let folders: String = value(&on_server.store.reader, "SHOW unix_socket_directories").await;
    let folder = folders.split(',').next().unwrap_or_default().trim();
    let port: String = value(&on_server.store.reader, "SHOW port").await;
    let socket = std::path::Path::new(folder).join(format!(".s.PGSQL.{port}"));
    if !socket.exists() {
        eprintln!("not checked: the server is a container, whose sockets are its own");
        return;
    }
    let (beginning, database) = on_server.database.url().rsplit_once('/').unwrap();
    let (user, _) = beginning.rsplit_once('@').unwrap();
    let encoded = folder.replace('/', "%2F");
    for url in [
        format!("{user}@{encoded}:{port}/{database}"),
        format!("{user}@localhost:{port}/{database}?host={encoded}"),
    ] {
        let store = opened(&url).await;
        let address = "SELECT coalesce(host(inet_client_addr()), 'a socket')";
        assert_eq!(value::<String>(&store.reader, address).await, "a socket");
    }
}

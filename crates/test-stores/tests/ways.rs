//! Every way to a server that this machine has, each in a process of its own: the way is chosen
//! once a process. A way that is not there is said, past the capture of the harness.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpStream},
    process::{Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use basalt_test_stores::{own_postgres, own_redis, postgres, redis};
use deadpool_redis::redis::{Client, cmd};
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection};
use url::Url;

/// Tells a process that it is the one that is killed.
const STAY: &str = "TEST_STORES_STAY";

#[tokio::test]
async fn a_copy_of_a_database_holds_what_it_holds_and_both_are_gone_in_the_end() {
    let Some(postgres) = postgres().await else {
        return;
    };
    let template = postgres.database().await;
    let below = connect(template.url()).await;
    run(&below, "CREATE TABLE said (word text)").await;
    run(&below, "INSERT INTO said VALUES ('here')").await;
    below.close().await.expect("it closes");
    let copy = postgres.database_like(&template).await;
    let copied = connect(copy.url()).await;
    assert_eq!(run(&copied, "DELETE FROM said WHERE word = 'here'").await, 1);
    let url = copy.url().to_owned();
    drop((copy, template));
    let gone = Database::connect(options(&url)).await;
    assert!(gone.is_err(), "the copy is still there");
}

#[tokio::test]
async fn a_keyspace_is_empty_and_nobody_elses() {
    let Some(redis) = redis().await else {
        return;
    };
    let (one, other) = (redis.keyspace().await, redis.keyspace().await);
    assert_ne!(one.url(), other.url());
    ask(one.url(), &["SET", "key", "value"]).await;
    assert_eq!(ask(one.url(), &["DBSIZE"]).await, "1");
    assert_eq!(ask(other.url(), &["DBSIZE"]).await, "0");
}

#[tokio::test]
async fn a_postgres_of_ones_own_can_be_broken_and_keeps_what_it_acknowledged() {
    let Some(own) = own_postgres().await else {
        return;
    };
    let below = connect(own.url()).await;
    run(&below, "CREATE TABLE kept (word text)").await;
    run(&below, "INSERT INTO kept VALUES ('here')").await;
    own.freeze();
    let frozen = tokio::time::timeout(Duration::from_millis(300), run(&below, "SELECT 1"));
    assert!(frozen.await.is_err(), "it answers while it is frozen");
    own.thaw();
    run(&below, "SELECT 1").await;
    own.kill();
    assert!(Database::connect(options(own.url())).await.is_err());
    own.start().await;
    own.stop();
    assert!(Database::connect(options(own.url())).await.is_err());
    own.start().await;
    let below = connect(own.url()).await;
    assert_eq!(run(&below, "DELETE FROM kept WHERE word = 'here'").await, 1);
    let address = address(own.url());
    drop(own);
    assert!(TcpStream::connect(address).is_err(), "it is still there");
}

#[tokio::test]
async fn a_redis_of_ones_own_can_be_broken_and_keeps_what_it_acknowledged() {
    let Some(own) = own_redis().await else {
        return;
    };
    ask(own.url(), &["SET", "key", "here"]).await;
    own.freeze();
    let url = own.url().to_owned();
    let frozen = tokio::spawn(async move { ask(&url, &["GET", "key"]).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!frozen.is_finished(), "it answers while it is frozen");
    frozen.abort();
    own.thaw();
    assert_eq!(ask(own.url(), &["GET", "key"]).await, "here");
    own.kill();
    assert!(TcpStream::connect(address(own.url())).is_err());
    own.start().await;
    own.stop();
    assert!(TcpStream::connect(address(own.url())).is_err());
    own.start().await;
    assert_eq!(ask(own.url(), &["GET", "key"]).await, "here");
}

#[test]
fn containers_work_where_an_engine_has_the_images() {
    works("containers", &[("TEST_STORES", "containers")]);
}

#[test]
fn binaries_work_where_they_are_installed() {
    works("binaries", &[("TEST_STORES", "binaries")]);
}

#[tokio::test]
async fn a_server_that_is_given_is_used() {
    let (Some(postgres), Some(redis)) = (own_postgres().await, own_redis().await) else {
        return;
    };
    let given = [("TEST_DATABASE_URL", postgres.url()), ("TEST_REDIS_URL", redis.url())];
    let said = works("given servers", &given);
    assert!(said.contains("TEST_DATABASE_URL names"), "{said}");
    assert!(said.contains("TEST_REDIS_URL names"), "{said}");
    // Nothing of it stays there.
    let below = connect(postgres.url()).await;
    let left = "SELECT 1/count(*) FROM pg_database WHERE datname LIKE 'basalt_test_%'";
    let divided = below.execute_unprepared(left).await;
    assert!(divided.is_err(), "a database was left behind");
}

#[test]
fn a_missing_store_is_said_and_fails_where_ci_is_true() {
    let nowhere = [("TEST_STORES", "binaries"), ("PATH", "/nowhere")];
    let missing = again(&["a_keyspace"], &nowhere);
    let said = String::from_utf8_lossy(&missing.stderr);
    assert!(said.contains("Redis IS MISSING"), "{said}");
    assert!(missing.status.success(), "without CI it is said, no more");
    let must = again(&["a_keyspace"], &[&nowhere[..], &[("CI", "true")]].concat());
    assert!(!must.status.success(), "with CI it fails");
}

#[test]
fn what_a_killed_process_started_ends_too() {
    for way in ["containers", "binaries"] {
        let mut child = command(&["stays_until_it_is_killed"], &[("TEST_STORES", way)])
            .env(STAY, "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("this binary starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let told: Vec<SocketAddr> = lines
            .map_while(Result::ok)
            .take_while(|line| !line.contains("all told"))
            .filter_map(|line| line.strip_prefix("server ").map(address))
            .collect();
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        let begun = Instant::now();
        for server in told {
            while TcpStream::connect(server).is_ok() {
                assert!(begun.elapsed() < Duration::from_secs(30), "{server} runs on");
                sleep(Duration::from_millis(50));
            }
        }
    }
}

/// Not a test of its own: the process that the one above kills.
#[tokio::test]
async fn stays_until_it_is_killed() {
    #[expect(clippy::disallowed_methods, reason = "this variable is of this test")]
    if std::env::var_os(STAY).is_none() {
        return;
    }
    let mut told = vec!["\n".to_owned()];
    if let Some(postgres) = postgres().await {
        told.push(format!("server {}\n", postgres.database().await.url()));
    }
    if let Some(redis) = redis().await {
        told.push(format!("server {}\n", redis.keyspace().await.url()));
    }
    if let Some(own) = own_redis().await {
        told.push(format!("server {}\n", own.url()));
        own.freeze();
        std::mem::forget(own);
    }
    say(&format!("{}all told\n", told.concat()));
    std::future::pending::<()>().await;
}

/// Runs the tests of databases and keyspaces in another process, and returns what it said.
fn works(way: &str, variables: &[(&str, &str)]) -> String {
    let done = again(&["a_copy", "a_keyspace", "_of_ones_own_"], variables);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    let shown = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{way}:\n{said}\n{shown}");
    if said.contains("IS MISSING") {
        say(&format!("\n{way}: NOT TRIED, not all are here:\n{said}\n"));
    }
    said
}

/// Runs tests of this file whose names begin so in another process.
fn again(tests: &[&str], variables: &[(&str, &str)]) -> Output {
    command(tests, variables).output().expect("it starts")
}

fn command(tests: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a path"));
    command
        .args(tests)
        .env_remove("CI")
        .env_remove("TEST_STORES")
        .env_remove("TEST_DATABASE_URL")
        .env_remove("TEST_REDIS_URL")
        .envs(variables.iter().copied());
    command
}

/// Past the capture of the harness.
fn say(text: &str) {
    let written = std::io::stdout().write_all(text.as_bytes());
    written.expect("stdout is open");
}

fn address(url: &str) -> SocketAddr {
    let url = Url::parse(url).expect("a URL");
    let found = url.socket_addrs(|| None).expect("an address");
    found[0]
}

fn options(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).acquire_timeout(Duration::from_secs(5)).sqlx_logging(false);
    options
}

async fn connect(url: &str) -> DatabaseConnection {
    Database::connect(options(url)).await.expect("it answers")
}

async fn run(below: &DatabaseConnection, sql: &str) -> u64 {
    let done = below.execute_unprepared(sql).await;
    done.expect("the statement is good").rows_affected()
}

async fn ask(url: &str, question: &[&str]) -> String {
    let client = Client::open(url).expect("a URL");
    let connection = client.get_multiplexed_async_connection().await;
    let mut command = cmd(question[0]);
    command.arg(&question[1..]);
    let answer = command.query_async(&mut connection.expect("it answers")).await;
    answer.expect("it answers")
}

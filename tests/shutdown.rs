//! The end of a process.

use std::{
    process::{Command, ExitStatus},
    time::{Duration, Instant},
};

use crate::support::{PATIENCE, Process, Raw, Stores, command, eventually};

fn signal(process: &Process, name: &str) {
    let status =
        Command::new("kill").args([&format!("-{name}"), &process.id().to_string()]).status();
    assert!(status.expect("kill runs").success());
}

/// Waits for the end of the process.
async fn ended(process: &mut Process) -> ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = process.ended() {
            return status;
        }
        assert!(start.elapsed() < PATIENCE, "the process ends");
        tokio::task::yield_now().await;
    }
}

const HALF: &str = "POST /api/users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                    Content-Length: 77\r\n\r\n";
const REST: &str =
    r#"{"name":"Carl Doe Smith","email":"carl@example.com","password":"password1234"}"#;

/// A request whose head and half of the body have been read.
async fn in_flight(process: &Process) -> Raw {
    let mut raw = process.raw().await;
    let head = HALF.replace("77", &REST.len().to_string());
    raw.send(format!("{head}{}", &REST[..20])).await;
    // A place among the requests in flight is taken before the body is read, and the metrics of
    // others come after: enough answers on other connections, and it has begun.
    let mut other = process.raw().await;
    for _ in 0..20 {
        other.ask("GET /api/posts HTTP/1.1\r\nHost: x\r\n\r\n").await.is(200);
    }
    raw
}

/// A server whose parent had SIGHUP treated so, whatever ours did.
#[cfg(target_os = "linux")]
fn with_hang_ups(treated: &str, stores: &Stores) -> Process {
    let server = command(stores, &[("DRAIN_DELAY_SECONDS", "1")]);
    Process::with_signal(&format!("--{treated}-signal=HUP"), &server)
}

/// A terminal that is closed, a rotation of logs.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_hang_up_ends_it_like_any_other_signal() {
    let stores = Stores::empty().await;
    ends_what_is_in_flight("HUP", with_hang_ups("default", &stores)).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_hang_up_that_is_to_be_ignored_is() {
    let stores = Stores::empty().await;
    let mut process = with_hang_ups("ignore", &stores);
    signal(&process, "HUP");
    // The second that counts would end it at once, with 1.
    signal(&process, "TERM");
    assert!(ended(&mut process).await.success());
}

#[tokio::test]
async fn requests_in_flight_end_then_the_process_does() {
    for name in ["TERM", "INT"] {
        let stores = Stores::empty().await;
        ends_what_is_in_flight(name, Process::start(&stores, &[])).await;
    }
}

async fn ends_what_is_in_flight(name: &str, mut process: Process) {
    let mut idle = process.raw().await;
    idle.ask("GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n").await.is(200);
    let mut slow = in_flight(&process).await;
    signal(&process, name);
    assert!(idle.is_closed().await, "an idle connection closes");
    if name == "HUP" {
        // A shell that is closed sends it, and then the system for the terminal.
        signal(&process, name);
    }
    assert!(process.ended().is_none(), "it waits for the request in flight");
    slow.send(&REST[20..]).await;
    let answer = slow.answer().await.expect("an answer").is(201);
    assert!(answer.header("connection").eq_ignore_ascii_case("close"));
    assert!(slow.is_closed().await);
    assert!(ended(&mut process).await.success());
}

#[tokio::test]
async fn during_the_delay_ready_is_503_and_new_connections_are_taken() {
    let stores = Stores::empty().await;
    let mut process = Process::start(&stores, &[("DRAIN_DELAY_SECONDS", "2")]);
    signal(&process, "TERM");
    let turns = || async {
        let mut raw = process.raw().await;
        raw.ask("GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n").await.status == 503
    };
    eventually("ready turns 503", turns).await;
    let mut raw = process.raw().await;
    raw.ask("GET /api/posts HTTP/1.1\r\nHost: x\r\n\r\n").await.is(200);
    assert!(ended(&mut process).await.success());
    let lines = process.lines();
    let is_alarm = |line: &&String| line.contains("WARN") || line.contains("ERROR");
    assert_eq!(lines.iter().find(is_alarm), None, "a stop is no fault");
}

#[tokio::test]
async fn a_request_that_never_ends_holds_the_process_up_no_longer_than_the_grace() {
    let stores = Stores::empty().await;
    let mut process = Process::start(&stores, &[("SHUTDOWN_GRACE_SECONDS", "1")]);
    let _slow = in_flight(&process).await;
    signal(&process, "TERM");
    let start = Instant::now();
    assert!(ended(&mut process).await.success());
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let stores = Stores::empty().await;
    let mut process = Process::start(&stores, &[("DRAIN_DELAY_SECONDS", "60")]);
    signal(&process, "TERM");
    let turns = || async {
        let mut raw = process.raw().await;
        raw.ask("GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n").await.status == 503
    };
    eventually("the first was heard", turns).await;
    signal(&process, "TERM");
    let start = Instant::now();
    assert!(!ended(&mut process).await.success());
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

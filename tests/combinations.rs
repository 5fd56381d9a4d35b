//! Runs all the other tests on the other combinations of stores: on PostgreSQL and Redis, on
//! PostgreSQL alone, and on SQLite with Redis. Each runs in a process of its own, one after the
//! other, so that tests share nothing and find the machine as they do here.

use std::{io::Write as _, process::Command, sync::Mutex, time::Instant};

use basalt_test_stores::{postgres, redis};

use crate::support::{Combination, NOT_HERE, VARIABLE};

/// Whoever has it runs a combination.
static TURN: Mutex<()> = Mutex::new(());

#[tokio::test]
async fn every_promise_is_kept_on_postgres_with_redis() {
    run(Combination { postgres: true, redis: true }).await;
}

#[tokio::test]
async fn every_promise_is_kept_on_postgres_alone() {
    run(Combination { postgres: true, redis: false }).await;
}

#[tokio::test]
async fn every_promise_is_kept_on_sqlite_with_redis() {
    run(Combination { postgres: false, redis: true }).await;
}

async fn run(combination: Combination) {
    let name = combination.name();
    if Combination::here() != Combination::default() {
        // Somebody asked for one: the others would be a surprise.
        return say(&format!("\n=== {name}: NOT RUN: {VARIABLE} names another\n"));
    }
    let mut command = Command::new(std::env::current_exe().expect("a path"));
    command.args(["--skip", "combinations::"]).env(VARIABLE, name).env_remove("TEST_STORES");
    // The server of this process is theirs too: it is started once.
    if combination.postgres {
        let Some(postgres) = postgres().await else {
            return not_run(name);
        };
        command.env("TEST_DATABASE_URL", postgres.url());
    }
    if combination.redis {
        let Some(redis) = redis().await else {
            return not_run(name);
        };
        command.env("TEST_REDIS_URL", redis.url());
    }
    // A combination that failed leaves the turn to the next one.
    let turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let begun = Instant::now();
    let done = command.output().expect("this binary starts");
    let seconds = begun.elapsed().as_secs();
    drop(turn);
    let shown = String::from_utf8_lossy(&done.stdout);
    let mut told = format!("\n=== {name}: {seconds} s\n");
    let counts = |line: &&str| line.starts_with("test result:") || line.contains(NOT_HERE);
    for line in shown.lines().filter(counts) {
        told.push_str(line);
        told.push('\n');
    }
    say(&told);
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "on {name}:\n{shown}\n{errors}");
}

fn not_run(name: &str) {
    say(&format!("\n=== {name}: NOT RUN: a store is missing\n"));
}

/// Past the capture of the harness.
fn say(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

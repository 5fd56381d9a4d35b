//! What every test is made of: a real server on stores of its own, clients that hold each
//! answer against the OpenAPI document, and a raw connection for what no client library sends.

mod answer;
mod client;
mod closed;
mod combination;
mod contract;
mod counted;
mod many;
mod process;
mod raw;
mod server;
mod sql;
mod stores;
mod template;
mod token;

pub(crate) use answer::Answer;
pub(crate) use client::{Client, Request};
pub(crate) use combination::{
    Combination, NOT_HERE, VARIABLE, only_on_postgres, only_on_sqlite, only_once,
    only_where_replicas_are,
};
pub(crate) use contract::Contract;
pub(crate) use counted::Counted;
pub(crate) use many::{multiply, server_with_posts};
pub(crate) use process::{Process, command};
pub(crate) use raw::Raw;
pub(crate) use server::{SECRET, TestServer};
pub(crate) use sql::Sql;
pub(crate) use stores::Stores;
pub(crate) use template::{ADMIN, ANN, BOB, PASSWORD};
pub(crate) use token::Forge;

use std::{future::Future, time::Duration};

/// A test that waits this long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Asks until `holds` is true: for what is promised to become true, not to be so at once.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let asked = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(PATIENCE, asked).await;
    assert!(in_time.is_ok(), "it never came true that {what}");
}

/// Runs all futures at the same time and returns their outputs in order.
pub(crate) async fn all<F>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let tasks: Vec<_> = futures.into_iter().map(tokio::spawn).collect();
    let mut outputs = Vec::new();
    for task in tasks {
        outputs.push(task.await.expect("a task does not panic"));
    }
    outputs
}

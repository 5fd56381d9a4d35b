//! Adapters that are broken on purpose, each in one way, and the promises by which the suite
//! refuses them. What is proven of a port is one list of faults and promises: each fault of it is
//! tried, and each promise has to be in it.

mod cache;
mod hasher;
mod limiter;
mod proof;
mod store;
mod system;
mod tokens;

use std::{fs, path::Path};

use store::proofs;

/// What is proven of each port: what makes an adapter with a fault, and the list.
macro_rules! ports {
    ($($port:ident: $with:path, $proofs:path;)*) => {
        mod each_fault_is_refused_by_the_promises_it_breaks {
            use super::*;

            $(#[test]
            fn $port() {
                proof::prove(basalt_contract::$port::PROMISES, $with, $proofs);
            })*
        }

        /// Each port, each of its promises, and the faults that it refuses.
        fn table() -> Vec<(&'static str, Vec<(&'static str, Vec<String>)>)> {
            vec![$((
                stringify!($port),
                proof::twins(basalt_contract::$port::PROMISES, $proofs),
            )),*]
        }
    };
}

ports! {
    users: store::with, proofs::users::PROOFS;
    posts: store::with, proofs::posts::PROOFS;
    auth_states: store::with, proofs::auth_states::PROOFS;
    kept_auth_states: store::kept::kept, proofs::auth_states::KEPT;
    idempotency: store::with, proofs::idempotency::PROOFS;
    units: store::with, proofs::units::PROOFS;
    versions: store::with, proofs::versions::PROOFS;
    limiter: limiter::with, limiter::proofs::PROOFS;
    cache: cache::with, cache::proofs::PROOFS;
    tokens: tokens::with, tokens::proofs::PROOFS;
    hs256_tokens: tokens::hs256, tokens::proofs::HS256;
    hasher: hasher::with, hasher::PROOFS;
    clock: system::clock, system::CLOCK;
    ids: system::ids, system::IDS;
}

/// A promise that has never refused anything proves nothing of the adapters that keep it.
#[test]
fn each_promise_refuses_a_fault() {
    let mut idle = Vec::new();
    for (port, promises) in table() {
        println!("{port}");
        for (promise, faults) in promises {
            println!("  {promise}: {}", faults.join(", "));
            if faults.is_empty() {
                idle.push(format!("{port}: {promise}"));
            }
        }
    }
    assert!(idle.is_empty(), "no broken adapter breaks {idle:#?}");
}

#[test]
fn each_port_of_the_suite_is_in_the_table() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    assert_eq!(lists_of_promises(&sources), table().len());
}

/// How many lists of promises the sources in `folder` have.
fn lists_of_promises(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).expect("the sources of the suite are here");
    let lists_in = |path: &Path| {
        if path.is_dir() {
            return lists_of_promises(path);
        }
        let source = fs::read_to_string(path).expect("a source is a text");
        source.matches("suite::promises! {").count()
    };
    entries.map(|entry| lists_in(&entry.expect("an entry is read").path())).sum()
}

/// Lets every rival come to the same point.
async fn dawdle() {
    for _ in 0..40 {
        tokio::task::yield_now().await;
    }
}

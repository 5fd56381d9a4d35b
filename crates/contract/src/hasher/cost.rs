use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::{Duration, Instant},
};

use basalt_domain::ports::HashError;

use super::{BoundedHasher, candidate, password};
use crate::race::race;

async fn time_of(call: impl Future) -> Duration {
    let start = Instant::now();
    call.await;
    start.elapsed()
}

pub(super) async fn nobodys_password_costs_the_same_work(subject: BoundedHasher) {
    let stored = subject.hash("correct horse").await;
    // What else the machine does only makes calls longer, so the shortest tell the work. They
    // come close to each other sooner or later, or never.
    let (mut somebody, mut nobody) = (Duration::MAX, Duration::MAX);
    for round in 0..300 {
        let with_hash = time_of(subject.verify("wrong horse", Some(&stored))).await;
        let without = time_of(subject.verify("wrong horse", None)).await;
        (somebody, nobody) = (somebody.min(with_hash), nobody.min(without));
        let is_close = nobody * 3 >= somebody && somebody * 3 >= nobody;
        if round >= 10 && is_close {
            return;
        }
    }
    panic!("nobody's password must cost the same work as somebody's: {nobody:?}, {somebody:?}");
}

/// True when `call` was not done the first time it was polled.
async fn is_pending_at_first(call: impl Future) -> bool {
    let mut call = pin!(call);
    let mut pending = false;
    poll_fn(|context| {
        pending = call.as_mut().poll(context).is_pending();
        Poll::Ready(())
    })
    .await;
    if pending {
        call.await;
    }
    pending
}

pub(super) async fn hashing_keeps_off_the_async_workers(subject: BoundedHasher) {
    const KEEPS_OFF: &str = "hashing must keep off the async workers";
    let stored = subject.hash("correct horse").await;
    // One of several: a blocking thread may, rarely, be done before the first look at it.
    let (mut hashed, mut verified, mut rehashed) = (false, false, false);
    for _ in 0..10 {
        let (new, tried) = (password("correct horse"), candidate("correct horse"));
        hashed |= is_pending_at_first(subject.hasher.hash(&new)).await;
        verified |= is_pending_at_first(subject.hasher.verify(&tried, Some(&stored))).await;
        rehashed |= is_pending_at_first(subject.hasher.rehash(&tried)).await;
    }
    assert!(hashed, "{KEEPS_OFF}: a new hash");
    assert!(verified, "{KEEPS_OFF}: a check");
    assert!(rehashed, "{KEEPS_OFF}: a rehash");
}

/// Asks for the check of many more passwords at once than there are places for.
async fn flood(subject: &BoundedHasher) -> (usize, usize) {
    let stored = subject.hash("correct horse").await;
    let asked = subject.places * 20 + 20;
    let answers = race(asked, |_| {
        let (hasher, stored) = (Arc::clone(&subject.hasher), stored.clone());
        async move {
            let tried = candidate("correct horse");
            hasher.verify(&tried, Some(&stored)).await
        }
    })
    .await;
    let (mut served, mut busy) = (0, 0);
    for answer in answers {
        match answer {
            Ok(found) => {
                assert!(found.matches, "who is served in a flood must be served well");
                served += 1;
            }
            Err(HashError::Busy) => busy += 1,
            Err(other) => panic!("a flood must be refused as busy and not fail: {other}"),
        }
    }
    (served, busy)
}

pub(super) async fn a_flood_of_passwords_is_refused_as_busy(subject: BoundedHasher) {
    let (served, busy) = flood(&subject).await;
    assert!(busy > 0, "more passwords than there are places for must be refused as busy");
    assert!(served > 0, "a flood must not keep everybody out");
}

pub(super) async fn a_hasher_that_was_flooded_serves_again(subject: BoundedHasher) {
    flood(&subject).await;
    let stored = subject.hash("correct horse").await;
    assert!(
        subject.verify("correct horse", Some(&stored)).await.matches,
        "a hasher must serve again once a flood is over"
    );
}

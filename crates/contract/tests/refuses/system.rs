//! A clock and ids that are none.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use basalt_adapters::system::{SystemClock, UuidV7Ids};
use basalt_contract::{ManualClock, clock, ids};
use basalt_domain::{
    PostId, Timestamp, TokenId, UserId,
    ports::{Clock, Ids},
};
use uuid::{Builder, Uuid};

use crate::assert_refused;

struct Behind;

impl Clock for Behind {
    fn now(&self) -> Timestamp {
        let micros = SystemClock.now().as_micros() - 60_000_000;
        Timestamp::from_micros(micros).expect("a minute ago")
    }
}

#[test]
fn the_machines_clock_is_refused_by_nothing() {
    assert_refused(clock::PROMISES, async || Arc::new(SystemClock) as Arc<dyn Clock>, &[]);
}

#[test]
fn a_clock_that_stands_still_is_refused() {
    assert_refused(
        clock::PROMISES,
        async || Arc::new(ManualClock::default()) as Arc<dyn Clock>,
        &["the_clock_moves", "the_clock_tells_the_machines_time"],
    );
}

#[test]
fn a_clock_that_is_behind_is_refused() {
    assert_refused(
        clock::PROMISES,
        async || Arc::new(Behind) as Arc<dyn Clock>,
        &["the_clock_tells_the_machines_time"],
    );
}

/// Ids made of a running number in some way.
struct Numbered {
    next: AtomicU64,
    id: fn(u64) -> Uuid,
}

impl Numbered {
    fn next(&self) -> Uuid {
        (self.id)(self.next.fetch_add(1, Ordering::Relaxed))
    }
}

impl Ids for Numbered {
    fn user(&self) -> UserId {
        UserId::from_uuid(self.next())
    }

    fn post(&self) -> PostId {
        PostId::from_uuid(self.next())
    }

    fn token(&self) -> TokenId {
        TokenId::from_uuid(self.next())
    }
}

fn with(id: fn(u64) -> Uuid) -> impl AsyncFn() -> Arc<dyn Ids> + Sync {
    async move || Arc::new(Numbered { next: AtomicU64::new(1), id }) as Arc<dyn Ids>
}

/// Version 7, with `counter` behind a time that is always the same.
fn version_seven(counter: u64) -> Uuid {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&counter.to_be_bytes());
    Builder::from_unix_timestamp_millis(1_767_225_600_000, &random).into_uuid()
}

#[test]
fn ids_that_keep_every_promise_are_refused_by_nothing() {
    assert_refused(ids::PROMISES, with(version_seven), &[]);
    assert_refused(ids::PROMISES, async || Arc::new(UuidV7Ids) as Arc<dyn Ids>, &[]);
}

#[test]
fn ids_that_come_again_are_refused() {
    assert_refused(
        ids::PROMISES,
        with(|number| version_seven(number / 2)),
        &["no_id_is_given_out_twice"],
    );
}

#[test]
fn ids_without_order_are_refused() {
    assert_refused(
        ids::PROMISES,
        with(|number| version_seven(number.reverse_bits() >> 2)),
        &["ids_sort_by_the_time_they_were_made"],
    );
}

#[test]
fn ids_of_another_version_are_refused() {
    assert_refused(
        ids::PROMISES,
        with(|number| Uuid::from_u128(u128::from(number))),
        &["ids_are_version_seven"],
    );
}

//! A clock and ids that are none.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use basalt_adapters::system::{SystemClock, UuidV7Ids};
use basalt_contract::ManualClock;
use basalt_domain::{
    Timestamp,
    ports::{Clock, Ids},
};
use uuid::{Builder, Uuid};

use crate::proof::{Proof, exactly};

#[derive(Clone, Copy, Debug)]
pub(crate) enum ClockFault {
    None,
    /// Stands still.
    StandsStill,
    /// Is a minute behind.
    Behind,
}

struct Behind;

impl Clock for Behind {
    fn now(&self) -> Timestamp {
        let micros = SystemClock.now().as_micros() - 60_000_000;
        Timestamp::from_micros(micros).expect("a minute ago")
    }
}

pub(crate) fn clock(fault: ClockFault) -> impl AsyncFn() -> Arc<dyn Clock> + Sync {
    async move || match fault {
        ClockFault::None => Arc::new(SystemClock) as Arc<dyn Clock>,
        ClockFault::StandsStill => Arc::new(ManualClock::default()),
        ClockFault::Behind => Arc::new(Behind),
    }
}

pub(crate) const CLOCK: &[Proof<ClockFault>] = &[
    exactly(ClockFault::None, &[]),
    exactly(ClockFault::StandsStill, &["the_clock_moves", "the_clock_tells_the_machines_time"]),
    exactly(ClockFault::Behind, &["the_clock_tells_the_machines_time"]),
];

#[derive(Clone, Copy, Debug)]
pub(crate) enum IdFault {
    /// None, in the adapter.
    None,
    /// None, but that the ids are made of a running number.
    Numbered,
    /// Gives each id twice.
    Twice,
    /// Gives ids in no order.
    NoOrder,
    /// Gives ids of no version.
    NoVersion,
}

/// Ids made of a running number in some way.
struct Numbered {
    next: AtomicU64,
    id: fn(u64) -> Uuid,
}

fn numbered(id: fn(u64) -> Uuid) -> Arc<dyn Ids> {
    Arc::new(Numbered { next: AtomicU64::new(1), id })
}

impl Ids for Numbered {
    fn next(&self) -> Uuid {
        (self.id)(self.next.fetch_add(1, Ordering::Relaxed))
    }
}

/// Version 7, with `counter` behind a time that is always the same.
fn version_seven(counter: u64) -> Uuid {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&counter.to_be_bytes());
    Builder::from_unix_timestamp_millis(1_767_225_600_000, &random).into_uuid()
}

pub(crate) fn ids(fault: IdFault) -> impl AsyncFn() -> Arc<dyn Ids> + Sync {
    async move || match fault {
        IdFault::None => Arc::new(UuidV7Ids) as Arc<dyn Ids>,
        IdFault::Numbered => numbered(version_seven),
        IdFault::Twice => numbered(|number| version_seven(number / 2)),
        IdFault::NoOrder => numbered(|number| version_seven(number.reverse_bits() >> 2)),
        IdFault::NoVersion => numbered(|number| Uuid::from_u128(number.into())),
    }
}

pub(crate) const IDS: &[Proof<IdFault>] = &[
    exactly(IdFault::None, &[]),
    exactly(IdFault::Numbered, &[]),
    exactly(IdFault::Twice, &["no_id_is_given_out_twice"]),
    exactly(IdFault::NoOrder, &["ids_sort_by_the_time_they_were_made"]),
    exactly(IdFault::NoVersion, &["ids_are_version_seven"]),
];

//! Tells whether a user's state was changed since it was read.

use std::sync::atomic::{AtomicU64, Ordering};

use basalt_domain::UserId;

const SHARDS: u16 = 1_024;

/// Counts the changes of users' states. Users share counters, so a change makes us forget the
/// states of a thousandth of all users: those are then read once more.
pub(crate) struct Epochs(Box<[AtomicU64]>);

impl Epochs {
    pub(crate) fn new() -> Self {
        Self((0..SHARDS).map(|_| AtomicU64::new(0)).collect())
    }

    /// The count for `user`. A state that is read after this was asked is good as long as the
    /// answer stays the same.
    pub(crate) fn of(&self, user: UserId) -> u64 {
        self.0[shard(user)].load(Ordering::Acquire)
    }

    /// Makes everybody forget the states of `user` that were read before.
    pub(crate) fn end(&self, user: UserId) {
        self.0[shard(user)].fetch_add(1, Ordering::AcqRel);
    }
}

fn shard(user: UserId) -> usize {
    // The last bits of an id are random.
    let [.., high, low] = user.as_uuid().into_bytes();
    usize::from(u16::from_be_bytes([high, low]) % SHARDS)
}

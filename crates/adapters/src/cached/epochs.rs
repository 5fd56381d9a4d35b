//! Tells whether a user's state was changed since it was read.

use std::sync::atomic::{AtomicU64, Ordering};

use basalt_domain::UserId;

const SHARDS: usize = 1_024;

/// Counts the changes of users' states. Users share counters, so a change makes us forget the
/// states of a thousandth of all users: those are then read once more.
pub(super) struct Epochs(Box<[AtomicU64]>);

impl Epochs {
    pub(super) fn new() -> Self {
        Self((0..SHARDS).map(|_| AtomicU64::new(0)).collect())
    }

    /// The count for `user`. A state that is read after this was asked is good as long as the
    /// answer stays the same.
    pub(super) fn of(&self, user: UserId) -> u64 {
        self.shard(user).load(Ordering::Acquire)
    }

    /// Makes everybody forget the states of `user` that were read before.
    pub(super) fn end(&self, user: UserId) {
        self.shard(user).fetch_add(1, Ordering::AcqRel);
    }

    fn shard(&self, user: UserId) -> &AtomicU64 {
        // The last bits of an id are random.
        let [.., high, low] = user.as_uuid().into_bytes();
        &self.0[usize::from(u16::from_be_bytes([high, low])) % SHARDS]
    }
}

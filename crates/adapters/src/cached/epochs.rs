//! Tells whether a user's state was changed since it was read.

use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering},
};

use basalt_domain::UserId;

const SHARDS: u16 = 1_024;

/// Tells others of a shard that has changed.
type Teller = Box<dyn Fn(u16) + Send + Sync>;

/// Counts the changes of users' states. Users share counters, so a change makes us forget the
/// states of a thousandth of all users: those are then read once more.
pub(crate) struct Epochs {
    shards: Box<[AtomicU64]>,
    teller: OnceLock<Teller>,
}

impl Epochs {
    pub(crate) fn new() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| AtomicU64::new(0)).collect(),
            teller: OnceLock::new(),
        }
    }

    /// Tells `teller` from now on; the first who asks for it is the one.
    pub(crate) fn tell(&self, teller: Teller) {
        let _ = self.teller.set(teller);
    }

    /// The count for `user`. A state that is read after this was asked is good as long as the
    /// answer stays the same.
    pub(crate) fn of(&self, user: UserId) -> u64 {
        self.shards[usize::from(shard(user))].load(Ordering::Acquire)
    }

    /// Makes everybody forget the states of `user` that were read before.
    pub(crate) fn end(&self, user: UserId) {
        let shard = shard(user);
        self.end_shard(shard);
        if let Some(tell) = self.teller.get() {
            tell(shard);
        }
    }

    /// Makes this process forget the states of a shard, if there is one of this number.
    pub(crate) fn end_shard(&self, shard: u16) {
        if let Some(epoch) = self.shards.get(usize::from(shard)) {
            epoch.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Makes this process forget all states.
    pub(crate) fn end_all(&self) {
        (0..SHARDS).for_each(|shard| self.end_shard(shard));
    }
}

fn shard(user: UserId) -> u16 {
    // The last bits of an id are random.
    let [.., high, low] = user.as_uuid().into_bytes();
    u16::from_be_bytes([high, low]) % SHARDS
}

//! Repositories and units of work in memory, with every promise of the ports.
//!
//! All tables lie behind one [`Arc`]. A reader takes the arc and so has a snapshot; whoever writes
//! first takes the one write lock, so units of work run one after the other. A unit works on a
//! copy, which takes the place of the shared tables at commit and is forgotten when the unit is
//! dropped.

mod access;
mod auth_states;
mod idempotency;
mod posts;
mod rows;
mod tables;
mod unit;
mod users;

use std::sync::Arc;

use self::access::Shared;

/// The four repositories over one kind of access to the tables: the shared ones, or the copy of a
/// unit of work.
#[derive(Clone, Debug)]
pub struct Memory<A>(A);

/// A store that forgets everything with the process. Clones share their content.
///
/// A write waits for the unit of work that is open, at most [`MemoryStore::PATIENCE`], then it is
/// [`StoreError::Unavailable`](basalt_domain::ports::StoreError::Unavailable): a task that writes
/// beside its own open unit gets an error to look at instead of a standstill.
pub type MemoryStore = Memory<Arc<Shared>>;

impl MemoryStore {
    /// How long a write waits for the unit of work that is open.
    pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

    /// An empty store.
    pub fn new() -> Self {
        Self(Arc::default())
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

//! Ports that do what a test tells them to.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use basalt_adapters::memory::MemoryStore;
use basalt_domain::ports::{
    AuthStates, IdempotencyRecords, MockAuthStates, MockIdempotencyRecords, MockPostRepository,
    MockUnitOfWork, MockUnitsOfWork, MockUserRepository, PostRepository, StoreError, UnitOfWork,
    UnitsOfWork, UserRepository,
};
use mockall::Sequence;

use crate::support::gone;

/// The repositories of one unit of work. One that is not told anything refuses to be called.
#[derive(Default)]
pub(crate) struct Unit {
    pub(crate) users: MockUserRepository,
    pub(crate) posts: MockPostRepository,
    pub(crate) auth_states: MockAuthStates,
    pub(crate) idempotency: MockIdempotencyRecords,
}

impl Unit {
    /// A unit that must be committed, which works.
    pub(crate) fn committed(self) -> MockUnitOfWork {
        let mut unit = self.open();
        unit.expect_commit().times(1).returning(|| Ok(()));
        unit
    }

    /// The same, as the next step of `sequence`.
    pub(crate) fn committed_in(self, sequence: &mut Sequence) -> MockUnitOfWork {
        let mut unit = self.open();
        let commit = unit.expect_commit().times(1).in_sequence(sequence);
        commit.returning(|| Ok(()));
        unit
    }

    /// A unit that must be dropped, so that nothing of it happens.
    pub(crate) fn dropped(self) -> MockUnitOfWork {
        let mut unit = self.open();
        unit.expect_commit().never();
        unit
    }

    fn open(self) -> MockUnitOfWork {
        let mut unit = MockUnitOfWork::new();
        unit.expect_users().return_const(Box::new(self.users) as Box<dyn UserRepository>);
        unit.expect_posts().return_const(Box::new(self.posts) as Box<dyn PostRepository>);
        unit.expect_auth_states().return_const(Box::new(self.auth_states) as Box<dyn AuthStates>);
        unit.expect_idempotency()
            .return_const(Box::new(self.idempotency) as Box<dyn IdempotencyRecords>);
        unit
    }
}

/// Hands out these units, one after the other, and must be asked for exactly as many.
pub(crate) fn units(units: impl IntoIterator<Item = MockUnitOfWork>) -> MockUnitsOfWork {
    let units: Vec<_> = units.into_iter().collect();
    let count = units.len();
    let units = Mutex::new(units.into_iter());
    let mut source = MockUnitsOfWork::new();
    source.expect_begin().times(count).returning(move || {
        let unit = units.lock().unwrap().next().expect("one unit for each call");
        Ok(Box::new(unit))
    });
    source
}

/// A store that can't be reached where a write begins.
pub(crate) fn no_units() -> MockUnitsOfWork {
    let mut source = MockUnitsOfWork::new();
    source.expect_begin().returning(|| Err(gone()));
    source
}

/// The store, with a connection that breaks at each commit.
pub(crate) struct CommitsFail(pub(crate) MemoryStore);

struct FailingUnit(Box<dyn UnitOfWork>);

#[async_trait]
impl UnitsOfWork for CommitsFail {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        Ok(Box::new(FailingUnit(self.0.begin().await?)))
    }
}

#[async_trait]
impl UnitOfWork for FailingUnit {
    fn users(&self) -> &dyn UserRepository {
        self.0.users()
    }

    fn posts(&self) -> &dyn PostRepository {
        self.0.posts()
    }

    fn auth_states(&self) -> &dyn AuthStates {
        self.0.auth_states()
    }

    fn idempotency(&self) -> &dyn IdempotencyRecords {
        self.0.idempotency()
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        Err(gone())
    }
}

/// The store, where something happens before each unit begins. It is told how many there were, and
/// may keep the unit from beginning.
pub(crate) struct Between<F> {
    store: MemoryStore,
    begun: AtomicU32,
    happens: F,
}

impl<F> Between<F> {
    pub(crate) fn new(store: &MemoryStore, happens: F) -> Arc<Self> {
        Arc::new(Self { store: store.clone(), begun: AtomicU32::new(0), happens })
    }

    /// How many units have begun, or were kept from it.
    pub(crate) fn begun(&self) -> u32 {
        self.begun.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl<F, H> UnitsOfWork for Between<F>
where
    F: Fn(u32) -> H + Send + Sync,
    H: Future<Output = Result<(), StoreError>> + Send,
{
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        (self.happens)(self.begun.fetch_add(1, Ordering::SeqCst)).await?;
        self.store.begin().await
    }
}

use std::sync::{Arc, atomic::Ordering};

use async_trait::async_trait;
use basalt_adapters::memory::MemoryStore;
use basalt_domain::ports::{
    AuthStates, IdempotencyRecords, PostRepository, StoreError, UnitOfWork, UnitsOfWork,
    UserRepository,
};
use futures_util::FutureExt;
use tokio::sync::OnceCell;

use super::{Fault, Faulty, Repositories, locked};
use crate::dawdle;

/// A unit that begins when it is first used.
struct Begun {
    pool: MemoryStore,
    unit: OnceCell<Box<dyn UnitOfWork>>,
}

impl Begun {
    async fn unit(&self) -> Result<&dyn UnitOfWork, StoreError> {
        let unit = self.unit.get_or_try_init(|| self.pool.begin()).await?;
        Ok(&**unit)
    }
}

#[async_trait]
impl Repositories for Begun {
    async fn users(&self) -> Result<&dyn UserRepository, StoreError> {
        Ok(self.unit().await?.users())
    }

    async fn posts(&self) -> Result<&dyn PostRepository, StoreError> {
        Ok(self.unit().await?.posts())
    }

    async fn auth_states(&self) -> Result<&dyn AuthStates, StoreError> {
        Ok(self.unit().await?.auth_states())
    }

    async fn idempotency(&self) -> Result<&dyn IdempotencyRecords, StoreError> {
        Ok(self.unit().await?.idempotency())
    }
}

#[async_trait]
impl UnitsOfWork for Faulty<MemoryStore> {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        if self.has(Fault::NoTransaction) {
            return Ok(Box::new(self.clone()));
        }
        let begun = Begun { pool: self.pool.clone(), unit: OnceCell::new() };
        match self.fault {
            Fault::NoAdminLock
            | Fault::BatchBesideUnit
            | Fault::LostUpdates
            | Fault::EmptyCommitFails => {}
            Fault::CopiesEarly => self.begin_on_an_old_copy(begun.unit()).await?,
            Fault::QueueLeaks => self.begin_after_others(begun.unit()).await?,
            _ => drop(begun.unit().await?),
        }
        self.forget_unit();
        self.aside.published.settle();
        self.aside.users.settle();
        Ok(Box::new(FaultyUnit {
            repositories: Some(Faulty {
                inner: begun,
                pool: self.pool.clone(),
                aside: Arc::clone(&self.aside),
                fault: self.fault,
            }),
        }))
    }
}

impl Faulty<MemoryStore> {
    /// Begins a unit without the users who were added while it waited.
    async fn begin_on_an_old_copy(
        &self,
        unit: impl Future<Output = Result<&dyn UnitOfWork, StoreError>>,
    ) -> Result<(), StoreError> {
        let copied = self.all_users().await?;
        dawdle().await;
        let unit = unit.await?;
        for user in self.all_users().await? {
            if !copied.contains(&user) {
                unit.users().delete(user.id, user.version).await?;
            }
        }
        Ok(())
    }

    /// Begins a unit unless many wait for one.
    async fn begin_after_others(
        &self,
        unit: impl Future<Output = Result<&dyn UnitOfWork, StoreError>>,
    ) -> Result<(), StoreError> {
        const PLACES: usize = 3;
        let waiting = &self.aside.waiting;
        if waiting.fetch_add(1, Ordering::SeqCst) < PLACES {
            unit.await?;
            waiting.fetch_sub(1, Ordering::SeqCst);
            return Ok(());
        }
        waiting.fetch_sub(1, Ordering::SeqCst);
        Err(StoreError::unavailable("too many wait for a unit"))
    }
}

/// No unit at all: each call is written for good at once.
#[async_trait]
impl UnitOfWork for Faulty<MemoryStore> {
    fn users(&self) -> &dyn UserRepository {
        self
    }

    fn posts(&self) -> &dyn PostRepository {
        self
    }

    fn auth_states(&self) -> &dyn AuthStates {
        self
    }

    fn idempotency(&self) -> &dyn IdempotencyRecords {
        self
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}

struct FaultyUnit {
    /// There until the unit ends.
    repositories: Option<Faulty<Begun>>,
}

impl FaultyUnit {
    fn repositories(&self) -> &Faulty<Begun> {
        self.repositories.as_ref().expect("the unit has not ended")
    }
}

#[async_trait]
impl UnitOfWork for FaultyUnit {
    fn users(&self) -> &dyn UserRepository {
        self.repositories()
    }

    fn posts(&self) -> &dyn PostRepository {
        self.repositories()
    }

    fn auth_states(&self) -> &dyn AuthStates {
        self.repositories()
    }

    fn idempotency(&self) -> &dyn IdempotencyRecords {
        self.repositories()
    }

    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        let repositories = self.repositories.take().expect("the unit has not ended");
        if repositories.has(Fault::CommitByRow) {
            drop(repositories.inner);
            let inserted = locked(&repositories.aside.inserted).split_off(0);
            for (user, hash) in inserted {
                let written = UserRepository::insert(&repositories.pool, &user, &hash).await;
                written.map_err(StoreError::failed)?;
                dawdle().await;
            }
            return Ok(());
        }
        let Faulty { inner, pool, aside, fault } = repositories;
        aside.published.settle();
        aside.users.settle();
        let beside = Faulty { inner: (), pool, aside, fault };
        match inner.unit.into_inner() {
            Some(_) if beside.has(Fault::CommitRollsBack) => Ok(()),
            Some(unit) => beside.noting_commit(unit.commit()).await,
            None if beside.has(Fault::EmptyCommitFails) => {
                Err(StoreError::failed("cannot commit: no transaction is active"))
            }
            None => Ok(()),
        }
    }
}

impl Drop for FaultyUnit {
    fn drop(&mut self) {
        let Some(repositories) = self.repositories.take() else {
            return;
        };
        match repositories.fault {
            Fault::CountsRolledBack => {
                repositories.aside.published.roll_back();
                repositories.aside.users.roll_back();
            }
            Fault::DropForgets => std::mem::forget(repositories.inner),
            Fault::RollbackKeepsRevocations => {
                drop(repositories.inner);
                let revoked = locked(&repositories.aside.revoked).split_off(0);
                for (user, token, expires_at) in revoked {
                    // Done at once, since nobody else has the right to write.
                    let kept = repositories.pool.revoke(user, token, expires_at);
                    drop(kept.now_or_never());
                }
            }
            _ => {}
        }
    }
}

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use basalt_domain::{
    Answer, Fingerprint, IdempotencyKey, IdempotencyRecord, IdempotencyScope, Timestamp, UserId,
    ports::{Claim, IdempotencyRecords, UnitOfWork},
};
use tokio::sync::OwnedMutexGuard;

use crate::{Error, Ports, error::Doing};

/// How long a repeat gets the first answer.
pub const IDEMPOTENCY_TTL: Duration = Duration::from_hours(24);

/// A request that may be a repeat.
#[derive(Clone, Debug)]
pub struct Attempt<T> {
    /// The client's name for what it attempts.
    pub key: IdempotencyKey,
    /// Tells the same body from another.
    pub fingerprint: Fingerprint,
    /// What the same body had under earlier keys: a repeat may come after a rotation of secrets.
    pub earlier_fingerprints: Vec<Fingerprint>,
    /// Makes the answer to be given now and to every repeat.
    pub render: fn(&T) -> Answer,
}

impl<T> Attempt<T> {
    fn has_body_of(&self, record: &IdempotencyRecord) -> bool {
        self.fingerprint == record.fingerprint
            || self.earlier_fingerprints.contains(&record.fingerprint)
    }
}

/// What a creation led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created<T> {
    /// It happened now.
    New(T),
    /// It happened before, with this answer.
    Replayed(Answer),
}

/// How an attempt goes on.
pub(crate) enum Begun {
    /// It was answered before.
    Replayed(Answer),
    /// It is the only one of its key in this process until the guard is dropped.
    First(#[allow(dead_code, reason = "held for its drop")] Option<InFlight>),
}

type Slot = (IdempotencyScope, IdempotencyKey);
type Slots = Arc<Mutex<HashMap<Slot, Arc<tokio::sync::Mutex<()>>>>>;

/// Lets one request of a key through at a time, so that its repeats wait for the answer and do no
/// work (a registration's hash) for nothing. Across processes the store's constraint decides.
#[derive(Clone)]
pub(crate) struct Idempotency {
    ports: Ports,
    slots: Slots,
}

impl Idempotency {
    pub(crate) fn new(ports: Ports) -> Self {
        Self { ports, slots: Slots::default() }
    }

    /// Waits for an earlier request of the same key, then looks for its answer.
    pub(crate) async fn begin<T>(
        &self,
        scope: IdempotencyScope,
        attempt: Option<&Attempt<T>>,
    ) -> Result<Begun, Error> {
        let Some(attempt) = attempt else {
            return Ok(Begun::First(None));
        };
        let guard = self.enter((scope, attempt.key.clone())).await?;
        match self.recorded(&*self.ports.idempotency, scope, attempt).await? {
            Some(answer) => Ok(Begun::Replayed(answer)),
            None => Ok(Begun::First(Some(guard))),
        }
    }

    /// Uses the key within `unit`, with the answer for `created`. `Some` when another process was
    /// faster: the unit must then be dropped and that answer given.
    pub(crate) async fn claim<T>(
        &self,
        unit: &dyn UnitOfWork,
        scope: IdempotencyScope,
        attempt: Option<&Attempt<T>>,
        created: &T,
        owner: UserId,
        now: Timestamp,
    ) -> Result<Option<Answer>, Error> {
        let Some(attempt) = attempt else {
            return Ok(None);
        };
        let record = IdempotencyRecord {
            scope,
            key: attempt.key.clone(),
            fingerprint: attempt.fingerprint,
            answer: (attempt.render)(created),
            owner,
            expires_at: now.plus(IDEMPOTENCY_TTL),
        };
        let claim = unit.idempotency().claim(&record, now).await;
        match claim.doing("claiming an idempotency key")? {
            Claim::Made => Ok(None),
            Claim::Busy => Err(Error::InProgress),
            // On the unit's own connection: whoever holds one must not wait for another.
            Claim::Exists => match self.recorded(unit.idempotency(), scope, attempt).await? {
                Some(answer) => Ok(Some(answer)),
                // It was there and is gone: the user it belonged to was deleted in between.
                None => Err(Error::InProgress),
            },
        }
    }

    async fn recorded<T>(
        &self,
        records: &dyn IdempotencyRecords,
        scope: IdempotencyScope,
        attempt: &Attempt<T>,
    ) -> Result<Option<Answer>, Error> {
        let now = self.ports.clock.now();
        let found = records.find(scope, &attempt.key, now).await;
        match found.doing("looking an idempotency key up")? {
            Some(record) if attempt.has_body_of(&record) => Ok(Some(record.answer)),
            Some(_) => Err(Error::KeyReused),
            None => Ok(None),
        }
    }

    async fn enter(&self, slot: Slot) -> Result<InFlight, Error> {
        let lock = {
            let mut slots = lock(&self.slots);
            // A waiter that gave up in the very moment of its turn leaves its entry behind.
            if slots.len() > 1_024 {
                slots.retain(|_, lock| Arc::strong_count(lock) > 1);
            }
            Arc::clone(slots.entry(slot.clone()).or_default())
        };
        let turn = tokio::time::timeout(self.ports.patience, lock.lock_owned())
            .await
            .map_err(|_| Error::InProgress)?;
        Ok(InFlight { turn: Some(turn), slot, slots: Arc::clone(&self.slots) })
    }
}

/// Held while the first request of a key runs.
pub(crate) struct InFlight {
    turn: Option<OwnedMutexGuard<()>>,
    slot: Slot,
    slots: Slots,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut slots = lock(&self.slots);
        self.turn = None;
        if slots.get(&self.slot).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            slots.remove(&self.slot);
        }
    }
}

fn lock(slots: &Slots) -> MutexGuard<'_, HashMap<Slot, Arc<tokio::sync::Mutex<()>>>> {
    slots.lock().unwrap_or_else(PoisonError::into_inner)
}

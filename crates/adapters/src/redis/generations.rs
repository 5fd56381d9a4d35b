//! Which generation of kept pages is in force, as far as this process knows.

use std::{
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use basalt_domain::ports::{CacheGeneration, StoreError, chain};
use deadpool_redis::redis::Script;

use super::{
    Redis,
    changes::MARK_LIFE,
    connections::Request,
    keys::{GENERATION, MARKS},
};

/// What is known of Redis is gone by then: other processes see a write within a second.
const MAX_AGE: Duration = Duration::from_millis(500);
/// From this age on somebody asks again, while the others go on with what is known.
const REFRESH_AGE: Duration = Duration::from_millis(250);
/// Without a write for so long, all pages are read once more.
pub(super) const GENERATION_LIFE: Duration = Duration::from_hours(24);

static PRESENT: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("scripts/present.lua")));

/// A generation that pages may be kept under.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) generation: CacheGeneration,
    /// In force for all processes. Else it is this process's own, for what it has at hand, since
    /// somebody is about to change posts or Redis can't be asked. It ends within half a second.
    pub(super) is_shared: bool,
    /// When Redis was asked.
    since: Instant,
}

impl Known {
    pub(super) fn of(
        since: Instant,
        (generation, marks): &(String, u32),
    ) -> Result<Self, StoreError> {
        if *marks > 0 {
            return Self::own(since);
        }
        let generation = u64::from_str_radix(generation, 16).map_err(StoreError::corrupt)?;
        Ok(Self {
            generation: CacheGeneration(generation),
            is_shared: true,
            since,
        })
    }

    fn own(since: Instant) -> Result<Self, StoreError> {
        Ok(Self {
            generation: CacheGeneration(random()?),
            is_shared: false,
            since,
        })
    }
}

/// What this process knows, and what it has to make up for.
pub(super) struct Generations {
    state: Mutex<State>,
    /// Held by the one who asks Redis.
    asking: Arc<tokio::sync::Mutex<()>>,
}

struct State {
    /// Counts the beginnings and ends of this process's changes. An answer to a question from
    /// before one of them is worth nothing.
    epoch: u64,
    known: Option<Known>,
    /// The epoch in which a change could not be told of. Only a bump that began later makes up
    /// for it.
    owed: Option<u64>,
}

impl Generations {
    /// Owes a bump from the start: the process before this one may have died half way.
    pub(super) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                epoch: 0,
                known: None,
                owed: Some(0),
            }),
            asking: Arc::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> Option<Known> {
        self.state().known
    }

    fn epoch(&self) -> u64 {
        self.state().epoch
    }

    /// Remembers what was asked in `epoch`, unless that has ended.
    fn learn(&self, epoch: u64, known: Known) {
        let mut state = self.state();
        if state.epoch == epoch {
            state.known = Some(known);
        }
    }

    /// Owes a bump: what Redis holds may be from before the last one.
    pub(super) fn owe(&self) {
        let mut state = self.state();
        state.epoch += 1;
        state.known = None;
        state.owed = Some(state.epoch);
    }

    /// Forgets what is known, and gives the epoch that begins.
    pub(super) fn change(&self) -> u64 {
        let mut state = self.state();
        state.epoch += 1;
        state.known = None;
        state.epoch
    }

    /// Ends a change that began with `epoch`. Nothing that was asked while it went on is worth
    /// anything; its own answer is, if there was no other change meanwhile.
    pub(super) fn changed(&self, epoch: u64, known: Option<Known>) {
        let mut state = self.state();
        let was_alone = state.epoch == epoch;
        state.epoch += 1;
        state.known = known.filter(|_| was_alone);
        match known {
            Some(_) => state.owed = state.owed.filter(|owed| *owed > epoch),
            None => state.owed = Some(state.epoch),
        }
    }
}

impl Redis {
    /// The generation in force. Asks Redis when too much time has passed, and then once for all
    /// who want to know.
    pub(super) async fn generation(&self) -> Result<Known, StoreError> {
        let generations = &self.0.generations;
        if let Some(known) = generations.known() {
            let age = known.since.elapsed();
            if age < REFRESH_AGE {
                return Ok(known);
            }
            if age < MAX_AGE {
                self.refresh_beside();
                return Ok(known);
            }
        }
        let _asking = generations.asking.lock().await;
        match generations.known() {
            Some(known) if known.since.elapsed() < MAX_AGE => Ok(known),
            _ => self.refresh().await,
        }
    }

    /// The generation that is known, however old.
    pub(super) fn known_generation(&self) -> Option<Known> {
        self.0.generations.known()
    }

    fn refresh_beside(&self) {
        let asking = Arc::clone(&self.0.generations.asking);
        if let Ok(asking) = asking.try_lock_owned() {
            let redis = self.clone();
            tokio::spawn(async move {
                let _asking = asking;
                if let Err(error) = redis.refresh().await {
                    tracing::debug!(
                        error = chain(&error),
                        "the generation of pages is not known"
                    );
                }
            });
        }
    }

    async fn refresh(&self) -> Result<Known, StoreError> {
        let generations = &self.0.generations;
        if self.owes_bump() && self.bump(None).await.is_ok() {
            // Nobody has changed anything since, or somebody knows better: then a reader of now
            // keeps what they read to themselves.
            return match generations.known() {
                Some(known) => Ok(known),
                None => Known::own(Instant::now()),
            };
        }
        let (epoch, since) = (generations.epoch(), Instant::now());
        let known = match self.ask_for_generation().await {
            Ok(answer) if !self.owes_bump() => Known::of(since, &answer)?,
            _ => Known::own(since)?,
        };
        generations.learn(epoch, known);
        Ok(known)
    }

    async fn ask_for_generation(&self) -> Result<(String, u32), StoreError> {
        let mut script = PRESENT.key(GENERATION);
        script.key(MARKS).arg(hex(random()?));
        script.arg(millis(GENERATION_LIFE)).arg(millis(MARK_LIFE));
        self.call(&Request::Script(script)).await
    }

    /// Whether a change of this process was not told.
    pub(super) fn owes_bump(&self) -> bool {
        self.0.generations.state().owed.is_some()
    }
}

pub(super) fn hex(number: u64) -> String {
    format!("{number:016x}")
}

pub(super) fn random() -> Result<u64, StoreError> {
    getrandom::u64().map_err(StoreError::unavailable)
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

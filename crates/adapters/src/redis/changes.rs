//! What a process tells of changes of posts.

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use basalt_domain::ports::{ChangeMark, StoreError, chain};
use deadpool_redis::redis::{Script, ScriptInvocation};

use super::{
    Redis,
    connections::Request,
    generations::{GENERATION_LIFE, Known, hex, millis, random},
    keys::{GENERATION, MARKS},
};

/// Longer than any commit takes. A writer who died has left no old page by then.
pub(super) const MARK_LIFE: Duration = Duration::from_secs(4);

static CHANGE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/change.lua")));

impl Redis {
    /// Whether a change of this process may not have been told to Redis, or can't be. Whoever makes
    /// one then has to tell its peers otherwise, and they have to [`Self::end_pages`].
    pub fn fails_to_tell(&self) -> bool {
        !self.is_up() || self.owes_bump()
    }

    /// Ends all pages of all processes, for a peer that can't. Where this process can't either, it
    /// ends its own, and those in Redis before that is trusted again.
    pub async fn end_pages(&self) {
        if let Err(error) = self.bump(None).await {
            tracing::debug!(
                error = chain(&error),
                "the pages that a peer wants ended could not be ended yet"
            );
        }
    }

    /// Ends all pages soon: a Redis that was started again, or another one behind the same name,
    /// may not know of the last change.
    pub(super) fn doubt_pages(&self) {
        self.0.generations.owe();
        self.0.trouble.notify_one();
    }

    /// Announces a change to all processes.
    pub(super) async fn announce(&self) -> Result<ChangeMark, StoreError> {
        let mark = ChangeMark(random()?);
        let script = change(Some(mark), None)?;
        self.change(self.call(&Request::Script(script))).await?;
        Ok(mark)
    }

    /// Begins a new generation for all processes.
    pub(super) async fn bump(&self, mark: Option<ChangeMark>) -> Result<(), StoreError> {
        let script = change(None, mark)?;
        self.change(self.call(&Request::Script(script))).await
    }

    /// Finds out whether Redis takes writes.
    pub(super) async fn bump_around_breaker(&self) -> Result<(), StoreError> {
        let script = change(None, None)?;
        self.change(self.call_around_breaker(&Request::Script(script)))
            .await
    }

    /// Tells `generations` of a change from its beginning to its end, also when it is given up.
    async fn change(
        &self,
        told: impl Future<Output = Result<(String, u32), StoreError>>,
    ) -> Result<(), StoreError> {
        let mut change = Change {
            redis: self,
            epoch: self.0.generations.change(),
            known: None,
        };
        let since = Instant::now();
        change.known = Some(Known::of(since, &told.await?)?);
        Ok(())
    }
}

/// Ends a change when dropped.
struct Change<'a> {
    redis: &'a Redis,
    epoch: u64,
    known: Option<Known>,
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        self.redis.0.generations.changed(self.epoch, self.known);
        if self.known.is_none() {
            self.redis.0.trouble.notify_one();
        }
    }
}

fn change(
    expected: Option<ChangeMark>,
    redeemed: Option<ChangeMark>,
) -> Result<ScriptInvocation<'static>, StoreError> {
    let member = |mark: Option<ChangeMark>| mark.map_or_else(String::new, |mark| hex(mark.0));
    let mut script = CHANGE.key(GENERATION);
    script.key(MARKS).arg(hex(random()?));
    script.arg(millis(GENERATION_LIFE));
    script.arg(member(expected)).arg(millis(MARK_LIFE));
    script.arg(member(redeemed));
    Ok(script)
}

//! What has to happen after a write, whatever becomes of whoever asked for it.

use std::{mem::take, sync::Arc, time::Duration};

use basalt_domain::{
    UserId,
    ports::{ChangeMark, PostCache, StoreError, chain},
};
use tokio::{runtime::Handle, time::sleep};
use tracing::Instrument as _;

use super::epochs::Epochs;

/// How often lists are ended after a write whose outcome nobody knows, and at which intervals. A
/// `COMMIT` whose answer did not come may still be on its way: a disk that hangs, a packet that is
/// sent again.
const RECKONINGS: u32 = 3;
const RECKON_AFTER: Duration = Duration::from_secs(4);

/// Forgets what a write may have made untrue. It happens when it is told to, else when it is
/// dropped: after a write that panicked nobody knows what was written.
pub(super) struct Aftermath {
    epochs: Option<Arc<Epochs>>,
    users: Vec<UserId>,
    lists: Option<Arc<dyn PostCache>>,
    mark: Option<ChangeMark>,
}

impl Aftermath {
    /// Lists of posts may differ.
    pub(super) fn of_lists(cache: Arc<dyn PostCache>) -> Self {
        Self {
            epochs: None,
            users: Vec::new(),
            lists: Some(cache),
            mark: None,
        }
    }

    /// The states of `users` may differ, and the lists of posts if there is a cache of them.
    pub(super) fn of_users(
        epochs: Arc<Epochs>,
        users: Vec<UserId>,
        lists: Option<Arc<dyn PostCache>>,
    ) -> Self {
        Self {
            epochs: Some(epochs),
            users,
            lists,
            mark: None,
        }
    }

    /// Says what is about to happen, so that it does even if the process dies in between.
    async fn announce(&mut self) {
        let Some(cache) = &self.lists else { return };
        match cache.expect_change().await {
            Ok(mark) => self.mark = Some(mark),
            // What is written matters more than what is kept, and the bump is still to come.
            Err(error) => tracing::debug!(
                error = chain(&error),
                "a change of posts could not be announced to their cache"
            ),
        }
    }

    async fn happen(mut self) {
        self.forget_users();
        if let Some(cache) = &self.lists {
            bump(&**cache, self.mark).await;
        }
        self.lists = None;
    }

    /// After a write that failed, and yet may have happened, or may happen at any moment. The mark
    /// is left to end by itself, since until then nothing is kept for others; pages that are read
    /// meanwhile may be from before the write, so they are ended again later.
    async fn happen_perhaps(mut self) {
        self.mark = None;
        if let Some(cache) = self.lists.clone() {
            tokio::spawn(async move {
                for _ in 0..RECKONINGS {
                    sleep(RECKON_AFTER).await;
                    bump(&*cache, None).await;
                }
            });
        }
        self.happen().await;
    }

    fn forget_users(&mut self) {
        if let Some(epochs) = &self.epochs {
            for user in take(&mut self.users) {
                epochs.end(user);
            }
        }
    }
}

impl Drop for Aftermath {
    fn drop(&mut self) {
        self.forget_users();
        // Without a runtime the process is about to end, and the cache in it too.
        if let (Some(cache), Ok(runtime)) = (self.lists.take(), Handle::try_current()) {
            let mark = self.mark;
            runtime.spawn(async move { bump(&*cache, mark).await });
        }
    }
}

/// Announces `aftermath`, runs `write` and lets the aftermath happen, in a task of their own, so
/// that a caller who goes away in the middle leaves nothing undone.
pub(super) async fn write_then<T, E>(
    write: impl Future<Output = Result<T, E>> + Send + 'static,
    aftermath: Aftermath,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let task = async move {
        let mut aftermath = aftermath;
        aftermath.announce().await;
        let written = write.await;
        match &written {
            Ok(_) => aftermath.happen().await,
            Err(_) => aftermath.happen_perhaps().await,
        }
        written
    };
    tokio::spawn(task.in_current_span())
        .await
        .unwrap_or_else(|lost| Err(StoreError::failed(lost).into()))
}

async fn bump(cache: &dyn PostCache, mark: Option<ChangeMark>) {
    if let Err(error) = cache.bump(mark).await {
        // The cache itself says so once, not for each write: see the port's promise.
        tracing::debug!(
            error = chain(&error),
            "the kept lists of posts could not be ended yet"
        );
    }
}

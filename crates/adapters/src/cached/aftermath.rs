//! What has to happen after a write, whatever becomes of whoever asked for it.

use std::{error::Error, iter::successors, mem::take, sync::Arc};

use basalt_domain::{
    UserId,
    ports::{PostCache, StoreError},
};
use tokio::runtime::Handle;

use super::epochs::Epochs;

/// Forgets what a write may have made untrue. It happens when it is told to, else when it is
/// dropped: after a write that panicked nobody knows what was written.
pub(super) struct Aftermath {
    epochs: Option<Arc<Epochs>>,
    users: Vec<UserId>,
    lists: Option<Arc<dyn PostCache>>,
}

impl Aftermath {
    /// Lists of posts may differ.
    pub(super) fn of_lists(cache: Arc<dyn PostCache>) -> Self {
        Self {
            epochs: None,
            users: Vec::new(),
            lists: Some(cache),
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
        }
    }

    async fn happen(mut self) {
        self.forget_users();
        if let Some(cache) = &self.lists {
            bump(&**cache).await;
        }
        self.lists = None;
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
            runtime.spawn(async move { bump(&*cache).await });
        }
    }
}

/// Runs `write` and then `aftermath` in a task of their own, so that a caller who goes away in the
/// middle leaves neither undone.
pub(super) async fn write_then<T, E>(
    write: impl Future<Output = Result<T, E>> + Send + 'static,
    aftermath: Aftermath,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let task = tokio::spawn(async move {
        let aftermath = aftermath;
        let written = write.await;
        aftermath.happen().await;
        written
    });
    task.await
        .unwrap_or_else(|lost| Err(StoreError::failed(lost).into()))
}

async fn bump(cache: &dyn PostCache) {
    if let Err(error) = cache.bump().await {
        tracing::error!(
            error = chain(&error),
            "cached lists of posts can't be ended; they may be old until they expire"
        );
    }
}

/// An error and what lies under it, in one line.
pub(super) fn chain(error: &dyn Error) -> String {
    let causes: Vec<_> = successors(Some(error), |&error| error.source())
        .map(ToString::to_string)
        .collect();
    causes.join(": ")
}

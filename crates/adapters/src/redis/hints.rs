//! Hints to other processes that the states of users have changed. The promise does not rest on
//! them: what is kept of a state is never older than a second.

use std::{sync::Arc, time::Duration};

use basalt_domain::ports::chain;
use deadpool_redis::redis::{self, Msg, RedisResult, aio::PubSubStream};
use futures_util::StreamExt;
use tokio::{
    runtime::Handle,
    time::{sleep, timeout},
};

use super::{Redis, connections::Request, keys::STATES};
use crate::cached::{CachedAuthStates, Epochs};

/// For connecting, subscribing and asking whether the connection lives.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two tries to listen.
const PAUSE: Duration = Duration::from_millis(500);
/// Without a hint for so long, Redis is asked whether it is still there.
const SILENCE: Duration = Duration::from_secs(10);

impl Redis {
    /// Tells other processes at once when `states` change here, and forgets what has changed in
    /// them. Hears nothing before [`Redis::run`].
    pub fn share_changes(&self, states: &CachedAuthStates) {
        let epochs = states.epochs();
        let redis = self.clone();
        epochs.tell(Box::new(move |shard| redis.hint(shard)));
        // Whoever comes second speaks, and does not hear.
        let _ = self.0.epochs.set(epochs);
    }

    /// Nobody waits for it, and nobody is told when it is lost.
    fn hint(&self, shard: u16) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let redis = self.clone();
        runtime.spawn(async move {
            let mut hint = redis::cmd("PUBLISH");
            hint.arg(STATES).arg(shard);
            let told = redis.call::<()>(&Request::Command(hint)).await;
            if let Err(error) = told {
                tracing::debug!(
                    error = chain(&error),
                    "a change of a user's state was not told"
                );
            }
        });
    }

    pub(super) async fn listen(&self) {
        loop {
            if let Some(epochs) = self.0.epochs.get()
                && let Ok(Ok((mut sink, mut hints))) = timeout(PATIENCE, self.subscribe()).await
            {
                // Nobody knows what was missed.
                epochs.end_all();
                loop {
                    match timeout(SILENCE, hints.next()).await {
                        Ok(Some(hint)) => hear(epochs, &hint),
                        Ok(None) => break,
                        Err(_) => {
                            let alive = timeout(PATIENCE, sink.ping::<redis::Value>()).await;
                            if !matches!(alive, Ok(Ok(_))) {
                                break;
                            }
                        }
                    }
                }
            }
            sleep(PAUSE).await;
        }
    }

    async fn subscribe(&self) -> RedisResult<(redis::aio::PubSubSink, PubSubStream)> {
        let (mut sink, hints) = self
            .0
            .connections
            .client()
            .get_async_pubsub()
            .await?
            .split();
        sink.subscribe(STATES).await?;
        Ok((sink, hints))
    }
}

fn hear(epochs: &Arc<Epochs>, hint: &Msg) {
    match hint.get_payload() {
        Ok(shard) => epochs.end_shard(shard),
        Err(_) => epochs.end_all(),
    }
}

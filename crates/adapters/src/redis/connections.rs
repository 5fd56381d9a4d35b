use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use dashmap::DashMap;
use deadpool_redis::{
    Connection, Manager, Pool, PoolError, Runtime, Timeouts,
    redis::{
        AsyncConnectionConfig, Client, Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult,
        ScriptInvocation, ServerErrorKind, aio::MultiplexedConnection,
    },
};
use tokio::{
    runtime::{Handle, Id},
    sync::OnceCell,
    time::timeout,
};

use super::RedisUrlError;

/// Connections that are being made at the same time: one for each runtime.
const MAKING: usize = 64;
/// Calls that wait to be written to one connection; more wait before it.
const WRITING: usize = 1024;

/// What Redis is asked.
pub(super) enum Request<'a> {
    Script(ScriptInvocation<'a>),
    Command(Cmd),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    #[error("Redis did not answer within {0:?}")]
    TimedOut(Duration),
    #[error("Redis can't be reached")]
    Unreachable(#[source] PoolError),
    #[error("Redis failed")]
    Failed(#[from] RedisError),
}

impl CallError {
    /// True when nobody listens.
    pub(super) fn is_refusal(&self) -> bool {
        match self {
            Self::Unreachable(PoolError::Backend(error)) => error.is_connection_refusal(),
            _ => false,
        }
    }

    /// True when the connection is of no more use.
    fn is_of_connection(&self) -> bool {
        match self {
            Self::TimedOut(_) => true,
            Self::Unreachable(_) => false,
            // One that was a primary and is none any more: its name may lead to another now.
            Self::Failed(error) => {
                error.is_unrecoverable_error()
                    || error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
            }
        }
    }
}

/// The connection of one runtime, once it is made. Those who come meanwhile wait for it.
type Slot = Arc<OnceCell<MultiplexedConnection>>;

/// One connection for each runtime, on which its driver runs: what a worker asks wakes no other
/// thread, and a connection never outlives what drives it.
pub(super) struct Connections {
    pool: Pool,
    client: Client,
    budget: Duration,
    slots: DashMap<Id, Slot>,
    /// A connection that had been made was given up since somebody last asked.
    lost_one: AtomicBool,
}

impl Connections {
    pub(super) fn new(url: &str, budget: Duration) -> Result<Self, RedisUrlError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(budget))
            .set_response_timeout(Some(budget))
            .set_pipeline_buffer_size(WRITING);
        let manager = Manager::new_with_config(url, config).map_err(|_| RedisUrlError)?;
        let pool = Pool::builder(manager)
            .max_size(MAKING)
            .timeouts(Timeouts {
                wait: Some(budget),
                create: Some(budget),
                recycle: Some(budget),
            })
            .runtime(Runtime::Tokio1)
            .build()
            .expect("timeouts have their runtime");
        Ok(Self {
            pool,
            client: Client::open(url).map_err(|_| RedisUrlError)?,
            budget,
            slots: DashMap::new(),
            lost_one: AtomicBool::new(false),
        })
    }

    /// For connections that do something else than to answer.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Whether a connection was lost since this was last asked: what comes over the next one may
    /// not be from the same Redis.
    pub(super) fn lost_one(&self) -> bool {
        // Written to on a change only: this is the path of every request.
        self.lost_one.load(Ordering::Relaxed) && self.lost_one.swap(false, Ordering::Relaxed)
    }

    /// Asks within the budget, connecting included. A connection that turns out to be dead is
    /// replaced once: nobody was told of a Redis that was started again.
    pub(super) async fn call<T: FromRedisValue>(
        &self,
        request: &Request<'_>,
    ) -> Result<T, CallError> {
        let slot = self.slot();
        let was_made = slot.initialized();
        let all = async {
            match self.ask(&slot, request).await {
                Err(error) if was_made && error.is_of_connection() => {
                    self.forget(&slot);
                    self.ask(&self.slot(), request).await
                }
                answer => answer,
            }
        };
        let answer = timeout(self.budget, all).await;
        let answer = answer.unwrap_or(Err(CallError::TimedOut(self.budget)));
        if let Err(error) = &answer
            && error.is_of_connection()
        {
            self.forget(&slot);
        }
        answer
    }

    async fn ask<T: FromRedisValue>(
        &self,
        slot: &Slot,
        request: &Request<'_>,
    ) -> Result<T, CallError> {
        let connection = slot.get_or_try_init(|| self.connect()).await?;
        Ok(request.send(&mut connection.clone()).await?)
    }

    async fn connect(&self) -> Result<MultiplexedConnection, CallError> {
        let made = self.pool.get().await.map_err(CallError::Unreachable)?;
        Ok(Connection::take(made))
    }

    fn slot(&self) -> Slot {
        let runtime = Handle::current().id();
        match self.slots.get(&runtime) {
            Some(slot) => Arc::clone(&slot),
            None => Arc::clone(&self.slots.entry(runtime).or_default()),
        }
    }

    /// Lets the next call make another connection, unless one has done so already.
    fn forget(&self, slot: &Slot) {
        let runtime = Handle::current().id();
        let forgotten = self
            .slots
            .remove_if(&runtime, |_, present| Arc::ptr_eq(present, slot));
        if forgotten.is_some() && slot.initialized() {
            self.lost_one.store(true, Ordering::Relaxed);
        }
    }
}

impl Request<'_> {
    async fn send<T: FromRedisValue>(
        &self,
        connection: &mut MultiplexedConnection,
    ) -> RedisResult<T> {
        match self {
            Self::Script(script) => script.invoke_async(connection).await,
            Self::Command(command) => command.query_async(connection).await,
        }
    }
}

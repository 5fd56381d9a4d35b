use std::{sync::Arc, time::Duration};

use dashmap::DashMap;
use deadpool_redis::{
    Connection, Manager, Pool, PoolError, Runtime, Timeouts,
    redis::{
        Arg, AsyncConnectionConfig, Cmd, FromRedisValue, RedisResult, ScriptInvocation,
        aio::MultiplexedConnection,
    },
};
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use tokio::{
    runtime::{Handle, Id},
    time::timeout,
};
use tracing::{field::Empty, info_span};

use super::{RedisUrlError, refusal::CallError};
use crate::SPANS;

/// Connections that are being made at the same time: one for each runtime.
const MAKING: usize = 64;
/// How long making one may take, names, TLS and password included, unless a call may take longer.
/// Callers don't wait so long: it goes on without them.
const CONNECT: Duration = Duration::from_secs(1);
/// Calls that wait to be written to one connection; more wait before it.
const WRITING: usize = 1024;

/// What Redis is asked.
pub(super) enum Request<'a> {
    /// Writes.
    Script(ScriptInvocation<'a>),
    /// Writes.
    Write(Cmd),
    /// Reads, or does what nobody misses.
    Command(Cmd),
}

/// The connection of one runtime, made or being made. Those who come meanwhile wait for it.
#[derive(Clone)]
struct Slot(Shared<BoxFuture<'static, Result<MultiplexedConnection, Arc<PoolError>>>>);

impl Slot {
    /// Makes one, in a task of its own: TLS to a Redis far away takes longer than a call may.
    fn new(pool: Pool) -> Self {
        let made = tokio::spawn(async move { pool.get().await.map(Connection::take) });
        let made = made.map(|made| made.unwrap_or(Err(PoolError::Closed)).map_err(Arc::new));
        Self(made.boxed().shared())
    }

    async fn connection(&self) -> Result<MultiplexedConnection, CallError> {
        let made = match self.0.peek() {
            Some(made) => made.clone(),
            None => self.0.clone().await,
        };
        made.map_err(CallError::Unreachable)
    }

    fn is_made(&self) -> bool {
        matches!(self.0.peek(), Some(Ok(_)))
    }

    fn is_being_made(&self) -> bool {
        self.0.peek().is_none()
    }
}

/// One connection for each runtime, on which its driver runs: what a worker asks wakes no other
/// thread, and a connection never outlives what drives it.
pub(super) struct Connections {
    pool: Pool,
    budget: Duration,
    slots: DashMap<Id, Slot>,
}

impl Connections {
    pub(super) fn new(url: &str, budget: Duration) -> Result<Self, RedisUrlError> {
        let patience = budget.max(CONNECT);
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(patience))
            // Also of what is said while it is made; what calls may take is watched below.
            .set_response_timeout(Some(patience))
            .set_pipeline_buffer_size(WRITING);
        let manager = Manager::new_with_config(url, config).map_err(|_| RedisUrlError)?;
        let pool = Pool::builder(manager)
            .max_size(MAKING)
            .timeouts(Timeouts {
                wait: Some(patience),
                create: Some(patience),
                recycle: Some(patience),
            })
            .runtime(Runtime::Tokio1)
            .build()
            .expect("timeouts have their runtime");
        Ok(Self { pool, budget, slots: DashMap::new() })
    }

    /// Asks within the budget. A connection that turns out to be dead is replaced once: nobody was
    /// told of a Redis that was started again.
    pub(super) async fn call<T: FromRedisValue>(
        &self,
        request: &Request<'_>,
    ) -> Result<T, CallError> {
        let span = info_span!(
            target: SPANS,
            "redis",
            db.system = "redis",
            db.operation = request.operation(),
            otel.status_code = Empty,
        );
        let mut slot = self.slot();
        let was_made = slot.is_made();
        let all = async {
            let first = ask(&slot, request).await;
            match first {
                Err(error) if was_made && error.is_of_connection() => {
                    self.forget(&slot);
                    // Also this one is forgotten if it fails: left there, it would tell whoever asks
                    // next of a Redis that may be back by then.
                    slot = self.slot();
                    ask(&slot, request).await
                }
                answer => answer,
            }
        };
        let answer = timeout(self.budget, all).await;
        let answer = answer.unwrap_or(Err(CallError::TimedOut(self.budget)));
        if let Err(error) = &answer {
            span.record("otel.status_code", "ERROR");
            if error.is_of_connection() {
                self.forget(&slot);
            }
        }
        answer
    }

    fn slot(&self) -> Slot {
        let runtime = Handle::current().id();
        match self.slots.get(&runtime) {
            Some(slot) => slot.clone(),
            None => {
                let slot = self.slots.entry(runtime);
                slot.or_insert_with(|| Slot::new(self.pool.clone())).clone()
            }
        }
    }

    /// Lets the next call make another connection, unless one has done so already, or this one is
    /// still being made.
    fn forget(&self, slot: &Slot) {
        let runtime = Handle::current().id();
        self.slots.remove_if(&runtime, |_, present| {
            present.0.ptr_eq(&slot.0) && !present.is_being_made()
        });
    }
}

async fn ask<T: FromRedisValue>(slot: &Slot, request: &Request<'_>) -> Result<T, CallError> {
    Ok(request.send(&mut slot.connection().await?).await?)
}

impl Request<'_> {
    fn operation(&self) -> &str {
        match self {
            Self::Script(_) => "EVALSHA",
            Self::Write(command) | Self::Command(command) => match command.args_iter().next() {
                Some(Arg::Simple(name)) => str::from_utf8(name).unwrap_or_default(),
                _ => "",
            },
        }
    }

    async fn send<T: FromRedisValue>(
        &self,
        connection: &mut MultiplexedConnection,
    ) -> RedisResult<T> {
        match self {
            Self::Script(script) => script.invoke_async(connection).await,
            Self::Write(command) | Self::Command(command) => command.query_async(connection).await,
        }
    }
}

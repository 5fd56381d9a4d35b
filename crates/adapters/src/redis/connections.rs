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
        ScriptInvocation,
        ServerErrorKind::{MasterDown, ReadOnly},
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

use super::RedisUrlError;

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
    /// Reads, or does what nobody misses.
    Command(Cmd),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    #[error("Redis did not answer within {0:?}")]
    TimedOut(Duration),
    #[error("Redis can't be reached")]
    Unreachable(#[source] Arc<PoolError>),
    #[error("Redis failed")]
    Failed(#[from] RedisError),
}

impl CallError {
    /// True when nobody listens, or whoever does lets nobody in.
    pub(super) fn is_refusal(&self) -> bool {
        match self {
            Self::Unreachable(error) => match &**error {
                PoolError::Backend(error) => error.is_connection_refusal() || is_answer(error),
                _ => false,
            },
            _ => false,
        }
    }

    /// True when Redis was asked, and said that it won't: full, read-only, loading, not allowed.
    pub(super) fn is_answer(&self) -> bool {
        matches!(self, Self::Failed(error) if is_answer(error))
    }

    /// True when Redis has no memory left.
    pub(super) fn is_want_of_memory(&self) -> bool {
        matches!(self, Self::Failed(error) if is_answer(error) && is_want_of_memory(error))
    }

    /// True when the connection is of no more use.
    fn is_of_connection(&self) -> bool {
        match self {
            Self::TimedOut(_) | Self::Unreachable(_) => true,
            // One that was a primary and is none any more: its name may lead to another now.
            Self::Failed(error) => {
                error.is_unrecoverable_error()
                    || [ReadOnly, MasterDown]
                        .map(ErrorKind::Server)
                        .contains(&error.kind())
            }
        }
    }
}

/// True when Redis itself made this error.
fn is_answer(error: &RedisError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Server(_) | ErrorKind::Extension | ErrorKind::AuthenticationFailed
    )
}

/// Until Redis 7 what a script met stands within an error of the script.
fn is_want_of_memory(error: &RedisError) -> bool {
    error.code() == Some("OOM")
        || error
            .detail()
            .is_some_and(|detail| detail.contains("-OOM "))
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
    client: Client,
    budget: Duration,
    slots: DashMap<Id, Slot>,
    /// A connection that had been made was given up since somebody last asked.
    lost_one: AtomicBool,
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

    /// Asks within the budget. A connection that turns out to be dead is replaced once: nobody was
    /// told of a Redis that was started again.
    pub(super) async fn call<T: FromRedisValue>(
        &self,
        request: &Request<'_>,
    ) -> Result<T, CallError> {
        let slot = self.slot();
        let was_made = slot.is_made();
        let all = async {
            match ask(&slot, request).await {
                Err(error) if was_made && error.is_of_connection() => {
                    self.forget(&slot);
                    ask(&self.slot(), request).await
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
        let forgotten = self.slots.remove_if(&runtime, |_, present| {
            present.0.ptr_eq(&slot.0) && !present.is_being_made()
        });
        if forgotten.is_some() && slot.is_made() {
            self.lost_one.store(true, Ordering::Relaxed);
        }
    }
}

async fn ask<T: FromRedisValue>(slot: &Slot, request: &Request<'_>) -> Result<T, CallError> {
    Ok(request.send(&mut slot.connection().await?).await?)
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

#[cfg(test)]
mod tests {
    use deadpool_redis::redis::parse_redis_value;

    use super::*;

    fn answer(line: &str) -> CallError {
        let answer = parse_redis_value(format!("-{line}\r\n").as_bytes()).unwrap();
        CallError::Failed(answer.extract_error().unwrap_err())
    }

    #[test]
    fn every_answer_by_which_redis_refuses_a_write_is_known() {
        for line in [
            "OOM command not allowed when used memory > 'maxmemory'.",
            "READONLY You can't write against a read only replica.",
            "LOADING Redis is loading the dataset in memory",
            "NOPERM User basalt has no permissions to access one of the keys",
            "MISCONF Redis is configured to save RDB snapshots, but it's unable to persist to disk",
            "NOREPLICAS Not enough good replicas to write.",
            "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
            "BUSY Redis is busy running a script.",
            "CLUSTERDOWN The cluster is down",
            "MOVED 3999 127.0.0.1:6381",
            "TRYAGAIN Multiple keys request during rehashing of slot",
            "NOAUTH Authentication required.",
            "UNKILLABLE Sorry the script already executed write commands",
            "ERR unknown command 'evalsha'",
        ] {
            assert!(answer(line).is_answer(), "{line}");
        }
        assert!(!CallError::TimedOut(CONNECT).is_answer());
        let broken = RedisError::from(std::io::Error::from(std::io::ErrorKind::BrokenPipe));
        assert!(!CallError::Failed(broken).is_answer());
    }

    #[test]
    fn want_of_memory_is_told_from_other_refusals() {
        assert!(
            answer("OOM command not allowed when used memory > 'maxmemory'.").is_want_of_memory()
        );
        assert!(
            answer(
                "ERR Error running script (call to f_1): @user_script:23: -OOM command not allowed"
            )
            .is_want_of_memory()
        );
        assert!(!answer("MISCONF Errors writing to the AOF file").is_want_of_memory());
    }

    #[test]
    fn a_redis_that_became_a_replica_is_looked_for_anew() {
        assert!(answer("READONLY You can't write against a read only replica.").is_of_connection());
        assert!(answer("MASTERDOWN Link with MASTER is down").is_of_connection());
        assert!(!answer("OOM command not allowed").is_of_connection());
    }
}

//! What it means when Redis does not do what it is asked.

use std::{sync::Arc, time::Duration};

use basalt_domain::ports::chain;
use deadpool_redis::{
    PoolError,
    redis::{
        ErrorKind, RedisError,
        ServerErrorKind::{MasterDown, ReadOnly},
    },
};

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
    /// What is wrong with Redis, for a log.
    pub(super) fn trouble(&self) -> String {
        match self {
            Self::TimedOut(limit) => format!("Redis is unreachable: no answer within {limit:?}"),
            Self::Failed(error) if is_answer(error) => {
                format!("Redis refuses writes: {}", words(error))
            }
            Self::Failed(error) => format!("Redis is unreachable: {}", chain(error)),
            Self::Unreachable(error) => match &**error {
                PoolError::Backend(error) if is_answer(error) => {
                    format!("Redis refuses the connection: {}", words(error))
                }
                PoolError::Backend(error) => format!("Redis is unreachable: {}", chain(error)),
                error => format!("Redis is unreachable: {}", chain(error)),
            },
        }
    }

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
    pub(super) fn is_of_connection(&self) -> bool {
        match self {
            Self::TimedOut(_) | Self::Unreachable(_) => true,
            // One that was a primary and is none any more: its name may lead to another now.
            Self::Failed(error) => {
                error.is_unrecoverable_error()
                    || [ReadOnly, MasterDown].map(ErrorKind::Server).contains(&error.kind())
            }
        }
    }
}

/// An answer as Redis wrote it.
fn words(error: &RedisError) -> String {
    match (error.code(), error.detail()) {
        (Some(code), Some(detail)) => format!("{code} {detail}"),
        _ => error.to_string(),
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
    error.code() == Some("OOM") || error.detail().is_some_and(|detail| detail.contains("-OOM "))
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
        assert!(!CallError::TimedOut(Duration::ZERO).is_answer());
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
    fn a_log_tells_a_redis_that_refuses_from_one_that_is_not_reached() {
        let full = "OOM command not allowed when used memory > 'maxmemory'.";
        for refusal in [full, "READONLY You can't write against a read only replica."] {
            let told = answer(refusal).trouble();
            assert_eq!(told, format!("Redis refuses writes: {refusal}"));
        }
        let silent = CallError::TimedOut(Duration::from_millis(50)).trouble();
        assert_eq!(silent, "Redis is unreachable: no answer within 50ms");
        let refused = RedisError::from(std::io::Error::from(std::io::ErrorKind::ConnectionRefused));
        let refused = CallError::Unreachable(Arc::new(PoolError::Backend(refused))).trouble();
        assert_eq!(refused, "Redis is unreachable: connection refused");
    }

    #[test]
    fn a_redis_that_became_a_replica_is_looked_for_anew() {
        assert!(answer("READONLY You can't write against a read only replica.").is_of_connection());
        assert!(answer("MASTERDOWN Link with MASTER is down").is_of_connection());
        assert!(!answer("OOM command not allowed").is_of_connection());
    }
}

use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::http::StatusCode;
use basalt_application::Error;
use basalt_domain::ports::{HashError, StoreError, chain};
use tokio::time::Instant;

use super::state::RequestState;
use crate::{Api, error::ApiError};

/// Of many refusals that are alike, one is told in so many milliseconds.
const PAUSE: u64 = 10_000;

/// What is refused in large numbers when it is refused at all.
#[derive(Clone, Copy)]
enum Refusal {
    /// The database could not be used.
    Database,
    /// Too many requests are in flight.
    Overload,
    /// Too many passwords wait to be hashed.
    Hashing,
    /// The work took too long.
    Late,
}

/// What was told of failures, so that a log can be read while they are many.
pub(crate) struct Failures {
    since: Instant,
    told: [Told; 4],
}

/// When a refusal was told last, in milliseconds and never 0, and how many were not since.
#[derive(Default)]
struct Told {
    last: AtomicU64,
    untold: AtomicU64,
}

impl Failures {
    pub(crate) fn new() -> Self {
        Self {
            since: Instant::now(),
            told: Default::default(),
        }
    }

    /// How many like it were not told before, when this one is to be told.
    fn is_told(&self, refusal: Refusal) -> Option<u64> {
        let Told { last, untold } = &self.told[refusal as usize];
        let now = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        let now = now.saturating_add(1);
        let before = last.load(Ordering::Relaxed);
        let is_time = before == 0 || now.saturating_sub(before) >= PAUSE;
        let relaxed = Ordering::Relaxed;
        if is_time && last.compare_exchange(before, now, relaxed, relaxed).is_ok() {
            Some(untold.swap(0, Ordering::Relaxed))
        } else {
            untold.fetch_add(1, Ordering::Relaxed);
            None
        }
    }
}

/// Tells of a 5xx with all its causes: as an error, unless that would be told already.
pub(super) fn tell(api: &Api, state: &RequestState, status: StatusCode, error: &ApiError) {
    let is_told = match refusal_of(error) {
        // What the process lacks is told when it changes, and not to each that asks.
        _ if matches!(error, ApiError::NotReady(_) | ApiError::Stuck) => None,
        Some(Refusal::Database) if api.services.health.note_refusal() => None,
        Some(refusal) => api.failures.is_told(refusal),
        None => Some(0),
    };
    let (request_id, status) = (state.request_id(), status.as_u16());
    match is_told {
        Some(untold) => tracing::error!(
            request_id,
            status,
            error = chain(error),
            untold = (untold > 0).then_some(untold),
            "request failed"
        ),
        None => tracing::debug!(request_id, status, error = chain(error), "request refused"),
    }
}

fn refusal_of(error: &ApiError) -> Option<Refusal> {
    match error {
        ApiError::Overloaded => Some(Refusal::Overload),
        ApiError::WorkedLate => Some(Refusal::Late),
        ApiError::Application(Error::Unavailable { source, .. }) => {
            if source.is::<StoreError>() {
                Some(Refusal::Database)
            } else {
                source.is::<HashError>().then_some(Refusal::Hashing)
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn of_many_refusals_that_are_alike_one_is_told_in_ten_seconds_and_the_rest_counted() {
        let failures = Failures::new();
        assert_eq!(failures.is_told(Refusal::Overload), Some(0));
        for _ in 0..1000 {
            assert_eq!(failures.is_told(Refusal::Overload), None);
        }
        assert_eq!(failures.is_told(Refusal::Hashing), Some(0), "another kind");
        advance(Duration::from_secs(10)).await;
        assert_eq!(failures.is_told(Refusal::Overload), Some(1000));
        assert_eq!(failures.is_told(Refusal::Overload), None);
    }

    #[test]
    fn a_refusal_is_known_by_what_lies_under_it() {
        let unavailable = |source| ApiError::Application(Error::Unavailable { doing: "x", source });
        let busy = unavailable(Arc::new(HashError::Busy));
        let away = unavailable(Arc::new(StoreError::unavailable("away")));
        assert!(matches!(refusal_of(&busy), Some(Refusal::Hashing)));
        assert!(matches!(refusal_of(&away), Some(Refusal::Database)));
        assert!(refusal_of(&ApiError::Panicked).is_none());
    }
}

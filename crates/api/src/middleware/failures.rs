use std::{
    borrow::Cow,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use actix_web::http::StatusCode;
use basalt_application::Error;
use basalt_domain::ports::{HashError, StoreError, chain};
use tokio::time::Instant;

use super::state::RequestState;
use crate::{Api, error::ApiError};

/// Of many refusals for one reason, one is told in this time.
const PAUSE: Duration = Duration::from_secs(10);
/// Reasons that are told in that time. A reason may hold numbers that differ each time.
const MOST: usize = 16;

/// What was told of failures, so that a log can be read while they are many.
pub(crate) struct Failures(Mutex<Vec<Told>>);

/// When a reason was told last, and how many refusals for it were not since.
struct Told {
    reason: Cow<'static, str>,
    last: Instant,
    untold: u64,
}

impl Failures {
    pub(crate) fn new() -> Self {
        Self(Mutex::default())
    }

    /// How many for this reason were not told before, when this one is to be told.
    fn is_told(&self, reason: Cow<'static, str>) -> Option<u64> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let is_over = |told: &Told| now.duration_since(told.last) >= PAUSE;
        if let Some(told) = all.iter_mut().find(|told| told.reason == reason) {
            if is_over(told) {
                told.last = now;
                return Some(std::mem::take(&mut told.untold));
            }
            told.untold += 1;
            return None;
        }
        if all.len() >= MOST {
            all.retain(|told| !is_over(told));
        }
        if all.len() >= MOST {
            return None;
        }
        all.push(Told { reason, last: now, untold: 0 });
        Some(0)
    }
}

/// Tells of a 5xx with all its causes: as an error, unless that would be told already.
pub(super) fn tell(api: &Api, state: &RequestState, status: StatusCode, error: &ApiError) {
    let is_told = match refusal_of(error) {
        // What the process lacks is told when it changes, and not to each that asks.
        _ if matches!(error, ApiError::NotReady(_) | ApiError::Stuck) => None,
        Some(Refusal::Database(_)) if api.services.health.note_refusal() => None,
        Some(Refusal::Database(source)) => api.failures.is_told(chain(source).into()),
        Some(Refusal::Other(reason)) => api.failures.is_told(reason.into()),
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

/// What is refused in large numbers when it is refused at all.
enum Refusal<'a> {
    /// The database could not be used, for different reasons.
    Database(&'a StoreError),
    /// All that is refused so, is so for one reason.
    Other(&'static str),
}

fn refusal_of(error: &ApiError) -> Option<Refusal<'_>> {
    match error {
        ApiError::Overloaded => Some(Refusal::Other("too many requests are in flight")),
        ApiError::WorkedLate => Some(Refusal::Other("the work took too long")),
        ApiError::Application(Error::Unavailable { source, .. }) => {
            let of_the_database = source.downcast_ref().map(Refusal::Database);
            let is_of_hashing = source.is::<HashError>();
            let of_hashing = || is_of_hashing.then_some(Refusal::Other("too many hashes wait"));
            of_the_database.or_else(of_hashing)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn of_many_refusals_for_one_reason_one_is_told_in_ten_seconds_and_the_rest_counted() {
        let failures = Failures::new();
        assert_eq!(failures.is_told("overload".into()), Some(0));
        for _ in 0..1000 {
            assert_eq!(failures.is_told("overload".into()), None);
        }
        assert_eq!(failures.is_told("hashing".into()), Some(0), "another one");
        advance(Duration::from_secs(10)).await;
        assert_eq!(failures.is_told("overload".into()), Some(1000));
        assert_eq!(failures.is_told("overload".into()), None);
    }

    #[tokio::test(start_paused = true)]
    async fn reasons_that_differ_each_time_do_not_fill_the_log() {
        let failures = Failures::new();
        let told = |from: usize| {
            let reasons = (from..from + 1000).map(|number| format!("process {number} waits"));
            let told = reasons.filter_map(|reason| failures.is_told(reason.into()));
            told.count()
        };
        assert_eq!(told(0), MOST);
        advance(PAUSE).await;
        assert_eq!(told(1000), MOST);
    }

    #[test]
    fn a_refusal_is_known_by_what_lies_under_it() {
        let unavailable = |source| ApiError::Application(Error::Unavailable { doing: "x", source });
        let busy = unavailable(Arc::new(HashError::Busy));
        let away = unavailable(Arc::new(StoreError::unavailable("away")));
        assert!(matches!(refusal_of(&busy), Some(Refusal::Other(_))));
        assert!(matches!(refusal_of(&away), Some(Refusal::Database(_))));
        assert!(refusal_of(&ApiError::Panicked).is_none());
    }
}

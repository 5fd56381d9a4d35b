//! Lines of a library that would be written without end.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use tracing::{Level, Metadata, Subscriber, level_filters::LevelFilter, subscriber::Interest};
use tracing_subscriber::{filter::dynamic_filter_fn, layer::Filter};

/// Between two lines.
const PAUSE: Duration = Duration::from_secs(10);

/// Lets one error of the listeners through in ten seconds. Without a descriptor left, each tries
/// twice a second to take a connection, and tells so each time.
pub(super) fn of_accepting<S: Subscriber>() -> impl Filter<S> {
    let last = Mutex::new(None::<Instant>);
    let is_time = move || {
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = last.is_none_or(|last| last.elapsed() >= PAUSE);
        if is_time {
            *last = Some(Instant::now());
        }
        is_time
    };
    dynamic_filter_fn(move |what, _| !is_of_accepting(what) || is_time())
        .with_callsite_filter(|what| {
            if is_of_accepting(what) { Interest::sometimes() } else { Interest::always() }
        })
        .with_max_level_hint(LevelFilter::TRACE)
}

fn is_of_accepting(what: &Metadata<'_>) -> bool {
    *what.level() == Level::ERROR && what.target() == "actix_server::accept"
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;
    use tracing_subscriber::{Layer as _, layer::SubscriberExt as _};

    use super::*;
    use crate::telemetry::written::Written;

    #[tokio::test(start_paused = true)]
    async fn of_errors_of_the_listeners_one_is_told_in_ten_seconds_and_others_all() {
        let written = Written::default();
        let lines = written.lines().with_filter(of_accepting());
        let log = tracing_subscriber::registry().with(lines);
        let _log = tracing::subscriber::set_default(log);
        let fail = || {
            for _ in 0..40 {
                tracing::error!(target: "actix_server::accept", "no descriptor");
            }
        };
        fail();
        assert_eq!(written.objects().len(), 1);
        tracing::error!("another");
        tracing::error!("another");
        assert_eq!(written.objects().len(), 3);
        advance(PAUSE).await;
        fail();
        assert_eq!(written.objects().len(), 4);
    }
}

//! What was measured, and medians of it.

use std::time::Duration;

/// Of one run, or the medians of some.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    /// Requests per second.
    pub(crate) rate: f64,
    /// What half of the requests took at most, and what 99 of 100 did.
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    /// Processor time for one request, of the server and of PostgreSQL and Redis.
    pub(crate) server: Option<Duration>,
    pub(crate) stores: Option<Duration>,
    /// Of the server after the run, in bytes.
    pub(crate) memory: Option<u64>,
}

impl Figures {
    /// The figures of latencies alone.
    #[expect(clippy::cast_precision_loss, reason = "a count of some seconds")]
    pub(crate) fn of(mut latencies: Vec<Duration>, elapsed: Duration) -> Self {
        latencies.sort_unstable();
        let at = |part: usize| {
            let index = (latencies.len() * part / 100).min(latencies.len().saturating_sub(1));
            latencies.get(index).copied().unwrap_or_default()
        };
        Self {
            rate: latencies.len() as f64 / elapsed.as_secs_f64(),
            p50: at(50),
            p99: at(99),
            server: None,
            stores: None,
            memory: None,
        }
    }

    /// Each figure's median.
    pub(crate) fn median(runs: &[Self]) -> Self {
        Self {
            rate: middle(runs, |run| run.rate, f64::total_cmp),
            p50: middle(runs, |run| run.p50, Ord::cmp),
            p99: middle(runs, |run| run.p99, Ord::cmp),
            server: middle(runs, |run| run.server, Ord::cmp),
            stores: middle(runs, |run| run.stores, Ord::cmp),
            memory: middle(runs, |run| run.memory, Ord::cmp),
        }
    }
}

fn middle<T: Copy>(
    runs: &[Figures],
    figure: impl Fn(&Figures) -> T,
    compare: fn(&T, &T) -> std::cmp::Ordering,
) -> T {
    let mut figures: Vec<T> = runs.iter().map(figure).collect();
    figures.sort_unstable_by(compare);
    figures[figures.len() / 2]
}

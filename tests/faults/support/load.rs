//! Clients that ask again and again, and how they fared.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{task::JoinSet, time::sleep};

use super::Client;

/// One request and what came of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) begun: Instant,
    pub(crate) took: Duration,
    /// 0: the connection broke.
    pub(crate) status: u16,
    pub(crate) has_retry_after: bool,
}

impl Sample {
    /// When the answer was there.
    pub(crate) fn ended(&self) -> Instant {
        self.begun + self.took
    }

    /// A 503 as it has to be.
    pub(crate) fn is_sent_away(&self) -> bool {
        self.status == 503 && self.has_retry_after
    }
}

/// What the clients of a load saw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples(pub(crate) Vec<Sample>);

impl Samples {
    /// Those that are so.
    pub(crate) fn only(&self, is_so: impl Fn(&Sample) -> bool) -> Self {
        Self(self.0.iter().copied().filter(is_so).collect())
    }

    /// How many are so.
    pub(crate) fn count(&self, is_so: impl Fn(&Sample) -> bool) -> usize {
        self.0.iter().filter(|sample| is_so(sample)).count()
    }

    /// The time that this share of the answers did not exceed.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let mut times: Vec<_> = self.0.iter().map(|sample| sample.took).collect();
        times.sort_unstable();
        let at = (times.len() * percent).div_ceil(100).saturating_sub(1);
        times.get(at).copied().unwrap_or_default()
    }

    /// How many answers had each status.
    pub(crate) fn statuses(&self) -> String {
        let mut counts = BTreeMap::<u16, usize>::new();
        for sample in &self.0 {
            *counts.entry(sample.status).or_default() += 1;
        }
        let told = counts.iter().map(|(status, count)| match status {
            0 => format!("{count} × none"),
            status => format!("{count} × {status}"),
        });
        told.collect::<Vec<_>>().join(", ")
    }

    /// The longest.
    pub(crate) fn longest(&self) -> Duration {
        self.percentile(100)
    }

    /// The one whose answer came first.
    pub(crate) fn first(&self) -> Option<Sample> {
        self.0.iter().copied().min_by_key(Sample::ended)
    }
}

/// What a load asks, and of whom.
#[derive(Clone)]
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) clients: u32,
    /// Each client asks once in this time, or as soon as it is answered if that is later.
    pub(crate) pace: Duration,
    pub(crate) request: Vec<u8>,
}

/// A load that is on.
pub(crate) struct Running {
    tasks: JoinSet<Vec<Sample>>,
    stop: Arc<AtomicBool>,
}

/// A client whose connection broke waits so long before the next.
const PAUSE: Duration = Duration::from_millis(20);

impl Load {
    /// Puts it on.
    pub(crate) fn start(&self) -> Running {
        let stop = Arc::<AtomicBool>::default();
        let mut tasks = JoinSet::new();
        for number in 0..self.clients {
            // Spread over the first period, so that they do not march in step.
            let first = Instant::now() + self.pace * number / self.clients;
            tasks.spawn(ask(self.clone(), first, Arc::clone(&stop)));
        }
        Running { tasks, stop }
    }

    /// Puts it on for so long.
    pub(crate) async fn run(&self, time: Duration) -> Samples {
        let running = self.start();
        sleep(time).await;
        running.stop().await
    }
}

impl Running {
    /// Takes it off, once the answers that are awaited have come.
    pub(crate) async fn stop(mut self) -> Samples {
        self.stop.store(true, Ordering::Relaxed);
        let mut samples = Vec::new();
        while let Some(ended) = self.tasks.join_next().await {
            samples.extend(ended.expect("a client does not panic"));
        }
        Samples(samples)
    }
}

async fn ask(load: Load, mut next: Instant, stop: Arc<AtomicBool>) -> Vec<Sample> {
    let mut client = Client::of(load.address);
    let mut samples = Vec::new();
    sleep(next.saturating_duration_since(Instant::now())).await;
    while !stop.load(Ordering::Relaxed) {
        let begun = Instant::now();
        let answer = client.ask(&load.request).await;
        let took = begun.elapsed();
        samples.push(Sample {
            begun,
            took,
            status: answer.as_ref().map_or(0, |answer| answer.status),
            has_retry_after: (answer.as_ref())
                .is_ok_and(|answer| answer.header("retry-after").is_some()),
        });
        if answer.is_err() {
            sleep(PAUSE).await;
        }
        // Whoever is late does not catch up: that would be another load.
        next = (next + load.pace).max(Instant::now());
        let pause = next.saturating_duration_since(Instant::now());
        if !pause.is_zero() {
            sleep(pause).await;
        }
    }
    samples
}

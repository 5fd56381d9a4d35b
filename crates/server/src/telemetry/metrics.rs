//! Metrics in the form of Prometheus.

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_process::Collector;
use tracing_appender::non_blocking::ErrorCounter;

/// Seconds of each request, by route template, method and status.
pub const REQUEST_DURATION: &str = "http_server_request_duration_seconds";

/// From a cached page to the timeout of a request.
const SECONDS: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

enum Kind {
    Counter,
    Gauge,
    Histogram,
}

use Kind::{Counter, Gauge, Histogram};

/// Whatever is measured, wherever that is done. `docs/OPERATIONS.md` lists the same.
const ALL: [(&str, Kind, &str); 16] = [
    (REQUEST_DURATION, Histogram, "Time from the head of a request to the head of its answer"),
    ("basalt_requests_in_flight", Gauge, "Requests that are worked on"),
    ("basalt_requests_in_flight_max", Gauge, "Requests that may be worked on; more are refused"),
    ("basalt_ready", Gauge, "1 while /health/ready is 200"),
    ("basalt_part_missing", Gauge, "1 while /health/ready names the part"),
    (
        "basalt_worker_silence_seconds",
        Gauge,
        "Time since the latest worker moved; it does so once a second",
    ),
    ("basalt_build_info", Gauge, "1, with the version of the binary"),
    ("basalt_log_lines_lost_total", Counter, "Log lines that their reader was too slow for"),
    ("basalt_database_connections", Gauge, "Connections to the database"),
    ("basalt_database_connections_max", Gauge, "Connections to the database that there may be"),
    ("basalt_breaker_open", Gauge, "1 while the part is not asked, since it does not answer"),
    ("basalt_hash_queue_length", Gauge, "Passwords that are hashed or wait for it"),
    (
        "basalt_hash_queue_wait_seconds",
        Gauge,
        "What the next password would wait, by what hashes have taken of late",
    ),
    (
        "basalt_hash_refusals_total",
        Counter,
        "Passwords that would have waited too long and were refused",
    ),
    (
        "basalt_post_cache_lookups_total",
        Counter,
        "Lists of posts that were looked for in the cache",
    ),
    (
        "basalt_rate_limit_decisions_total",
        Counter,
        "Units of the limits that were allowed and refused",
    ),
];

/// What this process measures.
#[derive(Clone)]
pub struct Metrics {
    handle: PrometheusHandle,
    process: Collector,
    lost_lines: ErrorCounter,
}

impl Metrics {
    /// Installs the recorder of this process. `lost_lines` are those of its log.
    pub fn install(lost_lines: ErrorCounter) -> Result<Self, BuildError> {
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full(REQUEST_DURATION.to_owned()), &SECONDS)?
            .install_recorder()?;
        for (name, kind, help) in ALL {
            match kind {
                Counter => describe_counter!(name, help),
                Gauge => describe_gauge!(name, help),
                Histogram => describe_histogram!(name, help),
            }
        }
        let process = Collector::default();
        process.describe();
        gauge!("basalt_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        Ok(Self { handle, process, lost_lines })
    }

    /// All of it, in the text that Prometheus reads.
    pub fn render(&self) -> String {
        self.process.collect();
        let lost = u64::try_from(self.lost_lines.dropped_lines()).unwrap_or(u64::MAX);
        counter!("basalt_log_lines_lost_total").absolute(lost);
        self.handle.render()
    }

    /// Samples of histograms wait for it in memory: to be called every few seconds.
    pub fn keep_up(&self) {
        self.handle.run_upkeep();
    }
}

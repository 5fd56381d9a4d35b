//! Metrics in the form of Prometheus.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// Seconds of each request, by route template, method and status.
pub const REQUEST_DURATION: &str = "http_server_request_duration_seconds";

/// Requests that are worked on.
pub const REQUESTS_IN_FLIGHT: &str = "basalt_requests_in_flight";

/// From a cached page to the timeout of a request.
const SECONDS: [f64; 14] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// Installs the recorder of this process; the handle renders what it holds.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(REQUEST_DURATION.to_owned()), &SECONDS)?
        .install_recorder()
}

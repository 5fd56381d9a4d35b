//! Traces: a span for each request and spans of what it waits for below, sent in batches over OTLP/HTTP by a thread of its own. A
//! request waits for nothing of it, and a collector that is gone costs spans and nothing else.

mod children;
mod client;
mod span;

use std::{sync::Arc, time::Duration};

use basalt_api::Traces;
use opentelemetry::{Key, trace::TracerProvider as _};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig as _, WithHttpConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing::warn;

pub(super) use children::children;
use client::CollectorClient;
use span::Spans;

/// What spans are said to come from, unless `OTEL_SERVICE_NAME` says otherwise.
const SERVICE: &str = "basalt";
/// How long one batch may take, with all its retries.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the stop waits for the last batch.
const LAST_BATCH: Duration = Duration::from_secs(2);

/// Sends spans to a collector.
#[derive(Debug)]
pub struct Exporter(SdkTracerProvider);

/// Why there is no exporter.
#[derive(Debug, thiserror::Error)]
#[error("traces can't be exported; check the variables whose names begin with OTEL_")]
pub struct ExporterError(#[from] ExporterBuildError);

impl Exporter {
    /// An exporter to the collector at `endpoint`, which is a checked one: `/v1/traces` follows
    /// it. The collector need not be there.
    pub fn start(endpoint: &str) -> Result<Self, ExporterError> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(CollectorClient::new(PATIENCE))
            .with_endpoint(format!("{endpoint}/v1/traces"))
            .with_timeout(PATIENCE)
            .build()?;
        let provider = SdkTracerProvider::builder()
            .with_resource(resource())
            .with_batch_exporter(exporter)
            .build();
        Ok(Self(provider))
    }

    /// What the API tells of its requests.
    pub fn traces(&self) -> Arc<dyn Traces> {
        Arc::new(Spans::new(self.0.tracer(SERVICE)))
    }

    /// Sends what waits, for 2 s at most. Blocks.
    pub fn shut_down(self) {
        if let Err(error) = self.0.shutdown_with_timeout(LAST_BATCH) {
            warn!(%error, "the last spans were not exported");
        }
    }
}

/// What all spans have in common; the library fills in what the environment says.
fn resource() -> Resource {
    let found = Resource::builder().build();
    let name = found.get(&Key::from_static_str("service.name"));
    // The library's own word for a service that nobody named.
    let is_named = name.is_some_and(|name| !name.as_str().starts_with("unknown_service"));
    let version = opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let builder = Resource::builder().with_attribute(version);
    if is_named { builder.build() } else { builder.with_service_name(SERVICE).build() }
}

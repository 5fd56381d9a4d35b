//! A build without the feature `otlp`. The configuration refuses an endpoint then, so that nothing
//! of this is ever used; it spares those who start an exporter from asking for the feature.

use std::sync::Arc;

use basalt_api::Traces;
use tracing_subscriber::layer::Identity;

/// Takes no notice of spans.
pub(super) fn children() -> Identity {
    Identity::new()
}

/// There is none in this build.
#[derive(Debug)]
pub enum Exporter {}

/// Why there is no exporter.
#[derive(Debug, thiserror::Error)]
#[error("this build has no exporter of traces")]
pub struct ExporterError;

impl Exporter {
    /// Always refuses.
    pub fn start(_endpoint: &str) -> Result<Self, ExporterError> {
        Err(ExporterError)
    }

    /// What the API tells of its requests.
    pub fn traces(&self) -> Arc<dyn Traces> {
        match *self {}
    }

    /// Sends what waits.
    pub fn shut_down(self) {
        match self {}
    }
}

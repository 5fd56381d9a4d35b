//! What is so at the moment: written down when somebody asks for metrics.

use std::sync::Arc;

use actix_web::web::Data;
use basalt_api::{Api, Readiness as _, Ready};

use super::{deferred::DeferredStore, readiness::ServerReadiness};
use crate::telemetry::metrics::REQUESTS_IN_FLIGHT;

/// Where it is read.
#[derive(Clone)]
pub(super) struct Gauges {
    pub(super) api: Data<Api>,
    pub(super) store: DeferredStore,
    pub(super) readiness: Arc<ServerReadiness>,
}

impl Gauges {
    /// Writes it down.
    pub(super) async fn record(&self) {
        // A count of requests is far below where a float loses whole numbers.
        #[expect(clippy::cast_precision_loss)]
        metrics::gauge!(REQUESTS_IN_FLIGHT).set(self.api.in_flight() as f64);
        let is_ready = self.readiness.check().await != Ready::No;
        metrics::gauge!("basalt_ready").set(f64::from(u8::from(is_ready)));
        if let Ok(store) = self.store.get() {
            store.report_metrics();
        }
    }
}

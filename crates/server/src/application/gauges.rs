//! What is so at the moment: written down when somebody asks for metrics.

use actix_web::web::Data;
use basalt_api::{Api, Health as _, Ready};

use super::{deferred::DeferredStore, health::ServerHealth};
use crate::telemetry::metrics::REQUESTS_IN_FLIGHT;

/// Where it is read.
#[derive(Clone)]
pub(super) struct Gauges {
    pub(super) api: Data<Api>,
    pub(super) store: DeferredStore,
    pub(super) health: ServerHealth,
}

impl Gauges {
    /// Writes it down.
    pub(super) fn record(&self) {
        // A count of requests is far below where a float loses whole numbers.
        #[expect(clippy::cast_precision_loss)]
        metrics::gauge!(REQUESTS_IN_FLIGHT).set(self.api.in_flight() as f64);
        let is_ready = !matches!(self.health.ready(), Ready::No(_));
        metrics::gauge!("basalt_ready").set(f64::from(u8::from(is_ready)));
        if let Ok(store) = self.store.get() {
            store.report_metrics();
        }
    }
}

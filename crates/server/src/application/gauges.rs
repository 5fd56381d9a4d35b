//! What is so at the moment: written down when somebody asks for metrics.

use actix_web::web::Data;
use basalt_api::{Api, Health as _, Part, Ready};
use basalt_domain::ports::PoolUsage;
use metrics::gauge;

use super::{health::ServerHealth, opening::Opening};

/// Where it is read.
#[derive(Clone)]
pub(super) struct Gauges {
    pub(super) api: Data<Api>,
    pub(super) opening: Opening,
    pub(super) health: ServerHealth,
}

impl Gauges {
    /// Writes it down.
    pub(super) fn record(&self) {
        gauge!("basalt_requests_in_flight").set(count(self.api.in_flight()));
        gauge!("basalt_requests_in_flight_max").set(count(self.api.max_in_flight()));
        self.record_health();
        for PoolUsage { pool, idle, used, most } in
            self.opening.opened().map_or_else(Vec::new, |opened| opened.store.usage())
        {
            let connections =
                |state| gauge!("basalt_database_connections", "pool" => pool, "state" => state);
            connections("idle").set(count(idle));
            connections("used").set(count(used));
            gauge!("basalt_database_connections_max", "pool" => pool).set(count(most));
        }
    }

    fn record_health(&self) {
        let (is_ready, missing) = match self.health.ready() {
            Ready::Ok => (true, Vec::new()),
            Ready::Degraded(parts) => (true, parts),
            Ready::No(loss) => (false, vec![loss.part]),
        };
        gauge!("basalt_ready").set(f64::from(u8::from(is_ready)));
        for part in Part::ALL {
            let is_missing = missing.contains(&part);
            gauge!("basalt_part_missing", "part" => part.as_str())
                .set(f64::from(u8::from(is_missing)));
        }
        let silence = self.health.beats().oldest().as_secs_f64();
        gauge!("basalt_worker_silence_seconds").set(silence);
    }
}

/// Far below where a float loses whole numbers.
#[expect(clippy::cast_precision_loss)]
fn count(number: usize) -> f64 {
    number as f64
}

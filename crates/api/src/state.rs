use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use basalt_application::{Auth, Posts, Users};
use basalt_domain::ports::RateLimiter;

use crate::{
    Health, Settings, Traces,
    http::{cors::Cors, keys::Keys, limit_headers::PolicyHeaders, request_id::RequestIds},
    middleware::Failures,
    views::RenderedPages,
};

/// What the API calls.
#[derive(Clone)]
pub struct Services {
    /// Accounts.
    pub users: Users,
    /// Posts.
    pub posts: Posts,
    /// Passwords and tokens.
    pub auth: Auth,
    /// Limits.
    pub limiter: Arc<dyn RateLimiter>,
    /// The state of the process.
    pub health: Arc<dyn Health>,
    /// Where requests are followed; `None` costs nothing.
    pub traces: Option<Arc<dyn Traces>>,
}

/// The API's state, shared by all workers.
pub struct Api {
    pub(crate) settings: Settings,
    pub(crate) services: Services,
    pub(crate) keys: Keys,
    pub(crate) cors: Cors,
    pub(crate) request_ids: RequestIds,
    pub(crate) rendered: RenderedPages,
    pub(crate) policy_headers: PolicyHeaders,
    pub(crate) document: bytes::Bytes,
    pub(crate) failures: Failures,
    in_flight: Arc<AtomicUsize>,
}

impl Api {
    /// The API on these services.
    pub fn new(settings: Settings, services: Services) -> Self {
        Self {
            keys: Keys::derive(&settings.secret, &settings.previous_secrets),
            cors: Cors::new(&settings.cors_origins, settings.environment),
            request_ids: RequestIds::default(),
            rendered: RenderedPages::new(),
            policy_headers: PolicyHeaders::new(&settings.limits),
            document: crate::openapi(&settings).to_string().into(),
            failures: Failures::new(),
            in_flight: Arc::default(),
            services,
            settings,
        }
    }

    /// How many requests are worked on.
    pub fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// How many requests may be worked on.
    pub fn max_in_flight(&self) -> usize {
        self.settings.max_in_flight
    }

    /// A place among the requests in flight, `None` when all are taken.
    pub(crate) fn enter(&self) -> Option<InFlight> {
        let place = InFlight(Arc::clone(&self.in_flight));
        let others = self.in_flight.fetch_add(1, Ordering::Relaxed);
        // Dropping the place gives it back.
        (others < self.settings.max_in_flight).then_some(place)
    }
}

/// A place among the requests in flight, held until the answer is written.
#[derive(Debug)]
pub(crate) struct InFlight(Arc<AtomicUsize>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

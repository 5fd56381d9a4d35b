use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicUsize, Ordering},
};

use basalt_application::{Auth, Error, Ports, Posts, Users};
use basalt_domain::ports::{RateLimiter, StoreError};

use crate::{
    Health, Loss, Ready, Settings, Traces,
    error::ApiError,
    http::{cors::Cors, keys::Keys, limit_headers::PolicyHeaders, request_id::RequestIds},
    middleware::Failures,
    views::RenderedPages,
};

/// The use cases, which there are once the store is open.
pub struct UseCases {
    /// Accounts.
    pub users: Users,
    /// Posts.
    pub posts: Posts,
    /// Passwords and tokens.
    pub auth: Auth,
}

impl UseCases {
    /// The use cases on these ports.
    pub fn new(ports: &Ports) -> Self {
        Self {
            users: Users::new(ports.clone()),
            posts: Posts::new(ports.clone()),
            auth: Auth::new(ports.clone()),
        }
    }
}

/// What the API has from its first moment on.
#[derive(Clone)]
pub struct Services {
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
    use_cases: OnceLock<UseCases>,
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
    /// The API on these services. Until [`Api::open`], what needs a use case is answered with 503.
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
            use_cases: OnceLock::new(),
            settings,
        }
    }

    /// Lets requests through to these use cases, whose store has the schema that this binary
    /// expects. Later calls change nothing.
    pub fn open(&self, use_cases: UseCases) {
        self.use_cases.get_or_init(|| use_cases);
    }

    /// Accounts.
    pub(crate) fn users(&self) -> Result<&Users, ApiError> {
        Ok(&self.use_cases()?.users)
    }

    /// Posts.
    pub(crate) fn posts(&self) -> Result<&Posts, ApiError> {
        Ok(&self.use_cases()?.posts)
    }

    /// Passwords and tokens.
    pub(crate) fn auth(&self) -> Result<&Auth, ApiError> {
        Ok(&self.use_cases()?.auth)
    }

    fn use_cases(&self) -> Result<&UseCases, ApiError> {
        self.use_cases.get().ok_or_else(|| self.not_open())
    }

    /// For the reason that health gives.
    fn not_open(&self) -> ApiError {
        let why = match self.services.health.ready() {
            Ready::No(Loss { cause: Some(cause), .. }) => StoreError::Unavailable(cause),
            _ => StoreError::unavailable("the store is not open yet"),
        };
        let doing = "waiting for the store";
        ApiError::Application(Error::Unavailable { doing, source: Arc::new(why) })
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

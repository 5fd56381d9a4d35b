//! The composition root: chooses the adapters, puts everything together, runs and stops it. Tests
//! and the binary use the same; nothing here belongs to the whole process, so that many can run
//! side by side in one.

mod background;
mod banner;
mod beats;
mod gauges;
mod health;
mod management;
mod opening;
mod preparation;
mod run;
mod signals;
pub(crate) mod wiring;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_web::web::Data;
use basalt_adapters::{redis::RedisUrlError, sea::ServerLock};
use basalt_api::{Api, Services};
use tokio_util::sync::CancellationToken;

use crate::{
    config::{Config, Environment, SecretFileError, secret_of},
    telemetry::{
        metrics::Metrics,
        traces::{Exporter, ExporterError},
    },
    transport::{Connections, Timeouts, listen::listen},
};
use background::Background;
use health::{ServerHealth, Watcher};
use opening::Opening;
use preparation::Preparation;
pub use preparation::PreparationError;
pub use signals::stop_on_signals;
use wiring::Wiring;

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// It can't listen.
    #[error("{address} can't be listened on; set {variables}")]
    Listen {
        /// What to change.
        variables: &'static str,
        /// What was tried.
        address: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// There is no secret to sign tokens with.
    #[error(transparent)]
    Secret(#[from] SecretFileError),
    /// The database can't be used, and waiting will not help.
    #[error(transparent)]
    Preparation(#[from] PreparationError),
    /// Redis can't be used, and waiting will not help.
    #[error("REDIS_URL can't be used")]
    Redis(#[from] RedisUrlError),
    /// Traces are wanted and can't be exported.
    #[error(transparent)]
    Traces(#[from] ExporterError),
}

/// A server that listens and is yet to run.
pub struct Application {
    config: Config,
    /// Gone once it runs: a second handle would keep the port open while the server stops.
    listener: Option<TcpListener>,
    address: SocketAddr,
    management: Option<TcpListener>,
    metrics: Option<Metrics>,
    exporter: Option<Exporter>,
    api: Data<Api>,
    health: ServerHealth,
    opening: Opening,
    /// Last to go, after the database is closed.
    lock: Option<ServerLock>,
    connections: Connections,
    background: Background,
    housekeeping_period: Duration,
    stop: CancellationToken,
}

/// Begins the stop of a server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Stopper(CancellationToken);

impl Stopper {
    /// Begins it; a second call changes nothing.
    pub fn stop(&self) {
        self.0.cancel();
    }
}

impl Application {
    /// Listens, opens the database and prepares it. A database that can't be reached is waited for
    /// while the server runs and is not ready; one that can never work is an error.
    ///
    /// Connections that come from now on are served as soon as [`Application::run`] runs.
    pub async fn build(config: Config) -> Result<Self, StartError> {
        let (host, port) = (&config.server.host, config.server.port);
        let refused = |source| StartError::Listen {
            variables: "HOST or PORT",
            address: format!("{host}:{port}"),
            source,
        };
        let listener = listen(host, port).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let management = management::listen(config.management)?;

        let lock = preparation::lock(&config).await?;
        let secret = secret_of(&config)?;
        let exporter = config.traces.as_deref().map(Exporter::start).transpose()?;
        let wiring = Wiring::of_server(&config, secret.clone())?;
        let opening = Opening::default();
        let health = ServerHealth::new(opening.clone(), wiring.redis.clone());
        let api = Data::new(Api::new(
            wiring::settings(&config, &secret),
            Services {
                limiter: wiring.limiter(),
                health: Arc::new(health.clone()),
                traces: exporter.as_ref().map(Exporter::traces),
            },
        ));

        let mut background = Background::default();
        background.sweep(Arc::clone(&wiring.local_limiter));
        if let Some(redis) = wiring.redis.clone() {
            background.look_after(redis);
        }
        let preparation = Preparation::new(config.clone(), wiring, opening.clone(), api.clone());
        background.prepare(preparation).await?;
        let watcher = Watcher::new(health.clone());
        background.watch(watcher, health.beats().clone()).await;

        Ok(Self {
            connections: Connections::new(Timeouts::promised(
                config.server.keep_alive,
                config.server.request_timeout,
            )),
            opening,
            lock,
            api,
            stop: CancellationToken::new(),
            metrics: None,
            exporter,
            listener: Some(listener),
            address,
            management,
            health,
            background,
            housekeeping_period: background::HOUSEKEEPING,
            config,
        })
    }

    /// Serves these metrics on the management listener. The recorder belongs to the whole process,
    /// so it is not made here.
    #[must_use]
    pub fn with_metrics(mut self, metrics: Metrics) -> Self {
        self.background.keep_up(metrics.clone());
        self.metrics = Some(metrics);
        self
    }

    /// Replaces what the HTTP contract promises: for tests that can't wait for it.
    #[must_use]
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.connections = Connections::new(timeouts);
        self
    }

    /// Removes what has expired once in such a period: for tests that can't wait a minute.
    #[must_use]
    pub fn with_housekeeping_every(mut self, period: Duration) -> Self {
        self.housekeeping_period = period;
        self
    }

    /// What it serves, for whoever calls it without a socket.
    pub fn api(&self) -> &Data<Api> {
        &self.api
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where operators are served, if they are.
    pub fn management_address(&self) -> Option<SocketAddr> {
        management::address(self.management.as_ref())
    }

    /// A handle to stop it with.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.stop.clone())
    }
}

/// Says so if a database was just made in production, where it is probably none that was meant: so
/// many steps of its schema were applied, of so many that there are.
pub(crate) fn warn_of_a_new_file(config: &Config, applied: usize, steps: usize) {
    let is_new = applied == steps;
    if is_new && config.database.url.is_private() && config.environment == Environment::Production {
        let file = config.database.url.shown();
        tracing::warn!(
            "{file} is a new and empty database; if data is elsewhere, set DATABASE_URL"
        );
    }
}

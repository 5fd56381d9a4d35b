//! The listener for operators: metrics and health, on a thread of its own, which no load of the
//! API delays.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use actix_server::{Server, ServerHandle};
use actix_service::{IntoServiceFactory as _, map_config};
use actix_web::{dev::AppConfig, web::Data};
use basalt_api::Api;
use tokio::{task::JoinHandle, time::timeout};
use tracing::warn;

use super::{StartError, gauges::Gauges};
use crate::{
    config::Management,
    telemetry::metrics::Metrics,
    transport::{Connections, Timeouts, listen::listen_on},
};

/// An operator's question takes a moment; a stop does not wait longer for the answer.
const LAST_ANSWER: Duration = Duration::from_secs(1);
/// How long a connection is kept for the next question: a scrape comes once a minute or more often.
const IDLE: Duration = Duration::from_secs(75);
/// How long a client may be slow to take an answer.
const SLOW: Duration = Duration::from_secs(10);

/// Listens where the configuration says. The default address may be taken, by another server on
/// the same machine: then there are no metrics. One that was chosen must be free.
pub(super) fn listen(management: Option<Management>) -> Result<Option<TcpListener>, StartError> {
    let Some(Management { address, chosen }) = management else {
        return Ok(None);
    };
    match listen_on(address) {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if !chosen && error.kind() == io::ErrorKind::AddrInUse => {
            warn!(
                %address,
                "the address for metrics and health is taken; they are not served there. \
                 Set MANAGEMENT_ADDR"
            );
            Ok(None)
        }
        Err(source) => Err(StartError::Listen {
            variables: "MANAGEMENT_ADDR",
            address: address.to_string(),
            source,
        }),
    }
}

/// Where it listens.
pub(super) fn address(listener: Option<&TcpListener>) -> Option<SocketAddr> {
    listener.and_then(|listener| listener.local_addr().ok())
}

/// A listener that is served. It outlives the one of the API, so that the stop can be watched.
pub(super) struct Operators {
    server: JoinHandle<io::Result<()>>,
    handle: ServerHandle,
    connections: Connections,
}

impl Operators {
    /// Serves `listener` on one thread.
    pub(super) fn serve(
        listener: TcpListener,
        api: &Data<Api>,
        gauges: Gauges,
        metrics: Option<Metrics>,
    ) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let connections = Connections::new(Timeouts::promised(IDLE, SLOW));
        let (serving, api) = (connections.clone(), api.clone());
        let text = move || {
            gauges.record();
            let text = metrics.as_ref().map(Metrics::render);
            std::future::ready(text.unwrap_or_default())
        };
        let server = Server::build()
            .workers(1)
            .disable_signals()
            .listen("operators", listener, move || {
                let app = basalt_api::operators(&api, text.clone()).into_factory();
                serving.service(address, map_config(app, |()| AppConfig::default()))
            })?
            .run();
        Ok(Self { handle: server.handle(), server: tokio::spawn(server), connections })
    }

    /// Takes no new questions, and waits a moment for the answers to the open ones.
    pub(super) async fn end(self) {
        self.connections.begin_to_drain();
        drop(self.handle.stop(true));
        let _ = timeout(LAST_ANSWER, self.connections.all_closed()).await;
        self.server.abort();
    }
}

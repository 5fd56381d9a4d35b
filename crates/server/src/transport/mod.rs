//! HTTP/1.1 over TCP: what stands between the sockets and the application.
//!
//! `HttpServer` of actix-web (4.18) can't put anything around a stream, and its timeouts watch the
//! first head of a connection only, no later one and no slow reader. So the service is put together
//! here from actix-server and actix-http, around a [`watched::Watched`] stream that closes on slow
//! and idle clients, and around [`exchange::observed`] that tells the stream when a request has
//! been served.
//!
//! The dispatcher of actix-http (3.20) reads ahead: what it answers to one request depends on what
//! it has read of the next, and on how much of a body came with its head. Therefore the stream
//! hands over one request at a time ([`inbound::Inbound`]).

mod activity;
mod exchange;
mod inbound;
mod linger;
pub(crate) mod listen;
mod watched;

use std::{future::ready, net::SocketAddr, time::Duration};

use actix_http::{HttpService, KeepAlive, Request, body::MessageBody, error::DispatchError};
use actix_service::{ServiceFactory, ServiceFactoryExt as _, fn_service};
use actix_web::dev::ServiceResponse;
use tokio::net::TcpStream;
use tokio_util::task::TaskTracker;

pub use activity::{Drain, Timeouts};
use watched::Watched;

/// What all connections of a server have in common.
#[derive(Clone)]
pub struct Connections {
    timeouts: Timeouts,
    drain: Drain,
    open: TaskTracker,
}

impl Connections {
    /// None yet.
    pub fn new(timeouts: Timeouts) -> Self {
        Self { timeouts, drain: Drain::default(), open: TaskTracker::new() }
    }

    /// From now on idle connections close and answers are the last of theirs.
    pub fn begin_to_drain(&self) {
        self.drain.begin();
    }

    /// Waits until none is open. Only of use when no new ones are taken.
    pub async fn all_closed(&self) {
        self.open.close();
        self.open.wait().await;
    }

    /// The service that one worker runs for each connection on `local`.
    pub fn service<F, B>(
        &self,
        local: SocketAddr,
        app: F,
    ) -> impl ServiceFactory<
        TcpStream,
        Config = (),
        Response = (),
        Error = DispatchError,
        InitError = (),
    > + use<F, B>
    where
        F: ServiceFactory<
                Request,
                Config = (),
                Response = ServiceResponse<B>,
                Error = actix_web::Error,
                InitError = (),
            > + 'static,
        F::Future: 'static,
        <F::Service as actix_service::Service<Request>>::Future: 'static,
        B: MessageBody + 'static,
    {
        let this = self.clone();
        let http = HttpService::build()
            // All three are the watched stream's.
            .keep_alive(KeepAlive::Os)
            .client_request_timeout(Duration::ZERO)
            .client_disconnect_timeout(Duration::ZERO)
            .local_addr(local)
            .on_connect_ext(|stream: &Watched, data| {
                data.insert(stream.activity());
            })
            .h1(exchange::observed(app));
        fn_service(move |stream: TcpStream| {
            // Answers are written whole; waiting for more would only delay them. A socket that
            // refuses the option is closed already.
            let _ = stream.set_nodelay(true);
            let peer = stream.peer_addr().ok();
            let watched = Watched::new(stream, this.timeouts, &this.drain, this.open.token());
            ready(Ok::<_, DispatchError>((watched, peer)))
        })
        .and_then(http)
    }
}

//! Running and stopping.

use std::{io, num::NonZero, thread};

use actix_server::{Server, ServerHandle};
use actix_service::{IntoServiceFactory as _, map_config};
use actix_web::dev::AppConfig;
use tokio::time::{sleep, timeout};
use tracing::{info, warn};

use super::{Application, gauges::Gauges, management::Operators};

impl Application {
    /// Serves until it is stopped and what is in flight has ended.
    pub async fn run(mut self) -> io::Result<()> {
        let mut server = self.server()?;
        let operators = self.operators_listener()?;
        self.background.keep_house(self.opening.clone(), self.housekeeping_period);
        let handle = server.handle();
        tokio::select! {
            // Only when it can't go on.
            result = &mut server => return result,
            () = self.stop_begun() => {}
        }
        self.connections.begin_to_drain();
        self.end(server, &handle).await;
        if let Some(operators) = operators {
            operators.end().await;
        }
        self.close().await;
        Ok(())
    }

    /// Waits for the stop; then others have time to notice that it is coming.
    async fn stop_begun(&self) {
        self.stop.cancelled().await;
        self.health.begin_to_stop();
        if let Some(lock) = &self.lock {
            lock.tell_that_it_stops();
        }
        sleep(self.config.server.drain_delay).await;
    }

    /// Takes no new connections, and waits for the open ones within the grace.
    async fn end(&self, mut server: Server, handle: &ServerHandle) {
        // Sent by the call itself; the answer would come up to a second after the last connection
        // has closed, because a worker looks that seldom.
        drop(handle.stop(true));
        let grace = self.config.server.shutdown_grace;
        let ended = timeout(grace, async {
            tokio::select! {
                // First, so that the listeners are closed when the open connections are counted.
                biased;
                _ = &mut server => {}
                () = self.connections.all_closed() => {}
            }
        });
        if ended.await.is_err() {
            warn!(grace = ?grace, "requests were still in flight; ending without them");
        }
        // Dropping it ends what is left.
    }

    /// Leaves the database as one file, and sends the last spans.
    async fn close(self) {
        drop(self.background);
        if let Some(opened) = self.opening.opened()
            && let Err(error) = opened.store.close().await
        {
            warn!(
                error = basalt_domain::ports::chain(&error),
                "the database was not closed in good order"
            );
        }
        drop(self.lock);
        if let Some(exporter) = self.exporter {
            // It blocks; a task that panicked has told so itself.
            let _ = tokio::task::spawn_blocking(|| exporter.shut_down()).await;
        }
        info!("stopped");
    }

    fn server(&mut self) -> io::Result<Server> {
        let cores = || thread::available_parallelism().map_or(1, NonZero::get);
        let workers = self.config.server.workers.unwrap_or_else(cores);
        let (api, connections, address) =
            (self.api.clone(), self.connections.clone(), self.address);
        let beats = self.health.beats().clone();
        let service = move || {
            // Called once on the thread of each worker.
            beats.begin();
            let app = basalt_api::app(&api).into_factory();
            connections.service(address, map_config(app, |()| AppConfig::default()))
        };
        let mut builder = Server::build()
            .workers(workers)
            .disable_signals()
            .shutdown_timeout(self.config.server.shutdown_grace.as_secs().max(1));
        if let Some(listener) = self.listener.take() {
            builder = builder.listen("api", listener, service)?;
        }
        Ok(builder.run())
    }

    fn operators_listener(&mut self) -> io::Result<Option<Operators>> {
        let Some(listener) = self.management.take() else {
            return Ok(None);
        };
        let gauges = Gauges {
            api: self.api.clone(),
            opening: self.opening.clone(),
            health: self.health.clone(),
        };
        Operators::serve(listener, &self.api, gauges, self.metrics.clone()).map(Some)
    }
}

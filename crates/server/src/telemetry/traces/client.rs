//! How batches get to the collector.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use tracing::{info, warn};

/// An answer says little; more than this is none of a collector.
const ANSWER_BYTES: u64 = 64 * 1024;

/// Sends one batch after the other, and says when that begins to fail and when it works again.
#[derive(Debug)]
pub(super) struct CollectorClient {
    agent: ureq::Agent,
    is_failing: AtomicBool,
}

impl CollectorClient {
    /// Each request may take as long as `patience`.
    pub(super) fn new(patience: Duration) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(patience))
            .http_status_as_error(false)
            .proxy(None)
            .build()
            .into();
        Self { agent, is_failing: AtomicBool::new(false) }
    }

    fn send(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, ureq::Error> {
        let (parts, body) = request.clone().into_parts();
        let answer = self.agent.run(Request::from_parts(parts, &body[..]))?;
        let (parts, mut body) = answer.into_parts();
        let body = body.with_config().limit(ANSWER_BYTES).read_to_vec()?;
        Ok(Response::from_parts(parts, body.into()))
    }

    /// Once for each change, not for each batch.
    fn tell(&self, sent: &Result<Response<Bytes>, ureq::Error>) {
        let problem = match sent {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(format!("the collector answers {}", answer.status())),
            Err(error) => Some(error.to_string()),
        };
        let failed_before = self.is_failing.swap(problem.is_some(), Ordering::Relaxed);
        match problem {
            Some(error) if !failed_before => {
                warn!(error, "spans are not exported; requests go on without");
            }
            None if failed_before => info!("spans are exported again"),
            _ => {}
        }
    }
}

#[async_trait]
impl HttpClient for CollectorClient {
    /// Blocks: it is called on the exporter's own thread, which has nothing else to do.
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let sent = self.send(&request);
        self.tell(&sent);
        Ok(sent?)
    }
}

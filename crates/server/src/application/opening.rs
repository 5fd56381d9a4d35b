//! The store from the first moment on, also while it can't be used yet.

use std::sync::{Arc, OnceLock};

use basalt_api::{Loss, Part};
use basalt_application::Ports;
use basalt_domain::ports::{Cause, Store};
use tokio::sync::watch;

use super::PreparationError;

/// The store that requests are served from, once it is reached and brought up to date. Until then
/// the process listens, tells that it is not ready, and answers 503. Clones share it.
#[derive(Clone)]
pub(super) struct Opening(Arc<Inner>);

struct Inner {
    opened: OnceLock<Opened>,
    preparation: watch::Sender<Preparing>,
}

/// What there is from then on.
pub(super) struct Opened {
    pub(super) store: Arc<dyn Store>,
    pub(super) ports: Ports,
}

/// How far everything is that has to be done before requests can be served.
#[derive(Clone)]
enum Preparing {
    Begun,
    /// And is tried again.
    Failed(Arc<PreparationError>),
    Done,
}

#[derive(Debug, thiserror::Error)]
#[error("the database is being prepared")]
struct BeingPrepared;

impl Default for Opening {
    fn default() -> Self {
        Self(Arc::new(Inner {
            opened: OnceLock::new(),
            preparation: watch::Sender::new(Preparing::Begun),
        }))
    }
}

impl Opening {
    /// The store has the schema that this binary expects. Later calls change nothing.
    pub(super) fn open(&self, opened: Opened) {
        self.0.opened.get_or_init(|| opened);
        self.0.preparation.send_replace(Preparing::Done);
    }

    /// The store, once it can be used.
    pub(super) fn opened(&self) -> Option<&Opened> {
        self.0.opened.get()
    }

    /// Tells why it can't be used yet.
    pub(super) fn not_prepared(&self, why: PreparationError) {
        let failed = Preparing::Failed(Arc::new(why));
        self.0.preparation.send_replace(failed);
    }

    /// Waits until the preparation ends or fails.
    pub(super) async fn preparation_moved(&self) {
        // Never an error: the sender is ours.
        let _ = self.0.preparation.subscribe().changed().await;
    }

    /// The store, or what is missing until it can be used.
    pub(super) fn ready(&self) -> Result<&Opened, Loss> {
        let (part, cause): (_, Cause) = match &*self.0.preparation.borrow() {
            Preparing::Failed(why) => (why.part(), why.clone()),
            Preparing::Begun | Preparing::Done => (Part::Database, Arc::new(BeingPrepared)),
        };
        self.opened().ok_or(Loss { part, cause: Some(cause) })
    }
}

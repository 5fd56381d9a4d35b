use std::{
    cell::{Cell, RefCell},
    time::Instant,
};

use actix_web::http::header::HeaderValue;
use basalt_application::Authenticated;

use super::limits::RequestLimits;
use crate::{http::client_address::Client, state::InFlight};

/// What is known of a request while it is worked on. Made by the outer layer, filled by the gate.
pub(crate) struct RequestState {
    pub(crate) id: HeaderValue,
    pub(crate) started: Instant,
    pub(crate) client: Client,
    pub(crate) limits: RequestLimits,
    /// The route's template; empty while no route was found.
    pub(crate) template: Cell<&'static str>,
    authenticated: Cell<Option<Authenticated>>,
    phase: Cell<Phase>,
    in_flight: RefCell<Option<InFlight>>,
}

/// What a request waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// For our work.
    Working,
    /// For the client to send its body.
    Reading,
}

impl RequestState {
    pub(crate) fn new(id: HeaderValue, client: Client) -> Self {
        Self {
            id,
            started: Instant::now(),
            limits: RequestLimits::default(),
            client,
            template: Cell::new(""),
            authenticated: Cell::new(None),
            phase: Cell::new(Phase::Working),
            in_flight: RefCell::new(None),
        }
    }

    pub(crate) fn request_id(&self) -> &str {
        self.id.to_str().unwrap_or_default()
    }

    pub(crate) fn authenticated(&self) -> Option<Authenticated> {
        self.authenticated.get()
    }

    pub(crate) fn set_authenticated(&self, who: Authenticated) {
        self.authenticated.set(Some(who));
    }

    pub(crate) fn enter(&self, phase: Phase) {
        self.phase.set(phase);
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase.get()
    }

    pub(crate) fn hold(&self, place: InFlight) {
        self.in_flight.replace(Some(place));
    }

    pub(crate) fn take_place(&self) -> Option<InFlight> {
        self.in_flight.take()
    }
}

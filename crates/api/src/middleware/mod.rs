//! What surrounds every request.

mod access_log;
mod body;
mod detached;
mod failures;
mod gate;
mod limits;
mod measurement;
mod media;
mod outer;
mod state;
mod token;

pub(crate) use detached::Detached;
pub(crate) use failures::Failures;
pub(crate) use gate::{LimitRule, Rule, gate};
pub(crate) use outer::outer;
pub(crate) use state::{Phase, RequestState};

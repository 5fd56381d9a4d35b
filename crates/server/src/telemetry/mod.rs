//! What the process tells of itself: logs, lines before there are logs, panics, metrics, and traces.
//! All but traces is installed by the binary alone, because it belongs to the whole process.

mod json;
pub mod line;
pub mod logs;
pub mod metrics;
pub mod panics;
mod throttle;
pub mod traces;
#[cfg(test)]
pub(crate) mod written;

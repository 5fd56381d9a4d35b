//! What the process tells of itself: logs, lines before there are logs, and metrics. Installed by
//! the binary alone, because all of it belongs to the whole process.

pub mod line;
pub mod logs;
pub mod metrics;

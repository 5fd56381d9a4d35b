//! Lines that are written whatever the log level is: the banner, and errors of the start.

use std::io::Write as _;

use basalt_adapters::system::SystemClock;
use basalt_domain::ports::Clock as _;
use serde_json::{Map, Value, json};

use crate::config::LogFormat;

/// One JSON object in the form of the log's lines.
pub(crate) fn object(level: &str, message: &str, fields: Map<String, Value>) -> String {
    let mut line = json!({
        "timestamp": SystemClock.now().to_rfc3339(),
        "level": level,
        "message": message,
        "target": "basalt",
    });
    if let Some(line) = line.as_object_mut() {
        line.extend(fields);
    }
    line.to_string()
}

/// Writes an error to stderr.
pub fn error(format: LogFormat, message: &str) {
    write("ERROR", format, message);
}

/// Writes a warning to stderr.
pub fn warning(format: LogFormat, message: &str) {
    write("WARN", format, message);
}

fn write(level: &str, format: LogFormat, message: &str) {
    let line = match format {
        LogFormat::Text => format!("basalt: {message}"),
        LogFormat::Json => object(level, message, Map::new()),
    };
    // Nobody is left to be told that stderr is gone.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_object_whatever_the_message_holds() {
        let line = object("ERROR", "a \"quoted\"\nmessage", Map::new());
        assert!(!line.contains('\n'));
        let parsed: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(parsed["message"], "a \"quoted\"\nmessage");
        assert_eq!(parsed["level"], "ERROR");
    }
}

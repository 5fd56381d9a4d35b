//! Panics are told like everything else: on one line, with the place and without a backtrace. What
//! panicked answers for itself: a request with 500, and the process lives.

use std::panic::{self, PanicHookInfo};

use super::line;
use crate::config::LogFormat;

/// Tells every panic of this process from now on: in the log, or on stderr in this format as long
/// as there is no log.
pub fn tell(format: LogFormat) {
    panic::set_hook(Box::new(move |panic| tell_one(panic, format)));
}

fn tell_one(panic: &PanicHookInfo<'_>, format: LogFormat) {
    let location = panic.location().map(ToString::to_string);
    let location = location.as_deref().unwrap_or("an unknown place");
    let message = panic
        .payload_as_str()
        .unwrap_or("something that is no text");
    if tracing::dispatcher::has_been_set() {
        tracing::error!(location, panic = message, "a part of the process panicked");
    } else {
        line::error(format, &format!("panicked at {location}: {message}"));
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;
    use crate::telemetry::logs::lines;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_is_one_object_on_one_line_with_its_place() {
        let written = Written::default();
        let writer = written.clone();
        let log = lines(LogFormat::Json, move || writer.clone(), false);
        let subscriber = tracing_subscriber::registry().with(log);
        let before = panic::take_hook();
        tell(LogFormat::Json);
        let outcome = tracing::subscriber::with_default(subscriber, || {
            panic::catch_unwind(|| panic!("on two\nlines"))
        });
        panic::set_hook(before);
        assert!(outcome.is_err());

        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        let told: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(told["level"], "ERROR");
        assert_eq!(told["panic"], "on two\nlines");
        let location = told["location"].as_str().unwrap();
        assert!(location.contains("panics.rs:"), "{location}");
    }
}

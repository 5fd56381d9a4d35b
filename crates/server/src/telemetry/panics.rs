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
    let message = panic.payload_as_str().unwrap_or("something that is no text");
    if tracing::dispatcher::has_been_set() {
        tracing::error!(location, panic = message, "a part of the process panicked");
    } else {
        line::error(format, &format!("panicked at {location}: {message}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::written::Written;

    #[test]
    fn a_panic_is_one_object_on_one_line_with_its_place() {
        let written = Written::default();
        let before = panic::take_hook();
        tell(LogFormat::Json);
        let outcome = tracing::subscriber::with_default(written.log(), || {
            panic::catch_unwind(|| panic!("on two\nlines"))
        });
        panic::set_hook(before);
        assert!(outcome.is_err());

        let told = written.objects();
        assert_eq!(told.len(), 1, "{told:#?}");
        let told = &told[0];
        assert_eq!(told["level"], "ERROR");
        assert_eq!(told["panic"], "on two\nlines");
        let location = told["location"].as_str().unwrap();
        assert!(location.contains("panics.rs:"), "{location}");
    }
}

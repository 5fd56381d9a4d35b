//! Log lines: text for people, one JSON object a line for machines.

use std::io::{self, IsTerminal, Write};

use basalt_adapters::SPANS;
use tracing::{Metadata, Subscriber, level_filters::LevelFilter};
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{
    EnvFilter, Layer, Registry, filter,
    filter::FilterExt as _,
    fmt,
    fmt::{MakeWriter, format::JsonFields},
    layer::SubscriberExt as _,
    registry::LookupSpan,
    util::SubscriberInitExt as _,
};

use super::{json::JsonLines, throttle, traces};
use crate::config::{LogFormat, Logs, Violation};

/// Lines that may wait for a slow reader of the log. Beyond it lines are lost, since a request
/// must not wait for a log; each place costs memory from the start on.
const WAITING_LINES: usize = 16_384;

/// Where log lines go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// A server's.
    Stdout,
    /// A command's, whose stdout is its answer.
    Stderr,
}

/// The log of this process. Lines that wait are written when it is dropped.
pub struct Log {
    _writing: WorkerGuard,
    lost_lines: ErrorCounter,
}

impl Log {
    /// Counts the lines that were lost.
    pub fn lost_lines(&self) -> ErrorCounter {
        self.lost_lines.clone()
    }
}

/// Installs the log of this process and, where requests are followed, what adds to their traces.
pub fn install(logs: &Logs, output: Output, are_followed: bool) -> Log {
    let (writer, is_terminal): (Box<dyn Write + Send>, _) = match output {
        Output::Stdout => (Box::new(io::stdout()), io::stdout().is_terminal()),
        Output::Stderr => (Box::new(io::stderr()), io::stderr().is_terminal()),
    };
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(WAITING_LINES)
        .thread_name("log")
        .finish(writer);
    let lost_lines = writer.error_counter();
    let filter = match output {
        Output::Stdout => directives(&logs.level),
        // The answer of a command is not to be searched for among lines of the log.
        Output::Stderr => "warn,audit=info".to_owned(),
    };
    let lines = lines(logs.format, writer, is_terminal && logs.color);
    // A second installation in one process keeps the first, which tests may have made.
    let _ = tracing_subscriber::registry().with(layers(lines, &filter, are_followed)).try_init();
    Log { _writing: guard, lost_lines }
}

type AnyLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// All that hears of spans and events. As one list: with a layer of none beside it, the library
/// would ask at each span and event whether it is wanted, and not once.
fn layers(lines: AnyLayer, filter: &str, are_followed: bool) -> Vec<AnyLayer> {
    // The hint leaves the level to the other filter, which without it would count for nothing.
    let of_the_log =
        filter::filter_fn(|what| !is_of_a_trace(what)).with_max_level_hint(LevelFilter::TRACE);
    let filter = EnvFilter::new(filter).and(of_the_log).and(throttle::of_accepting());
    let mut layers = vec![lines.with_filter(filter).boxed()];
    layers.extend(are_followed.then(|| traces::children().boxed()));
    layers
}

/// Tells what of the configuration is taken and probably not what was meant.
pub(crate) fn warn_of(warnings: &[Violation]) {
    for warning in warnings {
        tracing::warn!("{warning}");
    }
}

/// Whether it is a span around something that a request waits for. Those are for traces: in a line
/// one would stand before the request's own.
pub(super) fn is_of_a_trace(what: &Metadata<'_>) -> bool {
    // The second are those that SeaORM makes.
    what.is_span() && (what.target() == SPANS || what.name().starts_with("sea_orm."))
}

/// How an event becomes a line.
pub(super) fn lines<S, W>(
    format: LogFormat,
    writer: W,
    color: bool,
) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_writer(writer);
    match format {
        LogFormat::Text => lines.with_ansi(color).boxed(),
        LogFormat::Json => lines.fmt_fields(JsonFields::new()).event_format(JsonLines).boxed(),
    }
}

/// A plain level is about this process: libraries that tell each statement or connection at it
/// are kept one step quieter. Directives are taken as they stand.
///
/// The dispatcher of HTTP is not heard at all: what it calls an error is a client that breaks HTTP
/// or its connection, and whoever likes could fill the log with that.
fn directives(level: &str) -> String {
    let quieter = match level {
        "info" => "warn",
        "debug" | "trace" => "info",
        "warn" | "error" => return format!("{level}{QUIET}"),
        _ => return level.to_owned(),
    };
    let chatty =
        ["actix_http", "actix_server", "actix_web", "mio", "sea_orm", "sea_orm_migration", "sqlx"];
    let all =
        chatty.iter().fold(level.to_owned(), |all, library| format!("{all},{library}={quieter}"));
    format!("{all}{QUIET}")
}

/// The dispatcher of HTTP, and the pool of connections: when a database goes, that writes a line for
/// each of them, and the one line of ours would be searched for among them.
const QUIET: &str =
    ",actix_http::h1::dispatcher=off,sqlx_core::pool=error,sqlx::postgres::notice=error";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_level_keeps_libraries_quieter_and_never_louder() {
        assert!(directives("info").starts_with("info,actix_http=warn"));
        assert!(directives("warn").starts_with("warn,actix_http::h1::dispatcher=off,"));
        assert_eq!(directives("off"), "off");
        assert_eq!(directives("info,sqlx=debug"), "info,sqlx=debug");
        assert!(EnvFilter::builder().parse(directives("trace")).is_ok());
    }

    #[test]
    fn where_no_request_is_followed_the_spans_of_traces_are_never_asked_for() {
        let span = tracing::info_span!(target: SPANS, "something");
        let what = span.metadata().expect("a span that is off says what it is");
        let subscriber = |level, are_followed| {
            let lines = lines(LogFormat::Text, io::sink, false);
            tracing_subscriber::registry().with(layers(lines, level, are_followed))
        };
        let log = subscriber("trace", false);
        assert!(log.register_callsite(what).is_never());
        let quiet = subscriber("warn", false);
        assert_eq!(quiet.max_level_hint(), Some(LevelFilter::WARN));
        let followed = subscriber("off", true);
        assert!(!followed.register_callsite(what).is_never());
    }
}

//! A log line as one JSON object, all of it in one level: a line of a use case names its request as
//! the request's own line does, by `request_id`.

use std::fmt;

use basalt_adapters::system::SystemClock;
use basalt_domain::ports::Clock as _;
use serde::ser::{SerializeMap as _, Serializer as _};
use serde_json::{Map, Value};
use tracing::{Event, Subscriber};
use tracing_serde::SerdeMapVisitor;
use tracing_subscriber::{
    fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields, format::Writer},
    registry::LookupSpan,
};

/// Formats events; what their span knows stands beside what they know themselves.
pub(super) struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let span = context.lookup_current().map_or_else(Map::new, |span| {
            let extensions = span.extensions();
            let fields = extensions.get::<FormattedFields<N>>();
            fields.map_or_else(Map::new, |fields| serde_json::from_str(fields).unwrap_or_default())
        });
        let line = object(event, &span).map_err(|_| fmt::Error)?;
        writer.write_str(std::str::from_utf8(&line).map_err(|_| fmt::Error)?)?;
        writer.write_char('\n')
    }
}

fn object(event: &Event<'_>, span: &Map<String, Value>) -> serde_json::Result<Vec<u8>> {
    let mut line = Vec::with_capacity(384);
    let mut serializer = serde_json::Serializer::new(&mut line);
    let mut fields = serializer.serialize_map(None)?;
    fields.serialize_entry("timestamp", &SystemClock.now().to_rfc3339())?;
    fields.serialize_entry("level", &event.metadata().level().as_str())?;
    let mut visitor = SerdeMapVisitor::new(fields);
    event.record(&mut visitor);
    let mut fields = visitor.take_serializer()?;
    for (name, value) in span {
        if event.metadata().fields().field(name).is_none() {
            fields.serialize_entry(name, value)?;
        }
    }
    fields.serialize_entry("target", event.metadata().target())?;
    fields.end()?;
    Ok(line)
}

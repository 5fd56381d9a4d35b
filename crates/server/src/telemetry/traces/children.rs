//! Below a request's span: what it waits for. That comes as spans of `tracing`, whose parents tell
//! whose it is, and only what is named here goes on: no statement, and no error, since a database
//! repeats values in its errors.

use std::fmt;

use basalt_adapters::SPANS;
use opentelemetry::{
    Context as Parent, KeyValue,
    trace::{Span as _, SpanBuilder, SpanContext, SpanKind, Status, TraceContextExt as _},
};
use opentelemetry_sdk::trace::{SdkTracer, Span};
use tracing::{
    Id, Subscriber,
    field::{Field, Visit},
    info_span,
    level_filters::LevelFilter,
    span::{Attributes, Record},
};
use tracing_subscriber::{
    Layer, Registry, filter,
    layer::Context,
    registry::{LookupSpan, SpanRef},
};

use crate::telemetry::logs::is_of_a_trace;

/// Turns spans within a request that is followed into spans of its trace.
struct Children;

/// What the request's span of `tracing` knows, for those below it.
struct Followed {
    tracer: SdkTracer,
    request: SpanContext,
}

/// The span of a trace that a span of `tracing` stands for.
struct Child(Span);

/// A layer that hears of nothing else.
pub(in crate::telemetry) fn children<S>() -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    Children.with_filter(filter::filter_fn(is_of_a_trace).with_max_level_hint(LevelFilter::INFO))
}

/// A span of `tracing` for what is done for `request`; none if it is not recorded.
pub(super) fn followed(tracer: &SdkTracer, request: &SpanContext) -> tracing::Span {
    if !request.is_sampled() {
        return tracing::Span::none();
    }
    let span = info_span!(target: SPANS, "request");
    span.with_subscriber(|(id, subscriber)| {
        let registry = subscriber.downcast_ref::<Registry>()?;
        registry
            .span(id)?
            .extensions_mut()
            .insert(Followed { tracer: tracer.clone(), request: request.clone() });
        Some(())
    });
    span
}

impl<S> Layer<S> for Children
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let child = span.scope().skip(1).find_map(|above| {
            let extensions = above.extensions();
            Some(extensions.get::<Followed>()?.begin(attributes))
        });
        if let Some(child) = child {
            span.extensions_mut().insert(Child(child));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut extensions = span.extensions_mut();
        let Some(Child(child)) = extensions.get_mut() else {
            return;
        };
        let mut said = Said::default();
        values.record(&mut said);
        if said.has_failed {
            child.set_attribute(KeyValue::new("error.type", "_OTHER"));
            child.set_status(Status::error(""));
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        // Dropping it ends it.
        let ended = |span: SpanRef<'_, S>| span.extensions_mut().remove::<Child>();
        drop(context.span(&id).and_then(ended));
    }
}

impl Followed {
    fn begin(&self, attributes: &Attributes<'_>) -> Span {
        let mut said = Said::default();
        attributes.record(&mut said);
        let operation = match attributes.metadata().name() {
            // SeaORM calls these what it calls all that is none of the four common statements.
            "sea_orm.begin" => Some("BEGIN".to_owned()),
            "sea_orm.commit" => Some("COMMIT".to_owned()),
            "sea_orm.rollback" => Some("ROLLBACK".to_owned()),
            _ => said.operation,
        };
        let parent = Parent::new().with_remote_span_context(self.request.clone());
        let builder = match (said.system, operation) {
            (Some(system), Some(operation)) => SpanBuilder::from_name(operation.clone())
                .with_kind(SpanKind::Client)
                .with_attributes([
                    KeyValue::new("db.system.name", system),
                    KeyValue::new("db.operation.name", operation),
                ]),
            _ => SpanBuilder::from_name(attributes.metadata().name()).with_kind(SpanKind::Internal),
        };
        builder.start_with_context(&self.tracer, &parent)
    }
}

/// What a span says of itself, in the words of `SeaORM`: those of conventions that are older.
#[derive(Default)]
struct Said {
    system: Option<String>,
    operation: Option<String>,
    has_failed: bool,
}

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "db.system" => self.system = Some(value.to_owned()),
            "db.operation" => self.operation = Some(value.to_owned()),
            "otel.status_code" => self.has_failed = value == "ERROR",
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "db.operation" {
            self.operation = Some(format!("{value:?}"));
        }
    }
}

use std::{cell::RefCell, collections::HashMap, time::Duration};

use actix_web::http::Method;
use metrics::Histogram;

/// What a measurement is told apart by: route template, method and status.
type Labels = (&'static str, &'static str, u16);

thread_local! {
    /// Finding a histogram by its labels costs more than recording in it, so each worker keeps
    /// those it has used: at most one for each route, method and status.
    static KNOWN: RefCell<HashMap<Labels, Histogram>> = RefCell::default();
}

/// One measurement per request.
pub(super) fn record(route: &'static str, method: &Method, status: u16, duration: Duration) {
    let labels = (route, method_label(method), status);
    KNOWN.with_borrow_mut(|known| {
        known.entry(labels).or_insert_with_key(histogram).record(duration.as_secs_f64());
    });
}

fn histogram((route, method, status): &Labels) -> Histogram {
    metrics::histogram!(
        "http_server_request_duration_seconds",
        "route" => *route,
        "method" => *method,
        "status" => status.to_string(),
    )
}

/// A closed set: a label that clients choose would grow without bound.
fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}

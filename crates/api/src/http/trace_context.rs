//! `traceparent` (W3C Trace Context, 3.2): the trace that a client has begun.

use std::fmt;

use actix_web::http::header::{HeaderMap, HeaderName};

static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Names a trace across all that take part in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceId(pub u128);

/// As the header spells it.
impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Where in a trace a request was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace.
    pub trace_id: TraceId,
    /// The client's part of it.
    pub parent_id: u64,
    /// Whether the client records its part.
    pub is_sampled: bool,
}

impl TraceContext {
    /// What the one header of a request says; `None` when there is none, or none in the form.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let mut lines = headers.get_all(&TRACEPARENT);
        let line = lines.next()?.to_str().ok()?;
        if lines.next().is_some() {
            return None;
        }
        Self::parse(line)
    }

    fn parse(line: &str) -> Option<Self> {
        let mut parts = line.split('-');
        let version = hex(parts.next()?, 2)?;
        let trace_id = hex(parts.next()?, 32)?;
        let parent_id = hex(parts.next()?, 16)?;
        let flags = hex(parts.next()?, 2)?;
        // Later versions may add parts; 255 will never be one.
        let is_known = version != 0xff && (version != 0 || parts.next().is_none());
        (is_known && trace_id != 0 && parent_id != 0).then_some(Self {
            trace_id: TraceId(trace_id),
            parent_id: u64::try_from(parent_id).ok()?,
            is_sampled: flags & 1 == 1,
        })
    }
}

/// A number of exactly so many lower-case hexadecimal digits.
fn hex(text: &str, digits: usize) -> Option<u128> {
    let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    let is_hex = text.len() == digits && text.bytes().all(is_digit);
    u128::from_str_radix(text, 16).ok().filter(|_| is_hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

    #[test]
    fn a_traceparent_names_trace_parent_and_whether_it_is_recorded() {
        let found = TraceContext::parse(&format!("00-{TRACE}-b7ad6b7169203331-01")).unwrap();
        assert_eq!(found.trace_id.to_string(), TRACE);
        assert_eq!(found.parent_id, 0xb7ad_6b71_6920_3331);
        assert!(found.is_sampled);
        let quiet = TraceContext::parse(&format!("00-{TRACE}-b7ad6b7169203331-00")).unwrap();
        assert!(!quiet.is_sampled);
    }

    #[test]
    fn a_later_version_may_have_more_parts() {
        let later = format!("01-{TRACE}-b7ad6b7169203331-01-more");
        assert!(TraceContext::parse(&later).is_some());
    }

    #[test]
    fn what_has_not_the_form_is_no_traceparent() {
        let parent = "b7ad6b7169203331";
        for refused in [
            String::new(),
            TRACE.to_owned(),
            format!("00-{TRACE}"),
            format!("00-{TRACE}-{parent}"),
            format!("00-{TRACE}-{parent}-1"),
            format!("00-{TRACE}-{parent}-01-more"),
            format!("ff-{TRACE}-{parent}-01"),
            format!("00-{}-{parent}-01", "0".repeat(32)),
            format!("00-{TRACE}-{}-01", "0".repeat(16)),
            format!("00-{}-{parent}-01", TRACE.to_uppercase()),
            format!("00-+{}-{parent}-01", &TRACE[1..]),
        ] {
            assert_eq!(TraceContext::parse(&refused), None, "{refused}");
        }
    }
}

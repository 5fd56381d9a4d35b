//! The id that ties an answer, its errors and its log lines together.

use std::{
    fmt::Write,
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

/// The header that carries the id, both ways.
pub static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Makes ids for requests that bring none: random for the process, then counted. They name
/// requests in logs and guard nothing, so they need no more than to be unique.
pub struct RequestIds {
    /// Comes before the number.
    process: String,
    next: AtomicU64,
}

impl Default for RequestIds {
    fn default() -> Self {
        let process = RandomState::new().hash_one("request id");
        Self { process: format!("{process:016x}-"), next: AtomicU64::new(1) }
    }
}

impl RequestIds {
    /// The client's id when it is 1 to 128 of `[A-Za-z0-9._-]`, else a new one.
    pub fn of(&self, headers: &HeaderMap) -> HeaderValue {
        headers
            .get(&X_REQUEST_ID)
            .filter(|id| is_valid(id.as_bytes()))
            .cloned()
            .unwrap_or_else(|| self.make())
    }

    fn make(&self) -> HeaderValue {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut id = String::with_capacity(self.process.len() + 16);
        id.push_str(&self.process);
        write!(id, "{number:x}").expect("a string takes everything");
        HeaderValue::try_from(id).expect("hexadecimal digits are visible ASCII")
    }
}

fn is_valid(id: &[u8]) -> bool {
    let is_allowed = |b: &u8| b.is_ascii_alphanumeric() || b"._-".contains(b);
    (1..=128).contains(&id.len()) && id.iter().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clients_id_is_taken_over_only_in_the_safe_form() {
        let ids = RequestIds::default();
        let of = |id: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(X_REQUEST_ID.clone(), HeaderValue::from_str(id).unwrap());
            ids.of(&headers) == id
        };
        assert!(of("abc-DEF_1.2"));
        assert!(of(&"x".repeat(128)));
        assert!(!of(&"x".repeat(129)));
        assert!(!of("a b"));
        assert!(!of("a\"b"));
        assert!(!of(""));
    }

    #[test]
    fn made_ids_differ() {
        let ids = RequestIds::default();
        let headers = HeaderMap::new();
        assert_ne!(ids.of(&headers), ids.of(&headers));
    }
}

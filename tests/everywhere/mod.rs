//! What concerns every answer.

mod caching;
mod cors;
mod protocol;
mod request_id;
mod security_headers;

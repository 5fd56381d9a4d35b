//! Pieces of HTTP that stand on their own: entity tags, cursors, media types, addresses.

pub mod accept;
pub mod client_address;
pub mod cors;
pub mod cursor;
pub mod etag;
pub mod json;
pub mod keys;
pub mod limit_headers;
pub mod link;
pub mod malformed;
pub mod query;
pub mod request_id;
pub mod trace_context;

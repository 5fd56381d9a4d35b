//! The stores that tests run against.

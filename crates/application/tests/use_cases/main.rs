//! The rules of the use cases, the order of their effects, and what happens when a port fails.
//!
//! The in-memory adapters stand behind the ports wherever a test is about what is true afterwards;
//! mocks where the call itself is the point.

/// The result is an error of this kind.
macro_rules! assert_refused {
    ($result:expr, $refusal:pat) => {
        match &$result {
            Err($refusal) => {}
            other => panic!("{other:?}"),
        }
    };
}

mod audit;
mod auth;
mod deletion;
mod doubles;
mod housekeeping;
mod idempotency;
mod once_more;
mod operators;
mod posts;
mod support;
mod users;

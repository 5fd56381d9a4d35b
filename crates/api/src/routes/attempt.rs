//! Creations that may be asked for more than once.

use basalt_application::Attempt;
use basalt_domain::{Answer, IdempotencyKey};

use crate::http::keys::Keys;

/// The attempt that a client names by `key`.
pub(super) fn attempt<T>(
    keys: &Keys,
    key: IdempotencyKey,
    canonical_body: &[u8],
    render: fn(&T) -> Answer,
) -> Attempt<T> {
    let mut fingerprints = keys.fingerprints(canonical_body);
    Attempt {
        key,
        fingerprint: fingerprints.next().expect("there is a present secret"),
        earlier_fingerprints: fingerprints.collect(),
        render,
    }
}

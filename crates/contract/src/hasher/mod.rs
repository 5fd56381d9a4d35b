//! What a [`PasswordHasher`] promises.

mod cost;
mod matching;

use std::sync::Arc;

use basalt_domain::{
    CandidatePassword, Password, PasswordHash, PasswordPolicy,
    ports::{PasswordHasher, Verification},
};

/// A fresh hasher. Its parameters should be cheap but real: a hash takes a millisecond or more.
pub struct BoundedHasher {
    /// The hasher under test.
    pub hasher: Arc<dyn PasswordHasher>,
    /// How many passwords it lets in at once, those that wait included.
    pub places: usize,
}

crate::suite::promises! {
    /// One test for each promise of a `PasswordHasher`. Takes an async function or closure that
    /// gives a fresh [`BoundedHasher`](crate::BoundedHasher).
    password_hasher_tests, hasher(BoundedHasher);
    matching {
        the_right_password_matches_and_no_other,
        the_whole_of_a_long_password_counts,
        passwords_are_compared_as_they_are,
        two_hashes_of_one_password_differ,
        a_hash_does_not_hold_the_password,
        a_fresh_hash_is_not_outdated,
        a_rehash_is_of_the_whole_candidate_and_not_outdated,
        nobodys_password_never_matches,
        what_is_no_hash_never_matches,
    }
    cost {
        nobodys_password_costs_the_same_work,
        hashing_keeps_off_the_async_workers,
        a_flood_of_passwords_is_refused_as_busy,
        a_hasher_that_was_flooded_serves_again,
    }
}

pub(super) fn password(raw: &str) -> Password {
    Password::parse(raw, &PasswordPolicy::default()).expect("a valid password")
}

pub(super) fn candidate(raw: &str) -> CandidatePassword {
    CandidatePassword::parse(raw).expect("a password")
}

impl BoundedHasher {
    pub(super) async fn hash(&self, raw: &str) -> PasswordHash {
        let hashed = self.hasher.hash(&password(raw)).await;
        hashed.expect("a password is hashed")
    }

    pub(super) async fn verify(&self, raw: &str, stored: Option<&PasswordHash>) -> Verification {
        let verified = self.hasher.verify(&candidate(raw), stored).await;
        verified.expect("a password is checked")
    }
}

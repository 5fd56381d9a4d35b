//! Passwords and tokens.

mod login;
mod password;
mod renewal;
mod tokens;

use basalt_domain::{
    CandidatePassword, Credentials, PasswordHash, User, UserChanges,
    ports::{MockPasswordHasher, UserRepository, Verification},
};

use crate::support::{World, email};

/// Does the work of one check, of this password against this hash, with this finding.
fn one_check(
    offered: CandidatePassword,
    stored: Option<PasswordHash>,
    found: Verification,
) -> MockPasswordHasher {
    let mut hasher = MockPasswordHasher::new();
    hasher
        .expect_verify()
        .withf(move |candidate, hash| *candidate == offered && *hash == stored.as_ref())
        .times(1)
        .returning(move |_, _| Ok(found));
    hasher
}

const RIGHT: Verification = Verification { matches: true, outdated: false };

const WRONG: Verification = Verification { matches: false, outdated: false };

impl World {
    async fn credentials(&self, name: &str) -> Credentials {
        let found = self.store.credentials(&email(name)).await.unwrap();
        found.unwrap()
    }

    /// Deactivates the account of somebody who is no administrator.
    async fn deactivate(&self, user: &User) {
        let changes = UserChanges { active: Some(false), ..UserChanges::default() };
        self.change_user(user, changes).await;
    }
}

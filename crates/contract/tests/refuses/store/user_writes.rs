//! Users, written carelessly.

use basalt_domain::{
    PasswordHash, Post, User, UserId, Version,
    ports::{Outcome, StoreError, WriteUserError},
};

use super::{Fault, Faulty, Repositories, locked};
use crate::dawdle;

impl<R: Repositories> Faulty<R> {
    /// Makes a new version of a user, where the fault does so with what nobody sees.
    pub(super) async fn make_version(&self, id: UserId) -> Result<(), StoreError> {
        let users = self.inner.users().await?;
        if let (Fault::SecretsMakeVersions, Some(user)) = (self.fault, users.find(id).await?) {
            let next = User { version: user.version.next(), ..user.clone() };
            let written = users.update(&next, user.version).await;
            written.map_err(StoreError::failed)?;
        }
        Ok(())
    }

    /// Writes whatever version is there.
    async fn overwrite_user(&self, user: &User) -> Result<Outcome, WriteUserError> {
        let users = self.inner.users().await?;
        loop {
            let Some(present) = users.find(user.id).await? else {
                return Ok(Outcome::Missing);
            };
            match users.update(user, present.version).await? {
                Outcome::Stale => {}
                outcome => return Ok(outcome),
            }
        }
    }

    pub(super) async fn insert_user(
        &self,
        user: &User,
        hash: &PasswordHash,
    ) -> Result<(), WriteUserError> {
        let users = self.inner.users().await?;
        match self.fault {
            Fault::TornInsert => {
                locked(&self.aside.hidden).push(user.email.clone());
                users.insert(user, hash).await?;
                dawdle().await;
                locked(&self.aside.hidden).retain(|email| *email != user.email);
                Ok(())
            }
            Fault::AddressesForEver => {
                if locked(&self.aside.addresses).contains(&user.email) {
                    return Err(WriteUserError::EmailTaken);
                }
                users.insert(user, hash).await?;
                locked(&self.aside.addresses).push(user.email.clone());
                Ok(())
            }
            Fault::CheckThenInsert => {
                if users.credentials(&user.email).await?.is_some() {
                    return Err(WriteUserError::EmailTaken);
                }
                dawdle().await;
                // Without a constraint there is nothing that could refuse it.
                match users.insert(user, hash).await {
                    Err(WriteUserError::EmailTaken) => Ok(()),
                    inserted => inserted,
                }
            }
            Fault::NamelessConstraint => match users.insert(user, hash).await {
                Err(WriteUserError::EmailTaken) => {
                    Err(StoreError::failed("UNIQUE constraint failed").into())
                }
                inserted => inserted,
            },
            Fault::CommitByRow => {
                locked(&self.aside.inserted).push((user.clone(), hash.clone()));
                users.insert(user, hash).await
            }
            _ => users.insert(user, hash).await,
        }
    }

    pub(super) async fn update_user(
        &self,
        user: &User,
        expected: Version,
    ) -> Result<Outcome, WriteUserError> {
        let users = self.inner.users().await?;
        match self.fault {
            Fault::VersionCheckedBefore => {
                let present = users.find(user.id).await?;
                let Some(present) = present else {
                    return Ok(Outcome::Missing);
                };
                if present.version != expected {
                    return Ok(Outcome::Stale);
                }
                dawdle().await;
                self.overwrite_user(user).await
            }
            Fault::IgnoresVersion => self.overwrite_user(user).await,
            Fault::LostUpdates => {
                dawdle().await;
                self.overwrite_user(user).await
            }
            Fault::UpdateKeepsTime => {
                let updated_at = users.find(user.id).await?.map(|before| before.updated_at);
                let updated_at = updated_at.unwrap_or(user.updated_at);
                users.update(&User { updated_at, ..user.clone() }, expected).await
            }
            Fault::UpdateWritesCreation => {
                let outcome = users.update(user, expected).await?;
                if outcome == Outcome::Done {
                    locked(&self.aside.updated).push(user.clone());
                }
                Ok(outcome)
            }
            Fault::TakenIsDone => match users.update(user, expected).await {
                Err(WriteUserError::EmailTaken) => Ok(Outcome::Done),
                outcome => outcome,
            },
            Fault::RenameMakesVersions => {
                let outcome = users.update(user, expected).await?;
                let posts = self.inner.posts().await?;
                for post in self.posts_of(user.id).await? {
                    let next = Post { version: post.version.next(), ..post.clone() };
                    posts.update(&next, post.version).await?;
                }
                Ok(outcome)
            }
            Fault::UpdateEndsTokens => {
                let outcome = users.update(user, expected).await?;
                self.inner.auth_states().await?.end_all(user.id).await?;
                Ok(outcome)
            }
            Fault::MissingIsStale => match users.update(user, expected).await? {
                Outcome::Missing => Ok(Outcome::Stale),
                outcome => Ok(outcome),
            },
            _ => users.update(user, expected).await,
        }
    }

    pub(super) async fn replace_hash(
        &self,
        id: UserId,
        from: &PasswordHash,
        to: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let users = self.inner.users().await?;
        match self.fault {
            Fault::PasswordCheckedBefore => {
                let found = users.credentials_of(id).await?;
                if found.is_none_or(|found| found.hash != *from) {
                    return Ok(false);
                }
                dawdle().await;
                while let Some(present) = users.credentials_of(id).await? {
                    if users.replace_password(id, &present.hash, to).await? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Fault::AlwaysReplaced => {
                users.replace_password(id, from, to).await?;
                Ok(true)
            }
            _ => {
                let replaced = users.replace_password(id, from, to).await?;
                self.make_version(id).await?;
                Ok(replaced)
            }
        }
    }

    pub(super) async fn delete_user(
        &self,
        id: UserId,
        expected: Version,
    ) -> Result<Outcome, StoreError> {
        let users = self.inner.users().await?;
        match self.fault {
            Fault::NoCascade => {
                let left = self.posts_of(id).await?;
                let outcome = users.delete(id, expected).await?;
                if outcome == Outcome::Done {
                    locked(&self.aside.orphans).extend(left);
                }
                Ok(outcome)
            }
            Fault::DeletionCheckedBefore | Fault::IgnoresVersion => {
                let Some(present) = users.find(id).await? else {
                    return Ok(Outcome::Missing);
                };
                if self.has(Fault::IgnoresVersion) {
                    return users.delete(id, present.version).await;
                }
                if present.version != expected {
                    return Ok(Outcome::Stale);
                }
                dawdle().await;
                users.delete(id, expected).await?;
                Ok(Outcome::Done)
            }
            Fault::MissingIsStale => match users.delete(id, expected).await? {
                Outcome::Missing => Ok(Outcome::Stale),
                outcome => Ok(outcome),
            },
            _ => users.delete(id, expected).await,
        }
    }
}

//! Users, written carelessly.

use basalt_domain::{
    PasswordHash, Sort, User, UserId, Version, WalkRequest,
    ports::{Outcome, StoreError, WriteUserError},
};

use super::{Fault, Faulty, Repositories, locked};
use crate::dawdle;

impl<R: Repositories> Faulty<R> {
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
            Fault::PasswordMakesVersion => {
                let replaced = users.replace_password(id, from, to).await?;
                if let Some(user) = users.find(id).await? {
                    let next = User { version: user.version.next(), ..user.clone() };
                    let written = users.update(&next, user.version).await;
                    written.map_err(StoreError::failed)?;
                }
                Ok(replaced)
            }
            _ => users.replace_password(id, from, to).await,
        }
    }

    pub(super) async fn delete_user(
        &self,
        id: UserId,
        expected: Version,
    ) -> Result<Outcome, StoreError> {
        if self.has(Fault::NoCascade) {
            let of_author = basalt_domain::PostFilter {
                author: Some(id),
                ..basalt_domain::PostFilter::default()
            };
            let posts = self.inner.posts().await?;
            let step = WalkRequest::new(None, 100);
            let left = posts.walk(&of_author, Sort::default(), &step).await?;
            let outcome = self.inner.users().await?.delete(id, expected).await?;
            if outcome == Outcome::Done {
                locked(&self.aside.orphans).extend(left.items);
            }
            return Ok(outcome);
        }
        if self.has(Fault::DeletionCheckedBefore) {
            let users = self.inner.users().await?;
            let present = users.find(id).await?;
            if present.is_none_or(|present| present.version != expected) {
                return users.delete(id, expected).await;
            }
            dawdle().await;
            users.delete(id, expected).await?;
            return Ok(Outcome::Done);
        }
        self.inner.users().await?.delete(id, expected).await
    }
}

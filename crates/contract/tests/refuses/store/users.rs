use async_trait::async_trait;
use basalt_domain::{
    Credentials, Email, Page, PageRequest, PasswordHash, Slice, Sort, Timestamp, User, UserFilter,
    UserId, UserSortField, Version, WalkRequest,
    ports::{Outcome, StoreError, UserRepository, WriteUserError},
};

use super::{Fault, Faulty, Repositories, auth_states::shown_generation, dawdle, locked};

impl<R: Repositories> Faulty<R> {
    async fn users_that_pass(&self, filter: &UserFilter) -> Result<Vec<User>, StoreError> {
        let all = UserFilter {
            search: None,
            ..filter.clone()
        };
        let users = self.inner.users().await?;
        let mut rows = Vec::new();
        let mut after = None;
        loop {
            let sort = Sort::<UserSortField>::default();
            let step = WalkRequest::new(after, 100);
            let slice = users.walk(&all, sort, &step).await?;
            after = slice.items.last().map(|user| {
                use basalt_domain::SortField;
                sort.by.position(user)
            });
            rows.extend(slice.items);
            if !slice.has_more {
                break;
            }
        }
        rows.retain(|user| self.fault.finds(user, filter.search.as_ref()));
        Ok(rows)
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

    fn shown(&self, user: User) -> User {
        if !self.has(Fault::CoarseTimes) {
            return user;
        }
        let cut = |time: Timestamp| {
            let micros = time.as_micros() / 1_000 * 1_000;
            Timestamp::from_micros(micros).expect("an earlier moment")
        };
        User {
            created_at: cut(user.created_at),
            updated_at: cut(user.updated_at),
            ..user
        }
    }

    fn with_shown_generation(&self, found: Option<Credentials>) -> Option<Credentials> {
        found.map(|found| Credentials {
            generation: shown_generation(self.fault, found.generation),
            ..found
        })
    }
}

#[async_trait]
impl<R: Repositories> UserRepository for Faulty<R> {
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let found = if self.has(Fault::UnitReadsCommitted) {
            UserRepository::find(&self.pool, id).await?
        } else {
            self.inner.users().await?.find(id).await?
        };
        Ok(found.map(|user| self.shown(user)))
    }

    async fn credentials(&self, email: &Email) -> Result<Option<Credentials>, StoreError> {
        let users = self.inner.users().await?;
        let found = users.credentials(email).await?;
        if let (Fault::TornCredentials, Some(found)) = (self.fault, &found) {
            dawdle().await;
            let later = users.credentials_of(found.user.id).await?;
            return Ok(later.map(|later| Credentials {
                hash: found.hash.clone(),
                ..later
            }));
        }
        Ok(self.with_shown_generation(found))
    }

    async fn credentials_of(&self, id: UserId) -> Result<Option<Credentials>, StoreError> {
        let found = self.inner.users().await?.credentials_of(id).await?;
        Ok(self.with_shown_generation(found))
    }

    async fn page(
        &self,
        filter: &UserFilter,
        sort: Sort<UserSortField>,
        page: PageRequest,
    ) -> Result<Page<User>, StoreError> {
        if self.fault.is_of_lists() {
            let rows = self.users_that_pass(filter).await?;
            return Ok(self.fault.page(rows, sort, page));
        }
        self.refuse_long(filter.search.as_ref())?;
        let users = self.inner.users().await?;
        let mut read = users.page(filter, sort, page).await?;
        match self.fault {
            Fault::TornPage => {
                dawdle().await;
                read.total = users.page(filter, sort, page).await?.total;
            }
            Fault::TotalOfAll => {
                let everyone = UserFilter::default();
                read.total = users.page(&everyone, sort, page).await?.total;
            }
            Fault::TotalWithRows if read.items.is_empty() => read.total = 0,
            _ => {}
        }
        Ok(read)
    }

    async fn walk(
        &self,
        filter: &UserFilter,
        sort: Sort<UserSortField>,
        walk: &WalkRequest,
    ) -> Result<Slice<User>, StoreError> {
        if self.fault.is_of_lists() {
            let rows = self.users_that_pass(filter).await?;
            return Ok(self.fault.walk(rows, sort, walk));
        }
        self.inner.users().await?.walk(filter, sort, walk).await
    }

    async fn insert(&self, user: &User, hash: &PasswordHash) -> Result<(), WriteUserError> {
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

    async fn update(&self, user: &User, expected: Version) -> Result<Outcome, WriteUserError> {
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

    async fn replace_password(
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
                    let next = User {
                        version: user.version.next(),
                        ..user.clone()
                    };
                    let written = users.update(&next, user.version).await;
                    written.map_err(StoreError::failed)?;
                }
                Ok(replaced)
            }
            _ => users.replace_password(id, from, to).await,
        }
    }

    async fn delete(&self, id: UserId, expected: Version) -> Result<Outcome, StoreError> {
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

    async fn active_admins(&self) -> Result<Vec<UserId>, StoreError> {
        if self.has(Fault::NoAdminLock) {
            // Without beginning the unit, which would keep others waiting.
            return self.pool.active_admins().await;
        }
        let users = self.inner.users().await?;
        if self.has(Fault::RestingAdmins) {
            let admins = UserFilter {
                role: Some(basalt_domain::Role::Admin),
                ..UserFilter::default()
            };
            let step = WalkRequest::new(None, 100);
            let found = users.walk(&admins, Sort::default(), &step).await?;
            return Ok(found.items.iter().map(|user| user.id).collect());
        }
        users.active_admins().await
    }
}

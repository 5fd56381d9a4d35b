use async_trait::async_trait;
use basalt_domain::{
    Credentials, Email, Page, PageRequest, PasswordHash, Slice, Sort, Timestamp, Total, User,
    UserFilter, UserId, UserSortField, Version, WalkRequest,
    ports::{Outcome, StoreError, UnitsOfWork, UserRepository, WriteUserError},
};
use futures_util::FutureExt;

use super::{Fault, Faulty, Repositories, auth_states::shown_generation, locked, versions::Write};
use crate::dawdle;

/// The time to the millisecond.
pub(super) fn cut(time: Timestamp) -> Timestamp {
    let micros = time.as_micros() / 1_000 * 1_000;
    Timestamp::from_micros(micros).expect("an earlier moment")
}

impl<R: Repositories> Faulty<R> {
    pub(super) async fn all_users(&self) -> Result<Vec<User>, StoreError> {
        self.users_that_pass(&UserFilter::default()).await
    }

    async fn users_that_pass(&self, filter: &UserFilter) -> Result<Vec<User>, StoreError> {
        let all = UserFilter { search: None, ..filter.clone() };
        let users = self.inner.users().await?;
        let mut rows = Vec::new();
        let mut after = None;
        loop {
            let sort = Sort::<UserSortField>::default();
            let step = WalkRequest::new(after, 100);
            let slice = users.walk(&all, sort, &step).await?;
            rows.extend(slice.items);
            after = slice.next;
            if after.is_none() {
                break;
            }
        }
        rows.retain(|user| self.fault.finds(user, filter.search.as_ref()));
        Ok(rows)
    }

    /// The filter as the fault reads it.
    fn read_user_filter(&self, filter: &UserFilter) -> UserFilter {
        let active = filter.active.filter(|_| !self.has(Fault::LooseFilters));
        UserFilter { active, ..filter.clone() }
    }

    fn shown(&self, user: User) -> User {
        match self.fault {
            Fault::CoarseTimes => {
                User { created_at: cut(user.created_at), updated_at: cut(user.updated_at), ..user }
            }
            Fault::UpdateWritesCreation => {
                let updated = locked(&self.aside.updated);
                let last = updated.iter().rfind(|updated| updated.id == user.id);
                User { created_at: last.map_or(user.created_at, |last| last.created_at), ..user }
            }
            _ => user,
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
        let found = match self.fault {
            Fault::UnitReadsCommitted | Fault::LostUpdates => {
                UserRepository::find(&self.pool, id).await?
            }
            Fault::UnitLocksReads if self.pool.begin().now_or_never().is_none() => {
                return Err(StoreError::failed("database is locked"));
            }
            _ => self.inner.users().await?.find(id).await?,
        };
        self.or_error(found.map(|user| self.shown(user)))
    }

    async fn credentials(&self, email: &Email) -> Result<Option<Credentials>, StoreError> {
        let users = self.inner.users().await?;
        if locked(&self.aside.hidden).contains(email) {
            return Ok(None);
        }
        let found = users.credentials(email).await?;
        if let (Fault::TornCredentials, Some(found)) = (self.fault, &found) {
            dawdle().await;
            let later = users.credentials_of(found.user.id).await?;
            return Ok(later.map(|later| Credentials { hash: found.hash.clone(), ..later }));
        }
        self.or_error(self.with_shown_generation(found))
    }

    async fn credentials_of(&self, id: UserId) -> Result<Option<Credentials>, StoreError> {
        let found = self.inner.users().await?.credentials_of(id).await?;
        self.or_error(self.with_shown_generation(found))
    }

    async fn page(
        &self,
        filter: &UserFilter,
        sort: Sort<UserSortField>,
        page: PageRequest,
    ) -> Result<Page<User>, StoreError> {
        let filter = &self.read_user_filter(filter);
        if self.fault.is_of_lists() {
            let rows = self.users_that_pass(filter).await?;
            return Ok(self.fault.page(rows, sort, page));
        }
        self.refuse_long(filter.search.as_ref())?;
        let users = self.inner.users().await?;
        let mut read = users.page(filter, sort, page).await?;
        read.total = self.users_total(filter, read.total);
        match self.fault {
            Fault::TornPage => {
                dawdle().await;
                read.total = users.page(filter, sort, page).await?.total;
            }
            Fault::TotalOfAll => {
                let everyone = UserFilter::default();
                read.total = users.page(&everyone, sort, page).await?.total;
            }
            Fault::TotalWithRows if read.items.is_empty() => read.total = Total::exact(0),
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
        let filter = &self.read_user_filter(filter);
        if self.fault.is_of_lists() {
            let rows = self.users_that_pass(filter).await?;
            return Ok(self.fault.walk(rows, sort, walk));
        }
        let users = self.inner.users().await?;
        if let (true, Some(term)) = (self.fault.has_short_steps(), &filter.search) {
            let all = UserFilter { search: None, ..filter.clone() };
            let step = users.walk(&all, sort, walk).await?;
            return Ok(self.fault.searched(step, term));
        }
        let step = users.walk(filter, sort, walk).await?;
        Ok(self.fault.ended(step, sort, walk))
    }

    async fn insert(&self, user: &User, hash: &PasswordHash) -> Result<(), WriteUserError> {
        self.aside.users.insert(self.fault).await;
        let insert = self.insert_user(user, hash);
        self.noting(Write::User, insert).await
    }

    async fn update(&self, user: &User, expected: Version) -> Result<Outcome, WriteUserError> {
        let before = self.inner.users().await?.find(user.id).await?;
        let differs = |differs: fn(&User, &User) -> bool| {
            let before = before.as_ref();
            before.is_some_and(|before| differs(before, user))
        };
        let is_renamed = differs(|one, other| one.name != other.name);
        let is_moved = differs(|one, other| (one.role, one.active) != (other.role, other.active));
        let write = if is_renamed { Write::Name } else { Write::User };
        let outcome = self.noting(write, self.update_user(user, expected)).await?;
        if outcome == Outcome::Done && is_moved && self.has(Fault::CountsNoMoves) {
            self.aside.users.add_error(1);
        }
        Ok(outcome)
    }

    async fn replace_password(
        &self,
        id: UserId,
        from: &PasswordHash,
        to: &PasswordHash,
    ) -> Result<bool, StoreError> {
        self.noting(Write::User, self.replace_hash(id, from, to)).await
    }

    async fn delete(&self, id: UserId, expected: Version) -> Result<Outcome, StoreError> {
        let theirs = self.posts_of(id).await?;
        let outcome = self.noting(Write::AuthorGoes, self.delete_user(id, expected)).await?;
        if outcome == Outcome::Done && self.has(Fault::CountsNoCascade) {
            let error = i64::try_from(theirs.len()).expect("a small number");
            self.aside.published.add_error(error);
        }
        Ok(outcome)
    }

    async fn active_admins(&self) -> Result<Vec<UserId>, StoreError> {
        if self.has(Fault::NoAdminLock) {
            // Without beginning the unit, which would keep others waiting.
            return self.pool.active_admins().await;
        }
        let users = self.inner.users().await?;
        if self.has(Fault::RestingAdmins) {
            let admins =
                UserFilter { role: Some(basalt_domain::Role::Admin), ..UserFilter::default() };
            let step = WalkRequest::new(None, 100);
            let found = users.walk(&admins, Sort::default(), &step).await?;
            return Ok(found.items.iter().map(|user| user.id).collect());
        }
        users.active_admins().await
    }
}

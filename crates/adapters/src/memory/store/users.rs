use async_trait::async_trait;
use basalt_domain::{
    Credentials, Email, Page, PageRequest, PasswordHash, Slice, Sort, TokenGeneration, User,
    UserFilter, UserId, UserSortField, Version, WalkRequest,
    ports::{Outcome, StoreError, UserRepository, WriteUserError},
};

use super::{
    Memory,
    access::Access,
    rows,
    tables::{Tables, UserRow},
};

#[async_trait]
impl<A: Access> UserRepository for Memory<A> {
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(self.0.read().users.get(&id).map(|row| row.user.clone()))
    }

    async fn credentials(&self, email: &Email) -> Result<Option<Credentials>, StoreError> {
        let tables = self.0.read();
        let id = tables.addresses.get(email);
        Ok(id.and_then(|id| tables.credentials(*id)))
    }

    async fn credentials_of(&self, id: UserId) -> Result<Option<Credentials>, StoreError> {
        Ok(self.0.read().credentials(id))
    }

    async fn page(
        &self,
        filter: &UserFilter,
        sort: Sort<UserSortField>,
        page: PageRequest,
    ) -> Result<Page<User>, StoreError> {
        Ok(rows::page(self.0.read().users_in(filter), sort, page))
    }

    async fn walk(
        &self,
        filter: &UserFilter,
        sort: Sort<UserSortField>,
        walk: &WalkRequest,
    ) -> Result<Slice<User>, StoreError> {
        Ok(rows::walk(self.0.read().users_in(filter), sort, walk))
    }

    async fn insert(&self, user: &User, hash: &PasswordHash) -> Result<(), WriteUserError> {
        let row =
            UserRow { user: user.clone(), hash: hash.clone(), generation: TokenGeneration::FIRST };
        self.0.write(|tables| tables.insert_user(row)).await?
    }

    async fn update(&self, user: &User, expected: Version) -> Result<Outcome, WriteUserError> {
        let user = user.clone();
        self.0.write(move |tables| tables.update_user(user, expected)).await?
    }

    async fn replace_password(
        &self,
        id: UserId,
        from: &PasswordHash,
        to: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let replace = |tables: &mut Tables| match tables.users.get_mut(&id) {
            Some(row) if row.hash == *from => {
                row.hash = to.clone();
                true
            }
            _ => false,
        };
        self.0.write(replace).await
    }

    async fn delete(&self, id: UserId, expected: Version) -> Result<Outcome, StoreError> {
        self.0.write(move |tables| tables.delete_user(id, expected)).await
    }

    async fn active_admins(&self) -> Result<Vec<UserId>, StoreError> {
        let tables = self.0.read();
        let admins = tables.users.values().map(|row| &row.user);
        Ok(admins.filter(|user| user.is_active_admin()).map(|user| user.id).collect())
    }
}

impl Tables {
    fn credentials(&self, id: UserId) -> Option<Credentials> {
        self.users.get(&id).map(|row| Credentials {
            user: row.user.clone(),
            hash: row.hash.clone(),
            generation: row.generation,
        })
    }

    fn users_in(&self, filter: &UserFilter) -> Vec<User> {
        let users = self.users.values().map(|row| &row.user);
        users.filter(|user| passes(user, filter)).cloned().collect()
    }

    fn insert_user(&mut self, row: UserRow) -> Result<(), WriteUserError> {
        let (id, email) = (row.user.id, row.user.email.clone());
        if self.addresses.contains_key(&email) {
            return Err(WriteUserError::EmailTaken);
        }
        if self.users.contains_key(&id) {
            return Err(StoreError::failed("a user with this id exists").into());
        }
        self.addresses.insert(email, id);
        self.users.insert(id, row);
        Ok(())
    }

    fn update_user(&mut self, user: User, expected: Version) -> Result<Outcome, WriteUserError> {
        let Some(row) = self.users.get_mut(&user.id) else {
            return Ok(Outcome::Missing);
        };
        if row.user.version != expected {
            return Ok(Outcome::Stale);
        }
        let holder = self.addresses.get(&user.email);
        if holder.is_some_and(|holder| *holder != user.id) {
            return Err(WriteUserError::EmailTaken);
        }
        self.addresses.remove(&row.user.email);
        self.addresses.insert(user.email.clone(), user.id);
        row.user = User { created_at: row.user.created_at, ..user };
        Ok(Outcome::Done)
    }

    fn delete_user(&mut self, id: UserId, expected: Version) -> Outcome {
        let Some(row) = self.users.get(&id) else {
            return Outcome::Missing;
        };
        if row.user.version != expected {
            return Outcome::Stale;
        }
        self.addresses.remove(&row.user.email);
        self.users.remove(&id);
        self.cascade(id);
        Outcome::Done
    }
}

fn passes(user: &User, filter: &UserFilter) -> bool {
    let UserFilter { search, role, active, email } = filter;
    let is_found = search.as_ref().is_none_or(|term| {
        let term = term.as_folded();
        user.name.folded().contains(term) || user.email.as_str().contains(term)
    });
    is_found
        && role.is_none_or(|role| user.role == role)
        && active.is_none_or(|active| user.active == active)
        && email.as_ref().is_none_or(|email| user.email == *email)
}

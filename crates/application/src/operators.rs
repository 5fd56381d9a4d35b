use basalt_domain::{
    Direction, Email, Password, PasswordHash, PersonName, Position, Role, Slice, Sort, User,
    UserChanges, UserFilter, UserId, UserSortField, WalkRequest,
    ports::{Outcome, UnitOfWork},
};
use tracing::info;

use crate::{
    Error, Ports,
    error::Doing,
    once_more::once_more,
    users::{delete_with_posts, ensure_an_admin_stays},
};

/// What somebody with access to the machine can do without a token: the way in for the first
/// administrator, and back in for the last one.
#[derive(Clone)]
pub struct Operators {
    ports: Ports,
}

/// An account to be.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// What its owner is called.
    pub name: PersonName,
    /// Their address.
    pub email: Email,
    /// Their password.
    pub password: Password,
    /// Their role.
    pub role: Role,
}

/// What became of the first administrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirstAdmin {
    /// There was none; this one was made.
    Made(User),
    /// There is one already.
    Exists,
    /// There is none, but the address belongs to an account, which was left alone.
    AddressTaken,
}

impl Operators {
    /// The use cases on these adapters.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Adds an account with any role.
    pub async fn create(&self, new: NewAccount) -> Result<User, Error> {
        let (user, hash) = self.compose(new).await?;
        once_more(|| self.try_create(&user, &hash)).await?;
        audit_new(&user);
        Ok(user)
    }

    async fn try_create(&self, user: &User, hash: &PasswordHash) -> Result<(), Error> {
        let unit = self.begin().await?;
        let inserted = unit.users().insert(user, hash).await;
        inserted.doing("adding an account")?;
        unit.commit().await.doing("committing an account")
    }

    /// Makes an administrator when there is no active one; one, even if several processes start
    /// at once.
    pub async fn make_first_admin(&self, new: NewAccount) -> Result<FirstAdmin, Error> {
        // Every start but the first ends here, without the cost of a hash.
        if self.has_admin().await? {
            return Ok(FirstAdmin::Exists);
        }
        let (user, hash) = self.compose(new).await?;
        let made = once_more(|| self.try_make_first_admin(&user, &hash)).await?;
        if made == FirstAdmin::Made(user.clone()) {
            audit_new(&user);
        }
        Ok(made)
    }

    async fn try_make_first_admin(
        &self,
        user: &User,
        hash: &PasswordHash,
    ) -> Result<FirstAdmin, Error> {
        let unit = self.begin().await?;
        let admins = unit.users().active_admins().await;
        if !admins.doing("looking for an administrator")?.is_empty() {
            return Ok(FirstAdmin::Exists);
        }
        let inserted = unit.users().insert(user, hash).await;
        match inserted.doing("adding an account") {
            Err(Error::EmailTaken) => return Ok(FirstAdmin::AddressTaken),
            inserted => inserted?,
        }
        unit.commit().await.doing("committing an administrator")?;
        Ok(FirstAdmin::Made(user.clone()))
    }

    /// True when somebody can administrate.
    pub async fn has_admin(&self) -> Result<bool, Error> {
        let admins = self.ports.users.active_admins().await;
        Ok(!admins.doing("looking for an administrator")?.is_empty())
    }

    /// Changes role and state of the account with this address, and ends its tokens.
    pub async fn set(
        &self,
        email: &Email,
        role: Option<Role>,
        active: Option<bool>,
    ) -> Result<User, Error> {
        loop {
            if let Some(user) = once_more(|| self.try_set(email, role, active)).await? {
                return Ok(user);
            }
        }
    }

    async fn try_set(
        &self,
        email: &Email,
        role: Option<Role>,
        active: Option<bool>,
    ) -> Result<Option<User>, Error> {
        let unit = self.begin().await?;
        let found = unit.users().credentials(email).await;
        let found = found.doing("reading an account")?;
        let user = found.ok_or(Error::not_found::<User>())?.user;
        let changes = UserChanges { role, active, ..UserChanges::default() };
        let next = user.changed(changes, self.ports.clock.now());
        if let Some(next) = &next {
            if user.is_active_admin() && !next.is_active_admin() {
                ensure_an_admin_stays(&*unit, user.id).await?;
            }
            let outcome = unit.users().update(next, user.version).await;
            if outcome.doing("changing an account")? != Outcome::Done {
                return Ok(None);
            }
        }
        let ended = unit.auth_states().end_all(user.id).await;
        ended.doing("ending a user's tokens")?;
        unit.commit().await.doing("committing a change of an account")?;
        let user = next.unwrap_or(user);
        info!(target: "audit", action = "user.set", actor = "operator", target_id = %user.id,
            role = user.role.as_str(), active = user.active, "account set");
        Ok(Some(user))
    }

    /// Sets the password of the account with this address, and ends its tokens.
    pub async fn set_password(&self, email: &Email, new: &Password) -> Result<User, Error> {
        let hash = self.hash(new).await?;
        loop {
            if let Some(user) = once_more(|| self.try_set_password(email, &hash)).await? {
                info!(target: "audit", action = "user.password", actor = "operator",
                    target_id = %user.id, "password set");
                return Ok(user);
            }
        }
    }

    async fn try_set_password(
        &self,
        email: &Email,
        hash: &PasswordHash,
    ) -> Result<Option<User>, Error> {
        let unit = self.begin().await?;
        let found = unit.users().credentials(email).await;
        let found = found.doing("reading an account")?;
        let found = found.ok_or(Error::not_found::<User>())?;
        let id = found.user.id;
        let replaced = unit.users().replace_password(id, &found.hash, hash).await;
        if !replaced.doing("storing a password")? {
            return Ok(None);
        }
        let ended = unit.auth_states().end_all(id).await;
        ended.doing("ending a user's tokens")?;
        unit.commit().await.doing("committing a password")?;
        Ok(Some(found.user))
    }

    /// Closes the account with this address. Its posts go with it and its tokens end.
    pub async fn delete(&self, email: &Email) -> Result<User, Error> {
        loop {
            if let Some(user) = once_more(|| self.try_delete(email)).await? {
                info!(target: "audit", action = "user.delete", actor = "operator",
                    target_id = %user.id, "user deleted");
                return Ok(user);
            }
        }
    }

    async fn try_delete(&self, email: &Email) -> Result<Option<User>, Error> {
        let unit = self.begin().await?;
        let found = unit.users().credentials(email).await;
        let found = found.doing("reading an account")?;
        let user = found.ok_or(Error::not_found::<User>())?.user;
        if user.is_active_admin() {
            ensure_an_admin_stays(&*unit, user.id).await?;
        }
        let outcome = delete_with_posts(unit, &user).await?;
        Ok((outcome == Outcome::Done).then_some(user))
    }

    /// The accounts after a position, some at a time, by their addresses.
    pub async fn list(&self, after: Option<Position>) -> Result<Slice<User>, Error> {
        let sort = Sort { by: UserSortField::Email, direction: Direction::Ascending };
        let (all, walk) = (UserFilter::default(), WalkRequest::new(after, u64::MAX));
        let slice = self.ports.users.walk(&all, sort, &walk).await;
        slice.doing("listing accounts")
    }

    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, Error> {
        self.ports.units.begin().await.doing("beginning a command")
    }

    async fn hash(&self, password: &Password) -> Result<PasswordHash, Error> {
        self.ports.hasher.hash(password).await.doing("hashing a password")
    }

    async fn compose(&self, new: NewAccount) -> Result<(User, PasswordHash), Error> {
        let hash = self.hash(&new.password).await?;
        let id = UserId::from_uuid(self.ports.ids.next());
        let user = User {
            role: new.role,
            ..User::register(id, new.name, new.email, self.ports.clock.now())
        };
        Ok((user, hash))
    }
}

fn audit_new(user: &User) {
    info!(target: "audit", action = "user.create", actor = "operator", target_id = %user.id,
        role = user.role.as_str(), "account made");
}

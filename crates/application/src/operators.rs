use basalt_domain::{
    Email, Password, PasswordHash, PersonName, Role, User, UserChanges,
    ports::{Outcome, UnitOfWork},
};
use tracing::info;

use crate::{Error, Kind, Ports, error::Doing, users::ensure_an_admin_stays};

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
        let hash = self.hash(&new.password).await?;
        let unit = self.begin().await?;
        let user = self.insert(&*unit, new, &hash).await?;
        unit.commit().await.doing("committing an account")?;
        audit_new(&user);
        Ok(user)
    }

    /// Makes an administrator when there is no active one; one, even if several processes start
    /// at once.
    pub async fn make_first_admin(&self, new: NewAccount) -> Result<FirstAdmin, Error> {
        // Every start but the first ends here, without the cost of a hash.
        if self.has_admin().await? {
            return Ok(FirstAdmin::Exists);
        }
        let hash = self.hash(&new.password).await?;
        let unit = self.begin().await?;
        let admins = unit.users().active_admins().await;
        if !admins.doing("looking for an administrator")?.is_empty() {
            return Ok(FirstAdmin::Exists);
        }
        let user = match self.insert(&*unit, new, &hash).await {
            Err(Error::EmailTaken) => return Ok(FirstAdmin::AddressTaken),
            inserted => inserted?,
        };
        unit.commit().await.doing("committing an administrator")?;
        audit_new(&user);
        Ok(FirstAdmin::Made(user))
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
            if let Some(user) = self.try_set(email, role, active).await? {
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
        let user = found.ok_or(Error::NotFound(Kind::User))?.user;
        let changes = UserChanges {
            role,
            active,
            ..UserChanges::default()
        };
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
        unit.commit()
            .await
            .doing("committing a change of an account")?;
        let user = next.unwrap_or(user);
        info!(target: "audit", action = "user.set", actor = "operator", target_id = %user.id,
            role = user.role.as_str(), active = user.active, "account set");
        Ok(Some(user))
    }

    /// Sets the password of the account with this address, and ends its tokens.
    pub async fn set_password(&self, email: &Email, new: &Password) -> Result<User, Error> {
        let hash = self.hash(new).await?;
        loop {
            let unit = self.begin().await?;
            let found = unit.users().credentials(email).await;
            let found = found.doing("reading an account")?;
            let found = found.ok_or(Error::NotFound(Kind::User))?;
            let id = found.user.id;
            let replaced = unit.users().replace_password(id, &found.hash, &hash).await;
            if !replaced.doing("storing a password")? {
                continue;
            }
            let ended = unit.auth_states().end_all(id).await;
            ended.doing("ending a user's tokens")?;
            unit.commit().await.doing("committing a password")?;
            info!(target: "audit", action = "user.password", actor = "operator", target_id = %id,
                "password set");
            return Ok(found.user);
        }
    }

    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, Error> {
        self.ports.units.begin().await.doing("beginning a command")
    }

    async fn hash(&self, password: &Password) -> Result<PasswordHash, Error> {
        self.ports
            .hasher
            .hash(password)
            .await
            .doing("hashing a password")
    }

    async fn insert(
        &self,
        unit: &dyn UnitOfWork,
        new: NewAccount,
        hash: &PasswordHash,
    ) -> Result<User, Error> {
        let id = self.ports.ids.user();
        let user = User {
            role: new.role,
            ..User::register(id, new.name, new.email, self.ports.clock.now())
        };
        unit.users()
            .insert(&user, hash)
            .await
            .doing("adding an account")?;
        Ok(user)
    }
}

fn audit_new(user: &User) {
    info!(target: "audit", action = "user.create", actor = "operator", target_id = %user.id,
        role = user.role.as_str(), "account made");
}

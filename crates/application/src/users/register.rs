use basalt_domain::{
    Email, IdempotencyScope, Operation, Password, PasswordHash, PersonName, User, UserId,
};

use super::Users;
use crate::{Attempt, Created, Error, error::Doing, idempotency::Begun, once_more::once_more};

/// Somebody who wants an account.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// What they are called.
    pub name: PersonName,
    /// Their address.
    pub email: Email,
    /// The password they chose.
    pub password: Password,
}

impl Users {
    /// Opens an account for a new user, who is no administrator.
    pub async fn register(
        &self,
        new: NewUser,
        attempt: Option<Attempt<User>>,
    ) -> Result<Created<User>, Error> {
        let scope = IdempotencyScope { caller: None, operation: Operation::RegisterUser };
        let _first = match self.idempotency.begin(scope, attempt.as_ref()).await? {
            Begun::Replayed(answer) => return Ok(Created::Replayed(answer)),
            Begun::First(guard) => guard,
        };
        let hash = self.ports.hasher.hash(&new.password).await;
        let hash = hash.doing("hashing a password")?;
        let now = self.ports.clock.now();
        let id = UserId::from_uuid(self.ports.ids.next());
        let user = User::register(id, new.name, new.email, now);
        once_more(|| self.try_register(&user, &hash, scope, attempt.as_ref())).await
    }

    async fn try_register(
        &self,
        user: &User,
        hash: &PasswordHash,
        scope: IdempotencyScope,
        attempt: Option<&Attempt<User>>,
    ) -> Result<Created<User>, Error> {
        let unit = self.ports.units.begin().await;
        let unit = unit.doing("beginning a registration")?;
        let claimed =
            self.idempotency.claim(&*unit, scope, attempt, user, user.id, user.created_at).await?;
        if let Some(answer) = claimed {
            return Ok(Created::Replayed(answer));
        }
        let inserted = unit.users().insert(user, hash).await;
        inserted.doing("adding a user")?;
        unit.commit().await.doing("committing a registration")?;
        Ok(Created::New(user.clone()))
    }
}

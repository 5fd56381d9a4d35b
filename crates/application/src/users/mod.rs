mod change;
mod delete;
mod list;
mod read;
mod register;

use basalt_domain::{UserId, ports::UnitOfWork};

pub(crate) use delete::delete_with_posts;
pub use register::NewUser;

use crate::{Error, Ports, error::Doing, idempotency::Idempotency};

/// What can be done with accounts.
#[derive(Clone)]
pub struct Users {
    ports: Ports,
    idempotency: Idempotency,
}

impl Users {
    /// The use cases on these adapters.
    pub fn new(ports: Ports) -> Self {
        Self { idempotency: Idempotency::new(ports.clone()), ports }
    }
}

/// Refuses when `leaving` is the only active administrator. The store keeps other units that ask
/// the same from committing before this one ends, so two administrators can't both leave.
pub(crate) async fn ensure_an_admin_stays(
    unit: &dyn UnitOfWork,
    leaving: UserId,
) -> Result<(), Error> {
    let admins = unit.users().active_admins().await;
    let admins = admins.doing("looking for another administrator")?;
    if admins.iter().any(|&id| id != leaving) { Ok(()) } else { Err(Error::LastAdmin) }
}

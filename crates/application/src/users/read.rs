use basalt_domain::{User, UserId};

use super::Users;
use crate::{Error, error::Doing};

impl Users {
    /// One user. Who may ask is decided before, by
    /// [`Actor::may_read_user`](basalt_domain::Actor::may_read_user).
    pub async fn read(&self, id: UserId) -> Result<User, Error> {
        let user = self.ports.users.find(id).await;
        user.doing("reading a user")?.ok_or(Error::not_found::<User>())
    }
}

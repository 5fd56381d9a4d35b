use basalt_domain::Claims;

use super::Auth;
use crate::{Error, error::Doing, once_more::once_more};

impl Auth {
    /// Ends this one token, or all of its user's.
    pub async fn logout(&self, claims: &Claims, everywhere: bool) -> Result<(), Error> {
        once_more(|| self.try_logout(claims, everywhere)).await
    }

    async fn try_logout(&self, claims: &Claims, everywhere: bool) -> Result<(), Error> {
        let unit = self.ports.units.begin().await;
        let unit = unit.doing("beginning a logout")?;
        let states = unit.auth_states();
        if everywhere {
            let ended = states.end_all(claims.user).await;
            ended.doing("ending a user's tokens")?;
        } else {
            let revoked = states.revoke(claims.user, claims.token, claims.expires_at);
            revoked.await.doing("ending a token")?;
        }
        unit.commit().await.doing("committing a logout")
    }
}

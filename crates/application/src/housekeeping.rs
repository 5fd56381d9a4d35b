use crate::{Error, Ports, error::Doing};

/// Removes what has expired, in the background.
#[derive(Clone)]
pub struct Housekeeping {
    ports: Ports,
}

impl Housekeeping {
    /// Rows removed in one go: a bounded transaction, so that no other write waits long for it.
    pub const BATCH: u32 = 500;

    /// The use cases on these adapters.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Removes one batch of idempotency records and one of revoked tokens; returns how many rows
    /// went. Nothing is left once that is 0.
    pub async fn remove_expired(&self) -> Result<u64, Error> {
        let now = self.ports.clock.now();
        let records = self.ports.idempotency.remove_expired(now, Self::BATCH);
        let records = records.await.doing("removing idempotency records")?;
        let tokens = self.ports.auth_states.remove_expired(now, Self::BATCH);
        let tokens = tokens.await.doing("removing revoked tokens")?;
        Ok(records + tokens)
    }
}

//! PostgreSQL and Redis, real ones.

use basalt_test_stores::{Database, Instance, Keyspace, own_postgres, own_redis, postgres, redis};

use super::Setup;
use crate::scenarios::Missing;

/// A database and a Redis for one scenario, on servers that nobody breaks.
pub(crate) struct Stores {
    pub(crate) database: Database,
    pub(crate) keyspace: Keyspace,
}

impl Stores {
    /// Both, empty.
    pub(crate) async fn take() -> Result<Self, Missing> {
        let keyspace = redis().await.ok_or_else(|| missing("Redis"))?;
        Ok(Self { database: database().await?, keyspace: keyspace.keyspace().await })
    }

    /// How replicas on them are started.
    pub(crate) fn setup(&self) -> Setup {
        Setup::database(self.database.url())
            .with("REDIS_URL", self.keyspace.url())
            // On a busy machine a sound Redis must not be taken for a broken one.
            .with("REDIS_TIMEOUT_MS", "5000")
    }
}

/// What happens to a store.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// It ends in good order; from then on connections are refused.
    Stopped,
    /// All its processes end at once.
    Killed,
    /// It takes connections and answers nothing.
    Frozen,
}

impl Fault {
    /// Breaks the store.
    pub(crate) fn strike(self, store: &Instance) {
        match self {
            Self::Stopped => store.stop(),
            Self::Killed => store.kill(),
            Self::Frozen => store.freeze(),
        }
    }

    /// Returns when it answers again.
    pub(crate) async fn mend(self, store: &Instance) {
        match self {
            Self::Stopped | Self::Killed => store.start().await,
            Self::Frozen => store.thaw(),
        }
    }
}

/// An empty database on a PostgreSQL that nobody breaks.
pub(crate) async fn database() -> Result<Database, Missing> {
    let postgres = postgres().await.ok_or_else(|| missing("PostgreSQL"))?;
    Ok(postgres.database().await)
}

/// A PostgreSQL to break.
pub(crate) async fn breakable_postgres() -> Result<Instance, Missing> {
    own_postgres().await.ok_or_else(|| missing("PostgreSQL"))
}

/// A Redis to break.
pub(crate) async fn breakable_redis() -> Result<Instance, Missing> {
    own_redis().await.ok_or_else(|| missing("Redis"))
}

fn missing(what: &str) -> Missing {
    Missing(format!("there is no {what}: install it, or let a Docker engine run"))
}

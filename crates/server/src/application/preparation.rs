//! What has to be done before requests can be served: reach the database, look at its schema,
//! make the first administrator.

use std::{sync::Arc, time::Duration};

use actix_web::web::Data;
use basalt_adapters::sea::ServerLock;
use basalt_api::{Api, Part, UseCases};
use basalt_application::{FirstAdmin, NewAccount, Operators, Ports};
use basalt_domain::{
    PersonName, Role,
    ports::{SchemaState, Store, StoreError},
};
use tokio::sync::oneshot;
use tracing::{info, warn};

use super::{
    opening::{Opened, Opening},
    wiring::{self, Wiring, sea_options},
};
use crate::{
    config::{self, Config},
    invocation,
};

/// Between two tries, so that a database that comes back is used within a moment.
const PAUSE: Duration = Duration::from_secs(1);

/// What a stop takes beside its delay and its grace: the listener for operators, the database.
const CLOSING: Duration = Duration::from_secs(5);

/// What the first administrator is called; they may change it.
const ADMIN_NAME: &str = "Administrator";

/// Does it once, or again and again.
pub(super) struct Preparation {
    config: Config,
    wiring: Wiring,
    opening: Opening,
    api: Data<Api>,
    store: Option<Arc<dyn Store>>,
}

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
pub enum PreparationError {
    /// Reaching the database or its schema.
    #[error("the database {database} can't be used")]
    Store {
        /// Which one, as far as it may be told.
        database: String,
        /// Why.
        #[source]
        source: StoreError,
    },
    /// The schema misses steps, and the configuration says not to apply them.
    #[error(
        "the schema of the database is too old; run `{}`, or set AUTO_MIGRATE=true",
        invocation::of("migrate up")
    )]
    SchemaTooOld,
    /// The first administrator could not be made.
    #[error("the first administrator can't be made")]
    FirstAdmin(#[source] basalt_application::Error),
}

impl PreparationError {
    /// What the process lacks until it works.
    pub(super) fn part(&self) -> Part {
        match self {
            Self::SchemaTooOld => Part::Schema,
            Self::Store { .. } | Self::FirstAdmin(_) => Part::Database,
        }
    }

    /// True when another try may work without anybody changing the configuration.
    fn may_pass(&self) -> bool {
        match self {
            Self::Store { source, .. } => {
                matches!(source, StoreError::Unavailable(_) | StoreError::Undone(_))
            }
            Self::SchemaTooOld => true,
            Self::FirstAdmin(error) => {
                matches!(error, basalt_application::Error::Unavailable { .. })
            }
        }
    }
}

impl Preparation {
    /// Of `opening` and `api`, which are open once it is done.
    pub(super) fn new(config: Config, wiring: Wiring, opening: Opening, api: Data<Api>) -> Self {
        Self { config, wiring, opening, api, store: None }
    }

    /// One try. The store is open after `Ok`, and not before all is done: whoever asks whether the
    /// process is ready may then log in as the first administrator.
    async fn attempt(&mut self) -> Result<(), PreparationError> {
        let store = self.reachable().await?;
        self.bring_up_to_date(&*store).await?;
        let ports = self.wiring.ports(&*store);
        self.make_first_admin(&ports).await?;
        self.api.open(UseCases::new(&ports));
        self.opening.open(Opened { store, ports });
        Ok(())
    }

    /// Tries until it works. What became of the first try is told as soon as it is known: done, to
    /// be tried again, or an error that no other try mends. Once nobody listens for that any more,
    /// the server runs, and every error is tried again.
    pub(super) async fn run(mut self, first: oneshot::Sender<Result<(), PreparationError>>) {
        let Err(error) = self.attempt().await else {
            let _ = first.send(Ok(()));
            return;
        };
        if error.may_pass() {
            // Before whoever waits looks at it.
            self.opening.not_prepared(error);
            let _ = first.send(Ok(()));
            self.keep_trying().await;
        } else if let Err(Err(error)) = first.send(Err(error)) {
            self.opening.not_prepared(error);
            self.keep_trying().await;
        }
    }

    /// Health tells of it: the state of things, not of each try.
    async fn keep_trying(mut self) {
        loop {
            tokio::time::sleep(PAUSE).await;
            match self.attempt().await {
                Ok(()) => return,
                Err(error) => self.opening.not_prepared(error),
            }
        }
    }

    async fn reachable(&mut self) -> Result<Arc<dyn Store>, PreparationError> {
        if let Some(store) = &self.store {
            return Ok(Arc::clone(store));
        }
        let opened = wiring::open(&self.config.database, true).await;
        let store = opened.map_err(|source| unusable(&self.config, source))?;
        self.store = Some(Arc::clone(&store));
        Ok(store)
    }

    async fn bring_up_to_date(&self, store: &dyn Store) -> Result<(), PreparationError> {
        let unusable = |source| unusable(&self.config, source);
        let applied = if self.config.database.auto_migrate {
            store.migrate_up().await.map_err(unusable)?
        } else {
            Vec::new()
        };
        let schema = store.schema().await.map_err(unusable)?;
        if !applied.is_empty() {
            info!(steps = applied.len(), "the schema is up to date now");
            super::warn_of_a_new_file(&self.config, applied.len(), schema.steps.len());
        }
        match schema.state() {
            SchemaState::Current => Ok(()),
            SchemaState::TooOld => Err(PreparationError::SchemaTooOld),
            SchemaState::Newer => {
                warn!("the schema of the database is newer than this binary, which works with it");
                Ok(())
            }
        }
    }

    async fn make_first_admin(&self, ports: &Ports) -> Result<(), PreparationError> {
        let Some(config::FirstAdmin { email, password }) = &self.config.first_admin else {
            return Ok(());
        };
        // Hashing takes a while, and after the first start there is nothing to make.
        let operators = Operators::new(ports.clone());
        let exists = operators.has_admin().await;
        if exists.map_err(PreparationError::FirstAdmin)? {
            return Ok(());
        }
        let name = PersonName::parse(ADMIN_NAME).expect("a name of ours is a name");
        let made = operators.make_first_admin(NewAccount {
            name,
            email: email.clone(),
            password: password.clone(),
            role: Role::Admin,
        });
        match made.await.map_err(PreparationError::FirstAdmin)? {
            FirstAdmin::Made(user) => info!(user = %user.id, "made the first administrator"),
            FirstAdmin::Exists => {}
            FirstAdmin::AddressTaken => warn!(
                "the account of ADMIN_EMAIL exists and was left alone, and there is no \
                 administrator; `{}` makes it one",
                invocation::of("user set --role ADMIN --email …")
            ),
        }
        Ok(())
    }
}

/// Takes the right to serve from an `SQLite` file. Waits while the server before this one stops.
pub(super) async fn lock(config: &Config) -> Result<Option<ServerLock>, PreparationError> {
    let options = sea_options(&config.database, true);
    let server = &config.server;
    let longest_stop = server.drain_delay + server.shutdown_grace + CLOSING;
    let taken = ServerLock::take(&options, longest_stop).await;
    taken.map_err(|source| unusable(config, source))
}

fn unusable(config: &Config, source: StoreError) -> PreparationError {
    PreparationError::Store { database: config.database.url.shown(), source }
}

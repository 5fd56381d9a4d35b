use std::{path::Path, sync::Arc};

use async_trait::async_trait;

use super::{
    AuthStates, Cause, IdempotencyRecords, ListVersions, PostRepository, PostWalks, StoreError,
    UnitsOfWork, UserRepository,
};

/// A database that is open: the repositories on it, its schema and its life.
///
/// A team with a store of its own implements this beside the repositories. What a store has no use
/// for has an answer already: one without a replica, a schema, totals of its own or a way to copy
/// itself says so by leaving the method out.
#[async_trait]
pub trait Store: Send + Sync {
    /// The users; each call is a transaction by itself.
    fn users(&self) -> Arc<dyn UserRepository>;

    /// The posts; each call is a transaction by itself.
    fn posts(&self) -> Arc<dyn PostRepository>;

    /// The states of tokens; each call is a transaction by itself.
    fn auth_states(&self) -> Arc<dyn AuthStates>;

    /// The idempotency records; each call is a transaction by itself.
    fn idempotency(&self) -> Arc<dyn IdempotencyRecords>;

    /// Where writes begin.
    fn units(&self) -> Arc<dyn UnitsOfWork>;

    /// The version of the lists of published posts.
    fn list_versions(&self) -> Arc<dyn ListVersions>;

    /// Walks for readers who need not see the last write of another process, where there is a copy
    /// for them that may lag behind.
    fn public_walks(&self) -> Option<Arc<dyn PostWalks>> {
        None
    }

    /// How its schema stands to what this release expects. Changes nothing.
    async fn schema(&self) -> Result<SchemaStatus, StoreError> {
        Ok(SchemaStatus::default())
    }

    /// Applies every step that is missing, all or none, and returns their names. Of several
    /// processes that do it at once one MUST do it, and the others wait for it.
    async fn migrate_up(&self) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }

    /// Undoes the last step and returns its name; `None` when none is left.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when the last step is of a later release, which alone can undo it.
    async fn migrate_down_one(&self) -> Result<Option<String>, StoreError> {
        Ok(None)
    }

    /// Counts the lists anew while others write, corrects the totals that are kept of them, and ends
    /// every page that is kept. Returns what differed. The schema has to be current.
    async fn recount(&self) -> Result<Vec<Correction>, StoreError> {
        Ok(Vec::new())
    }

    /// Asks what it can do; within half a second, since health waits for it.
    async fn ping(&self) -> Result<Access, StoreError>;

    /// Whether it is known to be away, so that calls fail at once.
    fn is_away(&self) -> bool {
        false
    }

    /// How its connections are used, for metrics.
    fn usage(&self) -> Vec<PoolUsage> {
        Vec::new()
    }

    /// Copies itself into the new file `target` while it is in use: what the copy holds is one
    /// moment. MUST NOT replace a file.
    ///
    /// # Errors
    /// The reason in words for an operator, also where copies are not its own to make.
    async fn back_up(&self, target: &Path) -> Result<(), Cause>;

    /// Closes it once it is at rest. Later calls fail.
    async fn close(&self) -> Result<(), StoreError>;
}

/// What a store that answers can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// All of it.
    ReadWrite,
    /// It can be read, and takes no writes: a primary that was demoted, or was told so.
    ReadOnly,
}

/// Connections at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUsage {
    /// What they lead to, as metrics name it: `primary`, `replica`.
    pub pool: &'static str,
    /// Open, and waiting for work.
    pub idle: usize,
    /// At work.
    pub used: usize,
    /// The most that there may be.
    pub most: usize,
}

/// A total that was not what a count finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// What it counts, in the words of the store.
    pub name: &'static str,
    /// What was kept.
    pub was: i64,
    /// What was counted, and is kept now.
    pub is: i64,
}

/// One step of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaStep {
    /// The name under which the store remembers it.
    pub name: String,
    /// Whether it was applied.
    pub applied: bool,
}

/// How a schema stands to what this release expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaState {
    /// Steps are missing; this release can't work with it.
    TooOld,
    /// Just what this release expects.
    Current,
    /// A later release has been here. Steps only add what an earlier release can live with, so
    /// this one works with it.
    Newer,
}

/// The steps of a schema. A store without one has none, and is always current.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaStatus {
    /// The steps that this release knows, oldest first.
    pub steps: Vec<SchemaStep>,
    /// Steps that were applied and that this release does not know.
    pub unknown: Vec<String>,
}

impl SchemaStatus {
    /// How the schema stands to what this release expects.
    pub fn state(&self) -> SchemaState {
        if self.steps.iter().any(|step| !step.applied) {
            SchemaState::TooOld
        } else if self.unknown.is_empty() {
            SchemaState::Current
        } else {
            SchemaState::Newer
        }
    }
}

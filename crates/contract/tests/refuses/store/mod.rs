//! A store that keeps every promise, and faults that make it break one.

mod auth_states;
mod counts;
mod idempotency;
mod kept;
mod lists;
mod post_writes;
mod posts;
mod proofs;
mod unit;
mod user_writes;
mod users;
mod versions;

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use basalt_adapters::memory::MemoryStore;
use basalt_contract::Store;
use basalt_domain::{
    PasswordHash, Post, PostListKey, PostPage, SearchTerm, Timestamp, TokenId, User, UserId,
    ports::{AuthStates, IdempotencyRecords, PostRepository, StoreError, UserRepository},
};

use self::{counts::Count, versions::Versions};

/// What is wrong with a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// Nothing, but for what stands between the suite and the store.
    None,
    /// Looks whether an address is free and then inserts, with nothing to decide a race.
    CheckThenInsert,
    /// Knows a broken constraint only as an error.
    NamelessConstraint,
    /// Keeps times to the millisecond.
    CoarseTimes,
    /// Compares versions before the write and not in it.
    VersionCheckedBefore,
    /// Answers an update of nothing with "stale".
    MissingIsStale,
    /// Compares the old hash before the write and not in it.
    PasswordCheckedBefore,
    /// Makes a new version with each password.
    PasswordMakesVersion,
    /// Reads a hash and then its generation.
    TornCredentials,
    /// Compares versions before a deletion and not in it.
    DeletionCheckedBefore,
    /// Takes no search of more than 50,000 bytes, as LIKE does.
    ShortPatterns,
    /// Compares idempotency keys without case.
    FoldsKeys,
    /// Ends all tokens with each update.
    UpdateEndsTokens,
    /// Leaves a deleted author's posts.
    NoCascade,
    /// Answers `active_admins` without keeping other units waiting.
    NoAdminLock,
    /// Counts deactivated administrators.
    RestingAdmins,
    /// Reads a page's rows and its total one after the other.
    TornPage,
    /// Searches with the wildcards of LIKE.
    Like,
    /// Searches without case in ASCII only.
    AsciiCase,
    /// Searches in all texts at once.
    JoinedTexts,
    /// Orders by the field alone.
    NoTieBreak,
    /// Orders ties by id, but upwards whatever the direction.
    TiesUpwards,
    /// Orders texts by their UTF-16.
    Utf16Order,
    /// Walks on behind the key, past all who have the same.
    WalkByKey,
    /// Says that rows follow whenever a step is full.
    FullMeansMore,
    /// Counts all rows.
    TotalOfAll,
    /// Counts with the rows of the page, so that none have no total.
    TotalWithRows,
    /// Shows a post's author as they were when it was written.
    OldAuthor,
    /// Keeps each page of posts for ever.
    PagesForEver,
    /// Gives one stamp to all pages.
    OneStamp,
    /// Raises generations by reading and then writing.
    ReadThenRaise,
    /// Keeps the last four bits of a generation.
    ModuloGeneration,
    /// Takes a second revocation for an error.
    RevokedOnce,
    /// Removes all that has expired, whatever the limit.
    RemovesAll,
    /// Looks for a key and then claims it.
    FindThenClaim,
    /// Lets keys without caller be used again and again, as NULLs differ in a unique index.
    NullsDiffer,
    /// Lets an expired record hold its key.
    ExpiredHolds,
    /// Wants the owner to be there before the record.
    OwnerFirst,
    /// Writes each call for good at once.
    NoTransaction,
    /// Keeps revocations when a unit is dropped.
    RollbackKeepsRevocations,
    /// Never ends the transaction of a unit that is dropped.
    DropForgets,
    /// Reads what is committed, in units too.
    UnitReadsCommitted,
    /// Commits row by row.
    CommitByRow,
    /// Says of no total that it is exact.
    NeverExact,
    /// Counts by reading a number and writing the next one.
    CountsByReading,
    /// Counts what was inserted, also when it is rolled back.
    CountsRolledBack,
    /// Counts the posts of authors who are gone.
    CountsNoCascade,
    /// Counts rows as what they were inserted as.
    CountsNoMoves,
    /// Looks at a bounded number of rows in each step of a search, as it may.
    ShortSteps,
    /// Ends a search with the first step that finds nothing.
    EmptyStepEnds,
    /// Never ends a walk.
    EndlessWalk,
    /// Deletes all posts of an author in one batch.
    BatchWithoutLimit,
    /// Deletes anybody's posts in a batch.
    BatchOfAnybody,
    /// Leaves drafts out of batches.
    BatchWithoutDrafts,
    /// Says that a batch was full.
    BatchSaysLimit,
    /// Deletes a batch at once, beside its unit.
    BatchBesideUnit,
    /// Keeps for ever each page that may be old.
    StaleForEver,
    /// Takes each page that may be old for an old one.
    AlwaysOld,
    /// Lets the version stay when a published post comes.
    VersionWithoutInserts,
    /// Lets the version stay when a published post changes.
    VersionWithoutChanges,
    /// Lets the version stay when a post is published or taken back.
    VersionWithoutMoves,
    /// Lets the version stay when a published post goes.
    VersionWithoutDeletions,
    /// Lets the version stay when a batch goes.
    VersionWithoutBatches,
    /// Lets the version stay when an author has another name.
    VersionWithoutNames,
    /// Lets the version stay when posts go with their author.
    VersionWithoutCascade,
    /// Changes the version with drafts.
    VersionWithDrafts,
    /// Changes the version with each write to a user.
    VersionWithUsers,
    /// Changes the version when something is written, and not when it is committed.
    VersionBeforeCommit,
    /// Makes the version of what the lists show.
    VersionOfContent,
    /// Leaves the change of the version to whoever writes already.
    VersionLeftToOthers,
    /// Reads a page's version before its rows.
    PageVersionBefore,
    /// Reads a page's version after its rows.
    PageVersionAfter,
    /// Gives one version to all pages.
    PageOfNoVersion,
}

/// What a store has beside its tables because of its fault.
#[derive(Default)]
struct Aside {
    /// Posts that the tables no longer have, or not so.
    orphans: Mutex<Vec<Post>>,
    pages: Mutex<Vec<(PostListKey, Arc<PostPage>)>>,
    published: Count,
    users: Count,
    versions: Versions,
    /// What the open unit has inserted and revoked.
    inserted: Mutex<Vec<(User, PasswordHash)>>,
    revoked: Mutex<Vec<(UserId, TokenId, Timestamp)>>,
}

/// Repositories, of the pool or of a unit that begins when it is first used.
#[async_trait]
trait Repositories: Send + Sync {
    async fn users(&self) -> Result<&dyn UserRepository, StoreError>;
    async fn posts(&self) -> Result<&dyn PostRepository, StoreError>;
    async fn auth_states(&self) -> Result<&dyn AuthStates, StoreError>;
    async fn idempotency(&self) -> Result<&dyn IdempotencyRecords, StoreError>;
}

#[async_trait]
impl Repositories for MemoryStore {
    async fn users(&self) -> Result<&dyn UserRepository, StoreError> {
        Ok(self)
    }

    async fn posts(&self) -> Result<&dyn PostRepository, StoreError> {
        Ok(self)
    }

    async fn auth_states(&self) -> Result<&dyn AuthStates, StoreError> {
        Ok(self)
    }

    async fn idempotency(&self) -> Result<&dyn IdempotencyRecords, StoreError> {
        Ok(self)
    }
}

/// Repositories with a fault.
#[derive(Clone)]
struct Faulty<R> {
    inner: R,
    pool: MemoryStore,
    aside: Arc<Aside>,
    fault: Fault,
}

impl<R> Faulty<R> {
    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    fn refuse_long(&self, term: Option<&SearchTerm>) -> Result<(), StoreError> {
        let is_long = term.is_some_and(|term| term.as_folded().len() > 50_000);
        if is_long && self.has(Fault::ShortPatterns) {
            return Err(StoreError::failed("LIKE or GLOB pattern too complex"));
        }
        Ok(())
    }
}

/// A factory of stores with `fault`.
fn with(fault: Fault) -> impl AsyncFn() -> Store + Sync {
    async move || {
        let pool = MemoryStore::new();
        Store::of(&Faulty { inner: pool.clone(), pool, aside: Arc::default(), fault })
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

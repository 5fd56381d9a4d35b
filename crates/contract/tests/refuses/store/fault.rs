/// What is wrong with a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing, but for what stands between the suite and the store.
    None,
    /// Looks whether an address is free and then inserts, with nothing to decide a race.
    CheckThenInsert,
    /// Writes a user and then their password.
    TornInsert,
    /// Says of an update to a taken address that it is done.
    TakenIsDone,
    /// Keeps addresses that were given up.
    AddressesForEver,
    /// Takes a row that is not there for an error.
    NoneIsError,
    /// Writes the time of creation with each update.
    UpdateWritesCreation,
    /// Leaves the time of the last change as it is.
    UpdateKeepsTime,
    /// Knows a broken constraint only as an error.
    NamelessConstraint,
    /// Keeps times to the millisecond.
    CoarseTimes,
    /// Compares versions before the write and not in it.
    VersionCheckedBefore,
    /// Writes and deletes whatever version is there.
    IgnoresVersion,
    /// Reads beside other units, and writes whatever version is there.
    LostUpdates,
    /// Answers an update or a deletion of nothing with "stale".
    MissingIsStale,
    /// Compares the old hash before the write and not in it.
    PasswordCheckedBefore,
    /// Says of each password that it was replaced.
    AlwaysReplaced,
    /// Makes a new version with each password, logout and end of all tokens.
    SecretsMakeVersions,
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
    /// Makes a new version of each post with its author's name.
    RenameMakesVersions,
    /// Gives a post that is inserted with the first version of its author.
    InsertForgetsAuthor,
    /// Finds posts that were deleted.
    FindsDeleted,
    /// Leaves what belongs to a deleted user.
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
    /// Searches without accents.
    WithoutAccents,
    /// Leaves a part of a filter out.
    LooseFilters,
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
    /// Walks on from a row, which may be gone.
    WalkFromRow,
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
    /// Counts generations from zero.
    GenerationsFromZero,
    /// Ends the tokens of all users at once.
    EndsEverybody,
    /// Keeps the last four bits of a generation.
    ModuloGeneration,
    /// Takes a second revocation for an error.
    RevokedOnce,
    /// Removes what has not expired.
    RemovesEarly,
    /// Removes all that has expired, whatever the limit.
    RemovesAll,
    /// Looks for a key and then claims it.
    FindThenClaim,
    /// Lets keys without caller be used again and again, as NULLs differ in a unique index.
    NullsDiffer,
    /// Finds records that have expired.
    FindsExpired,
    /// Leaves the operation out of the scope of a key.
    KeysOfAll,
    /// Keeps answers as texts.
    TextAnswers,
    /// Lets an expired record hold its key.
    ExpiredHolds,
    /// Takes records whose owner never comes.
    AnyOwner,
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
    /// Rolls a unit back and says that it is committed.
    CommitRollsBack,
    /// Takes it for an error to commit nothing.
    EmptyCommitFails,
    /// Takes the copy that a unit works on before the right to write.
    CopiesEarly,
    /// Reads no user while a unit is open.
    UnitLocksReads,
    /// Counts who waits for a unit, and not who no longer does.
    QueueLeaks,
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
    /// Keeps states of tokens, whatever is written.
    StatesKeptBesideWrites,
    /// Reads a page's version before its rows.
    PageVersionBefore,
    /// Reads a page's version after its rows.
    PageVersionAfter,
    /// Gives one version to all pages.
    PageOfNoVersion,
}

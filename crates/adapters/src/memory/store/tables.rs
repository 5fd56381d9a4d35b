use std::collections::{BTreeMap, HashMap};

use basalt_domain::{
    Email, IdempotencyKey, IdempotencyRecord, IdempotencyScope, ListVersion, PasswordHash, Post,
    PostId, Timestamp, TokenGeneration, TokenId, User, UserId, Version, ports::StoreError,
};

/// Everything that is stored. Each method keeps the constraints that a database would.
#[derive(Clone, Debug)]
pub struct Tables {
    /// Of the lists of published posts, as they are committed.
    pub(super) version: ListVersion,
    pub(super) users: BTreeMap<UserId, UserRow>,
    /// The unique index on addresses.
    pub(super) addresses: HashMap<Email, UserId>,
    /// The author's name and version in here are those of the last write, not the present ones.
    pub(super) posts: BTreeMap<PostId, Post>,
    pub(super) revoked: BTreeMap<(UserId, TokenId), Timestamp>,
    pub(super) records: HashMap<RecordKey, IdempotencyRecord>,
    /// Records written in this unit whose owner must exist when it commits.
    pub(super) unsettled: Vec<RecordKey>,
}

/// What is unique among idempotency records.
pub(super) type RecordKey = (IdempotencyScope, IdempotencyKey);

/// A user with what the account does not show.
#[derive(Clone, Debug)]
pub(super) struct UserRow {
    pub(super) user: User,
    pub(super) hash: PasswordHash,
    pub(super) generation: TokenGeneration,
}

impl Default for Tables {
    fn default() -> Self {
        Self {
            version: unused_version(),
            users: BTreeMap::new(),
            addresses: HashMap::new(),
            posts: BTreeMap::new(),
            revoked: BTreeMap::new(),
            records: HashMap::new(),
            unsettled: Vec::new(),
        }
    }
}

fn unused_version() -> ListVersion {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the machine has a source of randomness");
    ListVersion(u128::from_ne_bytes(bytes))
}

impl Tables {
    /// Everything that lists of published posts show.
    pub(super) fn published(&self) -> Vec<Post> {
        let published = self.posts.values().filter(|post| post.published);
        let shown = published.map(|post| self.with_author(post));
        // No list shows its author's version.
        let shown = shown.map(|mut post| {
            post.author.version = Version::FIRST;
            post
        });
        shown.collect()
    }

    /// Gives the lists another version if they differ from `before`.
    pub(super) fn settle_version(&mut self, before: &[Post]) {
        if self.published() != before {
            self.version = unused_version();
        }
    }

    /// The deferred foreign key of idempotency records: looked at when a unit ends, because the
    /// owner may be added after the record. A record without owner goes.
    pub(super) fn settle_owners(&mut self) -> Result<(), StoreError> {
        let unsettled = std::mem::take(&mut self.unsettled);
        let mut missing = false;
        for key in unsettled {
            let owner = self.records.get(&key).map(|record| record.owner);
            if owner.is_some_and(|owner| !self.users.contains_key(&owner)) {
                self.records.remove(&key);
                missing = true;
            }
        }
        if missing {
            return Err(StoreError::failed("an idempotency record's owner is missing"));
        }
        Ok(())
    }

    /// The post with its author's present name and version.
    pub(super) fn with_author(&self, post: &Post) -> Post {
        let mut post = post.clone();
        if let Some(row) = self.users.get(&post.author.id) {
            post.author.name = row.user.name.clone();
            post.author.version = row.user.version;
        }
        post
    }

    /// Removes what hangs on a user who has just been removed.
    pub(super) fn cascade(&mut self, user: UserId) {
        self.posts.retain(|_, post| post.author.id != user);
        self.records.retain(|_, record| record.owner != user);
        self.revoked.retain(|(owner, _), _| *owner != user);
    }
}

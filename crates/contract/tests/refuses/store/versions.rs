//! Versions of lists that change too seldom, too often, or at the wrong moment.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use basalt_adapters::memory::MemoryStore;
use basalt_domain::{
    ListVersion, PageRequest, Post, PostFilter, PostListKey, Sort, UnsavedPost,
    ports::{ListVersions, PostRepository, StoreError},
};

use super::{Fault, Faulty, locked};
use crate::dawdle;

/// What a version is made of beside the store's own.
#[derive(Default)]
pub(super) struct Versions {
    /// Versions that are shown as earlier ones.
    hidden: Mutex<HashMap<ListVersion, ListVersion>>,
    /// The open unit did what its commit is to hide.
    hides_commit: AtomicBool,
    /// Added to each version.
    noise: AtomicU64,
    /// Somebody is about to change the version for everybody.
    is_busy: AtomicBool,
}

/// A write, as a version sees it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Write {
    NewPost,
    NewDraft,
    Post,
    Draft,
    /// Between draft and published.
    Move,
    PostGoes,
    DraftGoes,
    Batch,
    Name,
    User,
    AuthorGoes,
}

impl Write {
    pub(super) fn insertion(post: &UnsavedPost) -> Self {
        if post.published { Self::NewPost } else { Self::NewDraft }
    }

    pub(super) fn update(before: Option<&Post>, next: &Post) -> Self {
        match before.is_some_and(|before| before.published) {
            was if was != next.published => Self::Move,
            true => Self::Post,
            false => Self::Draft,
        }
    }

    pub(super) fn deletion(before: Option<&Post>) -> Self {
        if before.is_some_and(|before| before.published) { Self::PostGoes } else { Self::DraftGoes }
    }
}

impl Fault {
    /// Whether the version stays though this was written.
    fn hides(self, write: Write) -> bool {
        matches!(
            (self, write),
            (Self::VersionWithoutInserts, Write::NewPost)
                | (Self::VersionWithoutChanges, Write::Post)
                | (Self::VersionWithoutMoves, Write::Move)
                | (Self::VersionWithoutDeletions, Write::PostGoes)
                | (Self::VersionWithoutBatches, Write::Batch)
                | (Self::VersionWithoutNames, Write::Name)
                | (Self::VersionWithoutCascade, Write::AuthorGoes)
        )
    }

    /// Whether the version changes at once when this is tried.
    fn disturbs(self, write: Write) -> bool {
        match self {
            Self::VersionWithDrafts => {
                matches!(write, Write::NewDraft | Write::Draft | Write::DraftGoes)
            }
            Self::VersionWithUsers => write == Write::User,
            Self::VersionBeforeCommit => {
                matches!(write, Write::NewPost | Write::Post | Write::PostGoes)
            }
            _ => false,
        }
    }
}

impl<R> Faulty<R> {
    /// Does `work`, and to the version what the fault makes of it.
    pub(super) async fn noting<T>(&self, write: Write, work: impl Future<Output = T>) -> T {
        let versions = &self.aside.versions;
        if self.fault.disturbs(write) {
            versions.noise.fetch_add(1, Ordering::SeqCst);
        }
        if self.has(Fault::VersionLeftToOthers) {
            let is_first = !versions.is_busy.swap(true, Ordering::SeqCst);
            let done = work.await;
            if is_first {
                dawdle().await;
                versions.noise.fetch_add(1, Ordering::SeqCst);
                versions.is_busy.store(false, Ordering::SeqCst);
            }
            return done;
        }
        if !self.fault.hides(write) {
            return work.await;
        }
        let before = self.true_version().await;
        let done = work.await;
        if self.true_version().await == before {
            versions.hides_commit.store(true, Ordering::SeqCst);
        } else {
            self.hide_since(before).await;
        }
        done
    }

    /// A unit begins that has done nothing yet.
    pub(super) fn forget_unit(&self) {
        let versions = &self.aside.versions;
        versions.hides_commit.store(false, Ordering::SeqCst);
    }

    /// Commits, and hides that where the unit did what is to be hidden.
    pub(super) async fn noting_commit<T>(&self, commit: impl Future<Output = T>) -> T {
        let before = self.true_version().await;
        let done = commit.await;
        if self.aside.versions.hides_commit.swap(false, Ordering::SeqCst) {
            self.hide_since(before).await;
        }
        done
    }

    pub(super) async fn true_version(&self) -> ListVersion {
        let version = self.pool.current().await;
        version.expect("a store in memory has a version")
    }

    async fn hide_since(&self, before: ListVersion) {
        let (shown, now) = (self.without_hidden(before), self.true_version().await);
        locked(&self.aside.versions.hidden).insert(now, shown);
    }

    fn without_hidden(&self, version: ListVersion) -> ListVersion {
        let hidden = locked(&self.aside.versions.hidden);
        hidden.get(&version).copied().unwrap_or(version)
    }

    /// The version as the fault shows it.
    pub(super) async fn shown_version(&self, version: ListVersion) -> ListVersion {
        let noise = u128::from(self.aside.versions.noise.load(Ordering::SeqCst));
        match self.fault {
            Fault::VersionLeftToOthers => ListVersion(noise),
            Fault::VersionOfContent => content_of(&self.pool).await,
            Fault::PageOfNoVersion => ListVersion(0),
            _ => {
                let ListVersion(shown) = self.without_hidden(version);
                ListVersion(shown.wrapping_add(noise))
            }
        }
    }
}

/// A digest of the first page.
async fn content_of(store: &MemoryStore) -> ListVersion {
    let key = PostListKey {
        filter: PostFilter::default(),
        sort: Sort::default(),
        page: PageRequest::new(1, 100).expect("a page"),
    };
    let read = store.page(&key).await.expect("a page is read");
    let mut hasher = DefaultHasher::new();
    for post in &read.page.items {
        (post.id, post.title.as_str(), post.content.as_str()).hash(&mut hasher);
        post.author.name.as_str().hash(&mut hasher);
    }
    ListVersion(u128::from(hasher.finish()))
}

#[async_trait]
impl ListVersions for Faulty<MemoryStore> {
    async fn current(&self) -> Result<ListVersion, StoreError> {
        let version = self.pool.current().await?;
        if self.has(Fault::PageOfNoVersion) {
            return Ok(version);
        }
        Ok(self.shown_version(version).await)
    }
}

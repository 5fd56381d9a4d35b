//! What the unit tests of several adapters need.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use basalt_domain::{
    Author, Content, Email, ListVersion, Page, PageRequest, PersonName, Post, PostFilter, PostId,
    PostListKey, PostPage, Sort, Timestamp, Title, Total, User, UserId, Version,
    ports::{Clock, ListVersions, StoreError},
};
use uuid::Uuid;

/// A clock that moves when it is told to.
pub(crate) struct StandingClock(AtomicI64);

impl StandingClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(1_700_000_000_000_000)))
    }

    pub(crate) fn advance(&self, by: Duration) {
        let micros = i64::try_from(by.as_micros()).unwrap();
        self.0.fetch_add(micros, Ordering::SeqCst);
    }

    pub(crate) fn set_back(&self, by: Duration) {
        let micros = i64::try_from(by.as_micros()).unwrap();
        self.0.fetch_sub(micros, Ordering::SeqCst);
    }
}

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

pub(crate) fn user(number: u128) -> User {
    User::register(
        UserId::from_uuid(Uuid::from_u128(number)),
        PersonName::parse("Ann").unwrap(),
        Email::parse(&format!("ann{number}@example.com")).unwrap(),
        Timestamp::from_micros(10).unwrap(),
    )
}

pub(crate) fn post(number: u128, content: &str) -> Post {
    let author = user(1);
    Post {
        id: PostId::from_uuid(Uuid::from_u128(number)),
        title: Title::parse("Title").unwrap(),
        content: Content::parse(content).unwrap(),
        published: true,
        author: Author { id: author.id, name: author.name, version: author.version },
        version: Version::FIRST,
        created_at: author.created_at,
        updated_at: author.updated_at,
    }
}

pub(crate) fn page_of(posts: Vec<Post>, version: ListVersion) -> Arc<PostPage> {
    let page = Page { total: Total::exact(posts.len() as u64), items: posts };
    PostPage::fresh(page, version)
}

/// Lists whose version is what a test says, and which can be slow to tell it, or away.
#[derive(Default)]
pub(crate) struct ToldLists {
    version: AtomicU64,
    readings: AtomicUsize,
    under_way: AtomicUsize,
    delay: Mutex<Duration>,
    is_away: AtomicBool,
}

impl ToldLists {
    pub(crate) fn new() -> Arc<Self> {
        let lists = Self::default();
        lists.version.store(1, Ordering::SeqCst);
        Arc::new(lists)
    }

    pub(crate) fn version(&self) -> ListVersion {
        ListVersion(self.version.load(Ordering::SeqCst).into())
    }

    /// Somebody commits what lists show.
    pub(crate) fn change(&self) {
        self.version.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn take_for_each_reading(&self, delay: Duration) {
        *self.delay.lock().unwrap() = delay;
    }

    pub(crate) fn go_away(&self, is_away: bool) {
        self.is_away.store(is_away, Ordering::SeqCst);
    }

    /// How many readings have begun.
    pub(crate) fn readings(&self) -> usize {
        self.readings.load(Ordering::SeqCst)
    }
}

/// Tells the version of the moment in which the reading began.
pub(crate) struct Telling(pub(crate) Arc<ToldLists>);

#[async_trait]
impl ListVersions for Telling {
    async fn current(&self) -> Result<ListVersion, StoreError> {
        let Self(lists) = self;
        lists.readings.fetch_add(1, Ordering::SeqCst);
        let others = lists.under_way.fetch_add(1, Ordering::SeqCst);
        assert_eq!(others, 0, "one reading at a time");
        let (version, delay) = (lists.version(), *lists.delay.lock().unwrap());
        tokio::time::sleep(delay).await;
        lists.under_way.fetch_sub(1, Ordering::SeqCst);
        if lists.is_away.load(Ordering::SeqCst) {
            return Err(StoreError::unavailable("gone"));
        }
        Ok(version)
    }
}

/// Lets the tasks of this runtime do what they can without time.
pub(crate) async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

/// The key of a page of published posts.
pub(crate) fn list_key(number: u64) -> PostListKey {
    PostListKey {
        filter: PostFilter::default(),
        sort: Sort::default(),
        page: PageRequest::new(number, 10).unwrap(),
    }
}

/// Host and port of a store's URL.
pub(crate) fn authority(url: &str) -> &str {
    let place = url.rsplit(['@', '/']).find(|part| part.contains(':'));
    place.expect("a host with a port")
}

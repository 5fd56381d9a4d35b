//! What the unit tests of several adapters need.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use basalt_domain::{
    Author, Content, Email, Page, PageRequest, PersonName, Post, PostFilter, PostId, PostListKey,
    PostPage, Sort, Timestamp, Title, User, UserId, Version, ports::Clock,
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
        author: Author {
            id: author.id,
            name: author.name,
            version: author.version,
        },
        version: Version::FIRST,
        created_at: author.created_at,
        updated_at: author.updated_at,
    }
}

pub(crate) fn page_of(posts: Vec<Post>) -> Arc<PostPage> {
    let total = posts.len() as u64;
    PostPage::fresh(Page {
        items: posts,
        total,
    })
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

//! Things to store.

use std::sync::atomic::{AtomicU64, Ordering};

use basalt_domain::{
    Answer, Author, Content, Email, Fingerprint, IdempotencyKey, IdempotencyRecord,
    IdempotencyScope, Operation, PasswordHash, PersonName, Post, PostId, Role, SearchTerm,
    Timestamp, Title, TokenId, User, UserId, Version,
};
use uuid::Uuid;

/// Microseconds since 1970 of the moment that [`at`] counts from: 2026-01-01.
const START: i64 = 1_767_225_600_000_000;

/// `micros` microseconds after the start.
pub(crate) fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(START + micros).expect("a moment within the calendar")
}

/// An id of its own. The order of ids is not the order in which they were made, so that an adapter
/// which keeps the order of insertion by luck is found out.
fn fresh_id() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    // An odd factor: different numbers stay different.
    const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
    let number = u128::from(NEXT.fetch_add(1, Ordering::Relaxed));
    Uuid::from_u128(number.wrapping_mul(SPREAD))
}

pub(crate) fn token_id() -> TokenId {
    TokenId::from_uuid(fresh_id())
}

pub(crate) fn user_id() -> UserId {
    UserId::from_uuid(fresh_id())
}

pub(crate) fn name(raw: &str) -> PersonName {
    PersonName::parse(raw).expect("a valid name")
}

pub(crate) fn email(raw: &str) -> Email {
    Email::parse(raw).expect("a valid address")
}

pub(crate) fn hash(raw: &str) -> PasswordHash {
    PasswordHash::from_stored(format!("$test${raw}"))
}

pub(crate) fn term(raw: &str) -> SearchTerm {
    SearchTerm::parse(raw).expect("a valid search").expect("a search for something")
}

/// A user called `word` with the address `word@example.com`.
pub(crate) fn user(word: &str) -> User {
    user_named(word, &format!("{word}@example.com"))
}

pub(crate) fn user_named(called: &str, address: &str) -> User {
    let id = UserId::from_uuid(fresh_id());
    User::register(id, name(called), email(address), at(0))
}

pub(crate) fn admin(word: &str) -> User {
    User { role: Role::Admin, ..user(word) }
}

/// `count` users with ids of their own and otherwise as alike as they can be.
pub(crate) fn alike_users(count: usize) -> Vec<User> {
    let one = |number| user_named("Twin", &format!("twin{number}@example.com"));
    (0..count).map(one).collect()
}

/// The user after a change of name, at the next version and a later time.
pub(crate) fn renamed(user: &User, to: &str) -> User {
    User {
        name: name(to),
        version: user.version.next(),
        updated_at: at(1_000).after(user.updated_at),
        ..user.clone()
    }
}

/// A published post.
pub(crate) fn post(author: &User, title: &str) -> Post {
    Post {
        id: PostId::from_uuid(fresh_id()),
        title: Title::parse(title).expect("a valid title"),
        content: Content::parse("A text.").expect("a valid content"),
        published: true,
        author: Author { id: author.id, name: author.name.clone(), version: author.version },
        version: Version::FIRST,
        created_at: at(0),
        updated_at: at(0),
    }
}

pub(crate) fn draft(author: &User, title: &str) -> Post {
    Post { published: false, ..post(author, title) }
}

pub(crate) fn content(raw: &str) -> Content {
    Content::parse(raw).expect("a valid content")
}

/// The post after a change of title, at the next version and a later time.
pub(crate) fn retitled(post: &Post, to: &str) -> Post {
    Post {
        title: Title::parse(to).expect("a valid title"),
        version: post.version.next(),
        updated_at: at(1_000).after(post.updated_at),
        ..post.clone()
    }
}

/// The record of a registration by nobody in particular, good until [`at`]`(1_000_000)`.
pub(crate) fn record(key: &str, owner: &User) -> IdempotencyRecord {
    IdempotencyRecord {
        scope: anonymous(),
        key: IdempotencyKey::parse(key.as_bytes()).expect("a valid key"),
        fingerprint: Fingerprint([7; 32]),
        answer: Answer(vec![0, 1, 0xff, b'"']),
        owner: owner.id,
        expires_at: at(1_000_000),
    }
}

pub(crate) fn anonymous() -> IdempotencyScope {
    IdempotencyScope { caller: None, operation: Operation::RegisterUser }
}

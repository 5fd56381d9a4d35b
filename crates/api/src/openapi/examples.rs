//! Examples: one Ann, one post, one error for each code. They are made by what makes the answers,
//! and the tests get each of them from a server.

use basalt_application::{Error, Session, TokenRefusal};
use basalt_domain::{
    Author, Content, Decision, Email, FieldCode, Invalid, PageRequest, PersonName, Policy,
    PolicyName, Post, PostId, Quota, Resource as _, Timestamp, Title, Total, User, UserId, Version,
    Violations,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    Loss, Part,
    error::{ApiError, Code, Form, Occasion, render},
    http::json::Object,
    views::{Pagination, PostView, RenderedPage, SessionView, UserView, success},
};

const USER_ID: &str = "019c1445-a3c3-7d50-8b06-2f1d0c9e4a71";
const POST_ID: &str = "019c1446-2f0b-7a12-9c4e-6b0d5f3a8e92";
/// 2026-01-31T12:00:00.123456Z
const MICROS: i64 = 1_769_860_800_123_456;
const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;
const CURSOR: &str = "AZwURi8LehKcTmsNXzqOkgGcFEYvC3oSnE5rDV86jpI";

fn parsed(body: &[u8]) -> Value {
    serde_json::from_slice(body).expect("answers are JSON")
}

fn success_of(message: Option<&str>, view: impl Serialize) -> Value {
    parsed(success(message, view).as_bytes())
}

/// A list with one row of two: by page, and by cursor.
fn lists<V: Serialize>(view: V) -> Value {
    let page = PageRequest::new(1, 1).expect("the first page is not too deep");
    let walk = Pagination::Walk { limit: 1, next: Some(CURSOR.to_owned()) };
    let rows = [view];
    let list = |pagination| parsed(RenderedPage::new(&rows, &pagination, "").body());
    json!({
        "page": {"summary": "?limit=1", "value": list(Pagination::of_page(page, Total::exact(2)))},
        "cursor": {"summary": "?cursor=&limit=1", "value": list(walk)},
    })
}

pub(super) fn user(message: Option<&str>) -> Value {
    success_of(message, UserView::from(&ann()))
}

pub(super) fn users() -> Value {
    lists(UserView::from(&ann()))
}

pub(super) fn post(message: Option<&str>) -> Value {
    success_of(message, PostView::from(&first_post()))
}

pub(super) fn posts() -> Value {
    lists(PostView::from(&first_post()))
}

pub(super) fn session(message: Option<&str>) -> Value {
    let session = Session {
        token: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMTljIn0.c2lnbmF0dXJl".to_owned(),
        expires_at: moment(MICROS - MICROS % 1_000_000 + DAY_MICROS),
        user: ann(),
    };
    success_of(message, SessionView::from(&session))
}

/// Errors with these codes, by code, in one of their two forms.
pub(super) fn errors(
    status: u16,
    codes: &[Code],
    at: &At<'_>,
    form: Form,
) -> Vec<(&'static str, Value)> {
    let one = |code: &Code| {
        let occasion = Occasion {
            form,
            request_id: "0b1c2d3e4f506172-1a",
            path: &at.path.replace("{id}", POST_ID),
            is_open: false,
        };
        let answer = render(&refusal(*code, status, at), &occasion);
        let body = answer.into_body();
        let body = actix_web::body::MessageBody::try_into_bytes(body).ok();
        (code.as_str(), parsed(&body.expect("errors are whole")))
    };
    codes.iter().map(one).collect()
}

/// Where an error occurs.
pub(super) struct At<'a> {
    /// The path.
    pub(super) path: &'a str,
    /// A field that is invalid there.
    pub(super) invalid: (&'static str, Invalid),
}

impl<'a> At<'a> {
    /// Where nothing is read, a parameter that is not known can be sent.
    pub(super) fn path(path: &'a str) -> Self {
        let invalid = ("verbose", Invalid::new(FieldCode::Unknown, "Unknown field"));
        Self { path, invalid }
    }

    /// Whether it says what the process lacks.
    pub(super) fn is_readiness(&self) -> bool {
        self.path == "/health/ready"
    }
}

/// What a `code` is made of.
fn refusal(code: Code, status: u16, at: &At<'_>) -> ApiError {
    let name = if at.path.starts_with("/api/posts") { Post::NAME } else { User::NAME };
    let error = match code {
        Code::ValidationFailed => {
            let (field, invalid) = at.invalid.clone();
            let mut violations = Violations::default();
            violations.push(field, invalid);
            return ApiError::Invalid(violations);
        }
        Code::MalformedJson => {
            let colon_missing = Object::parse(br#"{"title" "First post"}"#);
            return ApiError::Malformed(colon_missing.expect_err("it is no JSON"));
        }
        Code::UnsupportedMediaType => {
            return ApiError::UnsupportedMediaType(Code::UnsupportedMediaType.message());
        }
        Code::NotAcceptable => return ApiError::NotAcceptable,
        Code::PayloadTooLarge => return ApiError::TooLarge,
        Code::Unauthenticated => return ApiError::TokenRequired,
        Code::MethodNotAllowed => return ApiError::NoMethod(String::new()),
        Code::PageTooDeep => return ApiError::PageTooDeep,
        Code::InvalidCursor => return ApiError::InvalidCursor,
        Code::RateLimited => return ApiError::RateLimited(Box::new(refused())),
        Code::Timeout if status == 408 => return ApiError::ArrivedLate,
        Code::Timeout => return ApiError::WorkedLate,
        Code::Unavailable if at.is_readiness() => {
            return ApiError::NotReady(Loss { part: Part::Schema, cause: None });
        }
        Code::Unavailable => return ApiError::Overloaded,
        Code::Internal => return ApiError::Panicked,
        Code::TokenInvalid => Error::Token(TokenRefusal::Invalid),
        Code::TokenExpired => Error::Token(TokenRefusal::Expired),
        Code::TokenRevoked => Error::Token(TokenRefusal::Revoked),
        Code::InvalidCredentials => Error::InvalidCredentials,
        Code::Forbidden => Error::Forbidden,
        Code::NotFound => Error::NotFound(name),
        Code::EmailTaken => Error::EmailTaken,
        Code::LastAdmin => Error::LastAdmin,
        Code::VersionConflict => Error::VersionConflict(first_post().tag()),
        Code::IdempotencyKeyReused => Error::KeyReused,
        Code::IdempotencyInProgress => Error::InProgress,
    };
    ApiError::Application(error)
}

fn refused() -> Decision {
    let window = std::time::Duration::from_mins(15);
    let quota = Quota { units: 100, window };
    Decision {
        policy: Policy { name: PolicyName::Default, quota },
        allowed: false,
        remaining: 0,
        reset: window,
        retry_after: quota.interval(),
    }
}

fn ann() -> User {
    User::register(
        UserId::parse(USER_ID).expect("an id"),
        PersonName::parse("Ann").expect("a name"),
        Email::parse("ann@example.com").expect("an address"),
        moment(MICROS),
    )
}

fn first_post() -> Post {
    let author = ann();
    Post {
        id: PostId::parse(POST_ID).expect("an id"),
        title: Title::parse("First post").expect("a title"),
        content: Content::parse("Hello, everyone.").expect("a content"),
        published: true,
        author: Author { id: author.id, name: author.name, version: author.version },
        version: Version::FIRST,
        created_at: moment(MICROS),
        updated_at: moment(MICROS),
    }
}

fn moment(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).expect("within the calendar")
}

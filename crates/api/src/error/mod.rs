//! Everything that can go wrong, as the client sees it: one enum, one table of codes, one match.

mod code;
mod render;

use std::borrow::Cow;

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use basalt_application::{Error, TokenRefusal};
use basalt_domain::{Decision, EntityTag, Violations};

pub use code::Code;
pub(crate) use render::{Form, Occasion, render};

use crate::{Loss, Part, http::malformed::Malformed};

/// Why a request got no success. Its `Display` is for the log; clients see what
/// [`ApiError::problem`] says.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// A use case refused or failed.
    #[error(transparent)]
    Application(#[from] Error),
    /// Fields, parameters or headers are not valid.
    #[error("some fields are not valid")]
    Invalid(Violations),
    /// The body is no JSON object.
    #[error("the body is no JSON object: {0}")]
    Malformed(Malformed),
    /// The body ended before all of it was there.
    #[error("the body is incomplete")]
    CutShort,
    /// A body of another media type or encoding; the text says what is wanted.
    #[error("the body has another media type: {0}")]
    UnsupportedMediaType(&'static str),
    /// The client accepts none of our media types.
    #[error("no acceptable media type")]
    NotAcceptable,
    /// The body is larger than is read.
    #[error("the body is too large")]
    TooLarge,
    /// A token is needed and none came.
    #[error("no token")]
    TokenRequired,
    /// There is no such route.
    #[error("no such route")]
    NoRoute,
    /// The route has no such method; these it has.
    #[error("no such method, but {0}")]
    NoMethod(String),
    /// A page by number lies too deep.
    #[error("the page lies too deep")]
    PageTooDeep,
    /// A cursor of another list, or none at all.
    #[error("the cursor does not belong to this list")]
    InvalidCursor,
    /// A limit refused the request.
    #[error("the limit `{}` refused", .0.policy.name.as_str())]
    RateLimited(Box<Decision>),
    /// The request did not arrive in time.
    #[error("the request did not arrive in time")]
    ArrivedLate,
    /// Our work did not end in time.
    #[error("the work did not end in time")]
    WorkedLate,
    /// Too many requests are in flight.
    #[error("too many requests in flight")]
    Overloaded,
    /// The process is not ready.
    #[error(transparent)]
    NotReady(Loss),
    /// A thread that serves requests does not move.
    #[error("a thread that serves requests does not move")]
    Stuck,
    /// A handler panicked.
    #[error("a handler panicked")]
    Panicked,
    /// The server library refused the request with this status.
    #[error("the server library answered {0}")]
    Library(StatusCode),
}

/// What a client is told.
pub(crate) struct Problem<'a> {
    pub(crate) code: Code,
    pub(crate) status: StatusCode,
    pub(crate) message: Cow<'a, str>,
    pub(crate) violations: Option<&'a Violations>,
}

impl ApiError {
    /// The one place that turns an error into code, status and message.
    pub(crate) fn problem(&self) -> Problem<'_> {
        let plain = |code: Code| (code, code.status(), Cow::Borrowed(code.message()));
        let saying =
            |code: Code, message: &'static str| (code, code.status(), Cow::Borrowed(message));
        let (code, status, message) = match self {
            Self::Application(error) => return Self::application_problem(error),
            Self::Invalid(_) => plain(Code::ValidationFailed),
            Self::Malformed(place) => {
                let message = format!("The body is not valid JSON: {place}");
                let code = Code::MalformedJson;
                (code, code.status(), Cow::Owned(message))
            }
            Self::CutShort => {
                saying(Code::MalformedJson, "The body ended too early, or its chunks are malformed")
            }
            Self::UnsupportedMediaType(wanted) => saying(Code::UnsupportedMediaType, wanted),
            Self::NotAcceptable => plain(Code::NotAcceptable),
            Self::TooLarge => plain(Code::PayloadTooLarge),
            Self::TokenRequired => plain(Code::Unauthenticated),
            Self::NoRoute => plain(Code::NotFound),
            Self::NoMethod(_) => plain(Code::MethodNotAllowed),
            Self::PageTooDeep => plain(Code::PageTooDeep),
            Self::InvalidCursor => plain(Code::InvalidCursor),
            Self::RateLimited(_) => plain(Code::RateLimited),
            Self::ArrivedLate => saying(Code::Timeout, "The request did not arrive in time"),
            Self::WorkedLate => {
                let message = Cow::Borrowed(Code::Unavailable.message());
                (Code::Timeout, StatusCode::SERVICE_UNAVAILABLE, message)
            }
            Self::Overloaded | Self::NotReady(_) | Self::Stuck => plain(Code::Unavailable),
            Self::Panicked => plain(Code::Internal),
            Self::Library(status) => library_problem(*status),
        };
        let violations = match self {
            Self::Invalid(violations) => Some(violations),
            _ => None,
        };
        Problem { code, status, message, violations }
    }

    fn application_problem(error: &Error) -> Problem<'static> {
        let plain = |code: Code| (code, Cow::Borrowed(code.message()));
        let saying = |code: Code, message: &'static str| (code, Cow::Borrowed(message));
        let (code, message) = match error {
            Error::NotFound(name) => (Code::NotFound, Cow::Owned(format!("{name} not found"))),
            Error::Forbidden => plain(Code::Forbidden),
            Error::InvalidCredentials => plain(Code::InvalidCredentials),
            Error::Token(TokenRefusal::Invalid) => saying(Code::TokenInvalid, "Invalid token"),
            Error::Token(TokenRefusal::Expired) => saying(Code::TokenExpired, "Token expired"),
            Error::Token(TokenRefusal::Revoked) => saying(Code::TokenRevoked, "Token revoked"),
            Error::Token(TokenRefusal::UserGone) => saying(Code::TokenRevoked, "User not found"),
            Error::EmailTaken => plain(Code::EmailTaken),
            Error::LastAdmin => plain(Code::LastAdmin),
            Error::VersionConflict(_) => plain(Code::VersionConflict),
            Error::KeyReused => plain(Code::IdempotencyKeyReused),
            Error::InProgress => plain(Code::IdempotencyInProgress),
            Error::Unavailable { .. } => plain(Code::Unavailable),
            Error::Internal { .. } => plain(Code::Internal),
        };
        Problem { code, status: code.status(), message, violations: None }
    }

    /// What the process lacks, where that is the answer.
    pub(crate) fn part(&self) -> Option<Part> {
        match self {
            Self::NotReady(loss) => Some(loss.part),
            _ => None,
        }
    }

    /// The present entity tag, for a client whose condition failed.
    pub(crate) fn current_tag(&self) -> Option<EntityTag> {
        match self {
            Self::Application(Error::VersionConflict(current)) => Some(*current),
            _ => None,
        }
    }
}

fn library_problem(status: StatusCode) -> (Code, StatusCode, Cow<'static, str>) {
    let code = match status {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Code::PayloadTooLarge,
        status if status.is_client_error() => Code::MalformedJson,
        _ => Code::Internal,
    };
    (code, code.status(), Cow::Borrowed(code.message()))
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.problem().status
    }

    /// A response without a body: [`render`] makes it once the whole request is known. actix-web's
    /// default would send `Display` to the client.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

//! Answers that are no errors and no lists.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{CONTENT_TYPE, ETAG, HeaderName, HeaderValue, LOCATION},
    },
};
use basalt_application::Created;
use basalt_domain::{Answer, EntityTag};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::http::etag;

static IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

#[derive(Serialize)]
struct Success<'a, T> {
    success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    data: T,
}

/// The body of a success; reads have no message.
pub(crate) fn success(message: Option<&str>, data: impl Serialize) -> String {
    let success = Success { success: true, message, data };
    serde_json::to_string(&success).expect("views can be written")
}

pub(super) fn json(status: StatusCode, body: impl Into<Bytes>) -> HttpResponse {
    let mut response = HttpResponse::new(status);
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response.set_body(actix_web::body::BoxBody::new(body.into()))
}

fn with_tag(mut response: HttpResponse, tag: &str) -> HttpResponse {
    response.headers_mut().insert(ETAG, etag::value(tag));
    response
}

/// A resource that was read. 304 when the client has it already.
pub(crate) fn read(request: &HttpRequest, view: impl Serialize, tag: EntityTag) -> HttpResponse {
    let tag = etag::of(tag);
    if etag::is_not_modified(request.headers(), &tag) {
        return not_modified(etag::value(&tag));
    }
    with_tag(json(StatusCode::OK, success(None, view)), &tag)
}

/// The client has it already.
pub(super) fn not_modified(tag: HeaderValue) -> HttpResponse {
    let mut response = HttpResponse::new(StatusCode::NOT_MODIFIED);
    response.headers_mut().insert(ETAG, tag);
    response
}

/// Something was written; `tag` is that of what is shown.
pub(crate) fn written(message: &str, view: impl Serialize, tag: Option<EntityTag>) -> HttpResponse {
    let response = json(StatusCode::OK, success(Some(message), view));
    match tag {
        Some(tag) => with_tag(response, &etag::of(tag)),
        None => response,
    }
}

/// Something was done and there is nothing to show.
pub(crate) fn empty() -> HttpResponse {
    HttpResponse::new(StatusCode::NO_CONTENT)
}

/// The answer to a creation, in the form in which it is kept for repeats of the request.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredReply {
    location: String,
    etag: String,
    body: String,
}

/// Something was created.
pub(crate) fn created(
    message: &str,
    view: impl Serialize,
    location: String,
    tag: EntityTag,
) -> StoredReply {
    StoredReply { location, etag: etag::of(tag), body: success(Some(message), view) }
}

impl StoredReply {
    /// The form that is kept.
    pub(crate) fn to_answer(&self) -> Answer {
        Answer(serde_json::to_vec(self).expect("strings can be written"))
    }

    fn into_response(self) -> HttpResponse {
        let mut response = with_tag(json(StatusCode::CREATED, self.body), &self.etag);
        if let Ok(location) = HeaderValue::from_str(&self.location) {
            response.headers_mut().insert(LOCATION, location);
        }
        response
    }
}

/// The answer to a creation, made now or kept from the first time.
pub(crate) fn of_created<T>(
    created: Created<T>,
    reply: fn(&T) -> StoredReply,
) -> Result<HttpResponse, crate::error::ApiError> {
    match created {
        Created::New(thing) => Ok(reply(&thing).into_response()),
        Created::Replayed(answer) => replay(&answer),
    }
}

/// The first answer again.
fn replay(answer: &Answer) -> Result<HttpResponse, crate::error::ApiError> {
    let stored: StoredReply = serde_json::from_slice(&answer.0).map_err(|error| {
        crate::error::ApiError::Application(basalt_application::Error::Internal {
            doing: "reading a kept answer",
            source: std::sync::Arc::new(error),
        })
    })?;
    let mut response = stored.into_response();
    let yes = HeaderValue::from_static("true");
    response.headers_mut().insert(IDEMPOTENCY_REPLAYED.clone(), yes);
    Ok(response)
}

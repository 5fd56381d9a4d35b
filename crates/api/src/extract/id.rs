use std::future::Ready;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use basalt_application::Error;
use basalt_domain::{Id, Resource};

use crate::error::ApiError;

/// The `{id}` of the path, not yet looked at: a malformed one is a 404, and that comes after the
/// checks of the body.
pub struct PathId(String);

impl super::Extractor for PathId {}

impl FromRequest for PathId {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let raw = request.match_info().get("id").unwrap_or_default();
        std::future::ready(Ok(Self(raw.to_owned())))
    }
}

impl PathId {
    /// The id, of whatever it is needed for.
    pub fn parse<T: Resource>(&self) -> Result<Id<T>, ApiError> {
        let id = Id::parse(&self.0);
        id.ok_or(ApiError::Application(Error::not_found::<T>()))
    }
}

use std::{
    future::{Ready, ready},
    pin::Pin,
    rc::Rc,
};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, future::Either};

use super::reader::Fields;
use crate::{
    Api,
    error::ApiError,
    http::{json::Object, query},
    middleware::{Phase, RequestState},
};

/// The most bytes of a body that are read. A content of 20,000 characters fits, however it is
/// escaped: `\ud83d\ude00` is twelve bytes for one character.
pub const MAX_BODY_BYTES: usize = 256 * 1_024;

/// What becomes of a request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyRule {
    /// Not read, whatever it is.
    Ignored,
    /// Read when there is one.
    Optional,
    /// Has to be there.
    Required,
}

/// An input that can be read from the fields of a request.
pub trait FromFields: Sized + 'static {
    /// Whether the body is read.
    const BODY: BodyRule;
    /// Asks for every field the input knows. `None` only when a field was noted as invalid.
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self>;
}

/// An input whose every field is valid.
pub struct Input<T> {
    /// What was read.
    pub value: T,
    /// The body in one spelling, for telling a repeat from another request.
    pub canonical_body: Vec<u8>,
}

impl<T: FromFields> super::Extractor for Input<T> {
    const BODY: Option<BodyRule> = Some(T::BODY);
}

impl<T: FromFields> FromRequest for Input<T> {
    type Error = ApiError;
    /// Most requests have nothing to wait for.
    type Future = Either<
        Ready<Result<Self, ApiError>>,
        Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>,
    >;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if T::BODY == BodyRule::Ignored {
            return Either::Left(ready(Self::check(request, Object::default())));
        }
        let request = request.clone();
        let payload = payload.take();
        Either::Right(Box::pin(async move {
            let bytes = read(&request, payload).await?;
            let body = if bytes.is_empty() && T::BODY == BodyRule::Optional {
                Object::default()
            } else {
                Object::parse(&bytes).map_err(ApiError::Malformed)?
            };
            Self::check(&request, body)
        }))
    }
}

impl<T: FromFields> Input<T> {
    fn check(request: &HttpRequest, body: Object) -> Result<Self, ApiError> {
        let api = request.app_data::<web::Data<Api>>().expect("the app holds its state");
        let canonical_body = match T::BODY {
            BodyRule::Ignored => Vec::new(),
            _ => body.canonical(),
        };
        let query = query::parse(request.query_string());
        let mut fields = Fields::new(api, request.headers(), query, body);
        let value = T::from_fields(&mut fields);
        let violations = fields.violations();
        match value {
            Some(value) if violations.is_empty() => Ok(Self { value, canonical_body }),
            _ => Err(ApiError::Invalid(violations)),
        }
    }
}

async fn read(request: &HttpRequest, mut payload: Payload) -> Result<Bytes, ApiError> {
    let state = request.extensions().get::<Rc<RequestState>>().cloned();
    let enter = |phase| {
        if let Some(state) = &state {
            state.enter(phase);
        }
    };
    enter(Phase::Reading);
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| ApiError::CutShort)?;
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(ApiError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    enter(Phase::Working);
    Ok(body.freeze())
}

/// Nothing at all: neither body nor query.
pub struct NoFields;

impl FromFields for NoFields {
    const BODY: BodyRule = BodyRule::Ignored;

    fn from_fields(_: &mut Fields<'_>) -> Option<Self> {
        Some(Self)
    }
}

/// The state that a deletion may start from.
pub struct Expected(pub basalt_application::IfMatch);

impl FromFields for Expected {
    const BODY: BodyRule = BodyRule::Ignored;

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        fields.if_match().map(Self)
    }
}

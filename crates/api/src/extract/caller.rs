use std::{future::Ready, marker::PhantomData, rc::Rc};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use basalt_application::Authenticated;
use basalt_domain::{Actor, Claims, Email};

use crate::{Api, error::ApiError, middleware::RequestState};

/// Who may call an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everyone; `Authorization` is not looked at.
    Anyone,
    /// Everyone; a token is not needed, but a bad one is refused.
    Viewer,
    /// Whoever has a good token.
    User,
    /// The user that the path names, and administrators.
    SelfOrAdmin,
    /// Administrators.
    Admin,
}

/// A right, as a type.
pub trait Right: 'static {
    /// What it lets through.
    const ACCESS: Access;
    /// What is known of the caller.
    type Identity: 'static;
    /// What is known of the caller, from what the gate found.
    fn identity(found: Option<Authenticated>) -> Option<Self::Identity>;
}

macro_rules! rights {
    ($($(#[$doc:meta])* $right:ident -> $identity:ty = $read:expr;)*) => {$(
        $(#[$doc])*
        pub enum $right {}

        impl Right for $right {
            const ACCESS: Access = Access::$right;
            type Identity = $identity;

            fn identity(found: Option<Authenticated>) -> Option<Self::Identity> {
                $read(found)
            }
        }
    )*};
}

rights! {
    /// Everyone.
    Anyone -> () = |_| Some(());
    /// Everyone, known if they have a token.
    Viewer -> Option<Actor> = |found: Option<Authenticated>| Some(found.map(|f| f.actor));
    /// Whoever has a good token.
    User -> Authenticated = |found| found;
    /// The user that the path names, and administrators.
    SelfOrAdmin -> Authenticated = |found| found;
    /// Administrators.
    Admin -> Authenticated = |found| found;
}

/// Somebody who may call the endpoint: the gate let them through.
pub struct Caller<R: Right> {
    identity: R::Identity,
    state: Rc<RequestState>,
    right: PhantomData<R>,
}

impl<R: Right> super::Extractor for Caller<R> {
    const ACCESS: Option<Access> = Some(R::ACCESS);
}

impl<R: Right> FromRequest for Caller<R> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let extensions = request.extensions();
        let state = extensions.get::<Rc<RequestState>>();
        let caller = state.and_then(|state| {
            Some(Self {
                identity: R::identity(state.authenticated())?,
                state: Rc::clone(state),
                right: PhantomData,
            })
        });
        std::future::ready(caller.ok_or(ApiError::TokenRequired))
    }
}

impl Caller<Viewer> {
    /// Who looks, if they said so.
    pub fn viewer(&self) -> Option<&Actor> {
        self.identity.as_ref()
    }
}

impl<R: Right<Identity = Authenticated>> Caller<R> {
    /// Who acts.
    pub fn actor(&self) -> Actor {
        self.identity.actor
    }

    /// What their token says.
    pub fn claims(&self) -> Claims {
        self.identity.claims
    }
}

impl<R: Right> Caller<R> {
    /// Takes a unit of the `account` limit, which can be asked only once the body is known.
    pub async fn take_account_limit(&self, api: &Api, email: &Email) -> Result<(), ApiError> {
        self.state.limits.take_account(api, email).await
    }
}

use std::sync::Arc;

use basalt_domain::{
    EntityTag, Resource,
    ports::{Cause, HashError, InsertPostError, StoreError, WriteUserError},
};

/// Why a use case did not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// There is no resource of this name, or the caller may not know of it.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The caller may not do this.
    #[error("the caller may not do this")]
    Forbidden,
    /// E-mail and password don't belong together, for whichever reason.
    #[error("e-mail and password don't belong to an active account")]
    InvalidCredentials,
    /// A token that does not admit its bearer.
    #[error("the token is refused")]
    Token(TokenRefusal),
    /// Another account has this address.
    #[error("another account has this e-mail address")]
    EmailTaken,
    /// No active administrator would be left.
    #[error("no active administrator would be left")]
    LastAdmin,
    /// The resource is not in the state the caller expects; it is in this one.
    #[error("the resource has another version")]
    VersionConflict(EntityTag),
    /// The idempotency key was used with another body.
    #[error("the idempotency key was used with another body")]
    KeyReused,
    /// The first request with this idempotency key still runs.
    #[error("the first request with this idempotency key still runs")]
    InProgress,
    /// A part that is needed is gone, busy or too slow. Worth another try.
    #[error("unavailable while {doing}")]
    Unavailable {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: Cause,
    },
    /// A fault of ours.
    #[error("failed while {doing}")]
    Internal {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: Cause,
    },
}

impl Error {
    /// There is no such `T`, or the caller may not know of it.
    pub const fn not_found<T: Resource>() -> Self {
        Self::NotFound(T::NAME)
    }

    /// True when a store says that nothing was done and that it may work at once.
    pub(crate) fn is_undone(&self) -> bool {
        let Self::Unavailable { source, .. } = self else {
            return false;
        };
        matches!(source.downcast_ref(), Some(StoreError::Undone(_)))
    }
}

/// Why a token does not admit its bearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRefusal {
    /// Its form, signature or a claim is wrong.
    Invalid,
    /// Its time is over.
    Expired,
    /// It was ended: by a logout, or by a change of the account.
    Revoked,
    /// Its user is gone.
    UserGone,
}

/// Says what was being done when a port failed.
pub(crate) trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T, Error>;
}

impl<T> Doing<T> for Result<T, StoreError> {
    fn doing(self, doing: &'static str) -> Result<T, Error> {
        self.map_err(|error| match error {
            StoreError::Unavailable(_) | StoreError::Undone(_) => {
                Error::Unavailable { doing, source: Arc::new(error) }
            }
            StoreError::Corrupt(_) | StoreError::Failed(_) => {
                Error::Internal { doing, source: Arc::new(error) }
            }
        })
    }
}

impl<T> Doing<T> for Result<T, HashError> {
    fn doing(self, doing: &'static str) -> Result<T, Error> {
        self.map_err(|error| match error {
            HashError::Busy => Error::Unavailable { doing, source: Arc::new(error) },
            HashError::Failed(_) => Error::Internal { doing, source: Arc::new(error) },
        })
    }
}

impl<T> Doing<T> for Result<T, WriteUserError> {
    fn doing(self, doing: &'static str) -> Result<T, Error> {
        match self {
            Ok(value) => Ok(value),
            Err(WriteUserError::EmailTaken) => Err(Error::EmailTaken),
            Err(WriteUserError::Store(error)) => Err(error).doing(doing),
        }
    }
}

impl<T> Doing<T> for Result<T, InsertPostError> {
    fn doing(self, doing: &'static str) -> Result<T, Error> {
        match self {
            Ok(value) => Ok(value),
            Err(InsertPostError::AuthorMissing) => Err(Error::Token(TokenRefusal::UserGone)),
            Err(InsertPostError::Store(error)) => Err(error).doing(doing),
        }
    }
}

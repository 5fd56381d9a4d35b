use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use basalt_application::{Authenticated, Error, TokenRefusal};

use crate::{Api, error::ApiError};

/// What `Authorization` says.
pub(super) enum Found {
    /// Nothing, or nothing of ours: another scheme is no token.
    None,
    /// A good token.
    Good(Authenticated),
    /// A bad one, and why.
    Bad(ApiError),
}

/// Looks at the token. `Err` only when its user's state can't be read.
pub(super) async fn look(api: &Api, headers: &HeaderMap) -> Result<Found, ApiError> {
    let mut lines = headers.get_all(AUTHORIZATION);
    let Some(line) = lines.next() else {
        return Ok(Found::None);
    };
    if lines.next().is_some() {
        return Ok(bad(TokenRefusal::Invalid));
    }
    let Some(token) = bearer(line.as_bytes()) else {
        return Ok(Found::None);
    };
    let Ok(token) = std::str::from_utf8(token) else {
        return Ok(bad(TokenRefusal::Invalid));
    };
    match api.auth()?.authenticate(token).await {
        Ok(authenticated) => Ok(Found::Good(authenticated)),
        Err(error @ Error::Token(_)) => Ok(Found::Bad(error.into())),
        Err(error) => Err(error.into()),
    }
}

fn bad(refusal: TokenRefusal) -> Found {
    Found::Bad(Error::Token(refusal).into())
}

/// What follows `Bearer`, whose case does not matter (RFC 9110, 11.1); `None` when nothing does.
fn bearer(line: &[u8]) -> Option<&[u8]> {
    let line = line.trim_ascii();
    let (scheme, rest) = line.split_at_checked(6)?;
    let token = rest.trim_ascii();
    let is_separated = rest.first().is_some_and(u8::is_ascii_whitespace);
    (scheme.eq_ignore_ascii_case(b"bearer") && is_separated && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::bearer;

    #[test]
    fn only_bearer_with_something_after_it_is_a_token() {
        assert_eq!(bearer(b"Bearer abc"), Some(&b"abc"[..]));
        assert_eq!(bearer(b"bearer  abc"), Some(&b"abc"[..]));
        for none in ["", "Bearer", "Bearer ", "Bearerabc", "Basic abc", "abc", "Bear abc"] {
            assert_eq!(bearer(none.as_bytes()), None, "{none}");
        }
    }
}

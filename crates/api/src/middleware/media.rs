use actix_web::http::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, TRANSFER_ENCODING,
};

use crate::{
    error::ApiError,
    extract::{BodyRule, MAX_BODY_BYTES},
    http::accept::Accept,
};

/// The checks of media types and of the announced size, which need the head alone.
pub(super) fn check(headers: &HeaderMap, body: BodyRule) -> Result<(), ApiError> {
    let reads_body = body != BodyRule::Ignored && has_body(headers);
    if reads_body {
        check_body_type(headers)?;
    }
    if !Accept::read(headers).is_met {
        return Err(ApiError::NotAcceptable);
    }
    let announced = headers.get(CONTENT_LENGTH).and_then(|v| v.to_str().ok());
    let announced = announced.and_then(|v| v.parse::<u64>().ok()).unwrap_or(0);
    if reads_body && announced > MAX_BODY_BYTES as u64 {
        return Err(ApiError::TooLarge);
    }
    Ok(())
}

fn has_body(headers: &HeaderMap) -> bool {
    let length = headers.get(CONTENT_LENGTH);
    length.is_some_and(|length| length != "0") || headers.contains_key(TRANSFER_ENCODING)
}

fn check_body_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let is_plain = headers
        .get_all(CONTENT_ENCODING)
        .all(|value| value.as_bytes().eq_ignore_ascii_case(b"identity"));
    if !is_plain {
        return Err(ApiError::UnsupportedMediaType("The body must not have a Content-Encoding"));
    }
    let mut types = headers.get_all(CONTENT_TYPE);
    let only = types.next().filter(|_| types.next().is_none());
    if only.and_then(|v| v.to_str().ok()).is_some_and(is_json) {
        Ok(())
    } else {
        Err(ApiError::UnsupportedMediaType("The body must be application/json in UTF-8"))
    }
}

/// `application/json`, without charset or with utf-8; other parameters have no meaning (RFC 8259,
/// 11).
fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"));
    is_named
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
                let charset = value.trim().trim_matches('"');
                charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
            }
            _ => true,
        })
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn json_is_utf_8_or_says_nothing() {
        for json in ["application/json", "Application/JSON; Charset=\"UTF-8\"", "application/json;"]
        {
            assert!(is_json(json), "{json}");
        }
        for other in [
            "",
            "text/json",
            "application/json2",
            "application/json; charset=latin1",
            "application/problem+json",
        ] {
            assert!(!is_json(other), "{other}");
        }
    }
}

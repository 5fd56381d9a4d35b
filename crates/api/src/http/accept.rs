//! What a client wants to read (RFC 9110, 12.5.1 and 12.5.3).

use actix_web::http::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap};

/// What `Accept` says of the two media types that the API writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accept {
    /// The API's answers are acceptable.
    pub is_met: bool,
    /// `application/problem+json` is named, so errors take that form.
    pub names_problem: bool,
}

impl Accept {
    /// Reads all `Accept` lines; none at all accepts everything.
    pub fn read(headers: &HeaderMap) -> Self {
        let mut accept = Self { is_met: false, names_problem: false };
        let mut is_silent = true;
        let lines = headers.get_all(ACCEPT).map(|v| v.to_str().unwrap_or("?"));
        for range in lines.flat_map(|line| line.split(',')).map(str::trim) {
            if range.is_empty() {
                continue;
            }
            is_silent = false;
            let (name, parameters) = range.split_once(';').unwrap_or((range, ""));
            if has_weight_zero(parameters) {
                continue;
            }
            let names = |known: &str| name.trim().eq_ignore_ascii_case(known);
            let is_problem = names("application/problem+json");
            accept.names_problem |= is_problem;
            accept.is_met |=
                is_problem || names("*/*") || names("application/*") || names("application/json");
        }
        accept.is_met |= is_silent;
        accept
    }
}

fn has_weight_zero(parameters: &str) -> bool {
    weight(parameters) <= 0.0
}

/// The `q` among parameters: 1 without one, and not a number when it is none.
fn weight(parameters: &str) -> f32 {
    let q = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        name.trim().eq_ignore_ascii_case("q").then_some(value)
    });
    q.map_or(1.0, |q| q.trim().parse().unwrap_or(f32::NAN))
}

/// Whether the client wants gzip: it says so, and likes it no less than what is not coded. Who says
/// nothing gets it plain.
pub fn prefers_gzip(headers: &HeaderMap) -> bool {
    let (mut gzip, mut identity, mut others) = (None, None, None);
    let lines = headers.get_all(ACCEPT_ENCODING).filter_map(|v| v.to_str().ok());
    for coding in lines.flat_map(|line| line.split(',')) {
        let (name, parameters) = coding.split_once(';').unwrap_or((coding, ""));
        let named = match name.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => &mut gzip,
            "identity" => &mut identity,
            "*" => &mut others,
            _ => continue,
        };
        *named = Some(weight(parameters));
    }
    let gzip = gzip.or(others).unwrap_or(0.0);
    gzip > 0.0 && gzip >= identity.or(others).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn read(lines: &[&str]) -> (bool, bool) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT, HeaderValue::from_str(line).unwrap());
        }
        let accept = Accept::read(&headers);
        (accept.is_met, accept.names_problem)
    }

    #[test]
    fn json_in_any_spelling_is_met_and_everything_else_is_not() {
        for met in [
            "*/*",
            "application/*",
            "application/json",
            "Application/JSON;charset=utf-8",
            "text/html, */*;q=0.1",
            "",
        ] {
            assert_eq!(read(&[met]), (true, false), "{met}");
        }
        assert_eq!(read(&[]), (true, false));
        for unmet in ["text/html", "application/xml", "application/json;q=0", "*/*; q=0.0"] {
            assert_eq!(read(&[unmet]), (false, false), "{unmet}");
        }
    }

    #[test]
    fn problem_json_counts_when_it_is_named_with_any_weight() {
        assert_eq!(read(&["application/json, application/problem+json;q=0.1"]), (true, true));
        assert_eq!(read(&["text/html", "application/problem+json"]), (true, true));
        assert_eq!(read(&["application/problem+json;q=0, application/json"]), (true, false));
    }

    #[test]
    fn gzip_is_for_those_who_ask_for_it_and_like_it_no_less_than_plain() {
        let asked = |lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(ACCEPT_ENCODING, HeaderValue::from_str(line).unwrap());
            }
            prefers_gzip(&headers)
        };
        for packed in [
            "gzip",
            "GZIP",
            "x-gzip",
            "gzip, deflate, br, zstd",
            "deflate, gzip;q=0.001",
            "gzip ; q=0.5",
            "gzip;q=0.5, identity;q=0.5",
            "identity;q=0, gzip",
            "*",
            "br, *;q=0.1",
            "*;q=0, gzip;q=1.0",
        ] {
            assert!(asked(&[packed]), "{packed}");
        }
        for plain in [
            "",
            "identity",
            "br",
            "gzip;q=0",
            "gzip;q=0.000, *",
            "*;q=0",
            "*;q=0.5, identity",
            "gzip;q=0.4, identity;q=0.5",
            "gzip;q=x",
            "gzip;q=nan",
            "gzip;q=-1",
            "identity;q=0",
            "gzipped",
        ] {
            assert!(!asked(&[plain]), "{plain}");
        }
        assert!(!asked(&[]));
        assert!(asked(&["br", "gzip"]));
    }
}

//! What a client wants to read (RFC 9110, 12.5.1).

use actix_web::http::header::{ACCEPT, HeaderMap};

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
        let mut accept = Self {
            is_met: false,
            names_problem: false,
        };
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
    parameters.split(';').any(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        name.trim().eq_ignore_ascii_case("q") && value.trim().parse::<f32>().is_ok_and(|q| q <= 0.0)
    })
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
        for unmet in [
            "text/html",
            "application/xml",
            "application/json;q=0",
            "*/*; q=0.0",
        ] {
            assert_eq!(read(&[unmet]), (false, false), "{unmet}");
        }
    }

    #[test]
    fn problem_json_counts_when_it_is_named_with_any_weight() {
        assert_eq!(
            read(&["application/json, application/problem+json;q=0.1"]),
            (true, true)
        );
        assert_eq!(
            read(&["text/html", "application/problem+json"]),
            (true, true)
        );
        assert_eq!(
            read(&["application/problem+json;q=0, application/json"]),
            (true, false)
        );
    }
}

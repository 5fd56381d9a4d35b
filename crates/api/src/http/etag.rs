//! Entity tags and the conditions on them (RFC 9110, 8.8.3 and 13.1).

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use basalt_application::IfMatch;
use basalt_domain::{Post, User, Version};

/// The tag of one user: what the account shows depends on its version alone.
pub fn of_user(user: &User) -> String {
    format!("\"{}\"", user.version.number())
}

/// The tag of one post: its own version, then that of the author whose name it shows.
pub fn of_post(post: &Post) -> String {
    let (own, author) = (post.version.number(), post.author.version.number());
    format!("\"{own}.{author}\"")
}

/// True when `If-None-Match` names `tag`, compared weakly.
pub fn is_not_modified(headers: &HeaderMap, tag: &str) -> bool {
    let wanted = opaque(tag);
    tags(headers, &IF_NONE_MATCH).any(|named| named == "*" || opaque(named) == wanted)
}

/// Reads `If-Match`. It compares a resource's own version alone, and takes the weak form too,
/// since proxies that compress weaken tags. A tag that is none of ours matches nothing.
pub fn if_match(headers: &HeaderMap) -> IfMatch {
    if !headers.contains_key(IF_MATCH) {
        return IfMatch::Unset;
    }
    if tags(headers, &IF_MATCH).any(|tag| tag == "*") {
        return IfMatch::Any;
    }
    IfMatch::Versions(tags(headers, &IF_MATCH).filter_map(own_version).collect())
}

fn own_version(tag: &str) -> Option<Version> {
    let quoted = opaque(tag).strip_prefix('"')?.strip_suffix('"')?;
    let own = quoted.split('.').next()?;
    let is_canonical = own.bytes().all(|b| b.is_ascii_digit()) && !own.starts_with('0');
    is_canonical
        .then(|| own.parse().ok().map(Version::from_number))
        .flatten()
}

fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

/// The members of a list header, over all its lines. Our tags hold no comma, so a comma inside a
/// foreign tag only cuts it into parts that match nothing.
fn tags<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).filter_map(|v| v.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

/// A tag as a header's value.
pub fn value(tag: &str) -> HeaderValue {
    HeaderValue::from_str(tag).expect("tags are visible ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &HeaderName, lines: &[&str]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for line in lines {
            map.append(name.clone(), HeaderValue::from_str(line).unwrap());
        }
        map
    }

    #[test]
    fn if_match_reads_lists_weak_tags_and_the_star() {
        let read = |lines: &[&str]| if_match(&headers(&IF_MATCH, lines));
        let versions =
            |v: &[i64]| IfMatch::Versions(v.iter().map(|n| Version::from_number(*n)).collect());
        assert_eq!(read(&[]), IfMatch::Unset);
        assert_eq!(read(&["*"]), IfMatch::Any);
        assert_eq!(read(&["\"3\""]), versions(&[3]));
        assert_eq!(read(&["W/\"3.7\", \"4\"", "\"5.1\""]), versions(&[3, 4, 5]));
        for foreign in ["3", "\"x\"", "\"03\"", "\"-1\"", "\"\"", "\"+3\"", ""] {
            assert_eq!(read(&[foreign]), versions(&[]), "{foreign}");
        }
    }

    #[test]
    fn if_none_match_compares_weakly_and_whole() {
        let named = |line: &str, tag: &str| is_not_modified(&headers(&IF_NONE_MATCH, &[line]), tag);
        assert!(named("\"3.7\"", "\"3.7\""));
        assert!(named("W/\"3.7\"", "\"3.7\""));
        assert!(named("\"1\", \"ab\"", "W/\"ab\""));
        assert!(named("*", "\"3.7\""));
        assert!(!named("\"3.6\"", "\"3.7\""));
        assert!(!named("\"3\"", "\"3.7\""));
        assert!(!is_not_modified(&HeaderMap::new(), "\"3.7\""));
    }
}

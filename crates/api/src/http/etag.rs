//! Entity tags and the conditions on them (RFC 9110, 8.8.3 and 13.1).

use actix_web::http::header::{HeaderMap, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use basalt_application::IfMatch;
use basalt_domain::{EntityTag, FieldCode, Invalid, Version};

/// The tag as clients see it: the version of the resource, then that of what it shows of another.
pub fn of(EntityTag { own, shown }: EntityTag) -> String {
    let own = own.number();
    match shown {
        Some(shown) => format!("\"{own}.{}\"", shown.number()),
        None => format!("\"{own}\""),
    }
}

/// True when `If-None-Match` names `tag`, compared weakly. What is malformed is ignored. Our tags
/// hold no comma, so a comma inside a foreign tag only cuts it into parts that match nothing.
pub fn is_not_modified(headers: &HeaderMap, tag: &str) -> bool {
    let wanted = opaque(tag);
    let lines = headers.get_all(IF_NONE_MATCH).filter_map(|v| v.to_str().ok());
    let mut named = lines.flat_map(|line| line.split(',')).map(str::trim);
    named.any(|named| named == "*" || opaque(named) == wanted)
}

/// Reads `If-Match`. It compares a resource's own version alone, and takes the weak form too,
/// since proxies that compress weaken tags. A tag that is none of ours matches nothing; what is no
/// tag at all is refused, since a 412 would say that something has changed.
pub fn if_match(headers: &HeaderMap) -> Result<IfMatch, Invalid> {
    let lines: Vec<_> = headers.get_all(IF_MATCH).map(|v| v.as_bytes().trim_ascii()).collect();
    match lines.as_slice() {
        [] => return Ok(IfMatch::Unset),
        [b"*"] => return Ok(IfMatch::Any),
        _ => {}
    }
    let named: Option<Vec<_>> = lines.into_iter().map(entity_tags).collect();
    let named = named.unwrap_or_default().concat();
    if named.is_empty() {
        let message = "If-Match must be * or entity tags in their double quotes, as in \"1.1\"";
        return Err(Invalid::new(FieldCode::InvalidType, message));
    }
    Ok(IfMatch::Versions(named.into_iter().filter_map(own_version).collect()))
}

/// The opaque parts of the tags in a line; `None` when something in it is no tag.
fn entity_tags(line: &[u8]) -> Option<Vec<&[u8]>> {
    let is_etagc = |b: &u8| matches!(b, 0x21 | 0x23..=0x7e | 0x80..);
    let mut tags = Vec::new();
    let mut rest = line.trim_ascii_start();
    while let Some(first) = rest.first() {
        // A list may have empty members (RFC 9110, 5.6.1.2).
        if *first == b',' {
            rest = rest[1..].trim_ascii_start();
            continue;
        }
        let strong = rest.strip_prefix(b"W/").unwrap_or(rest);
        let quoted = strong.strip_prefix(b"\"")?;
        let end = quoted.iter().position(|b| !is_etagc(b))?;
        tags.push(&quoted[..end]);
        rest = quoted[end..].strip_prefix(b"\"")?.trim_ascii_start();
        if !matches!(rest, [] | [b',', ..]) {
            return None;
        }
    }
    Some(tags)
}

fn own_version(opaque: &[u8]) -> Option<Version> {
    let own = std::str::from_utf8(opaque).ok()?.split('.').next()?;
    let is_canonical = own.bytes().all(|b| b.is_ascii_digit()) && !own.starts_with('0');
    is_canonical.then(|| own.parse().ok().map(Version::from_number)).flatten()
}

fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

/// A tag as a header's value.
pub fn value(tag: &str) -> HeaderValue {
    HeaderValue::from_str(tag).expect("tags are visible ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderName;

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
            |v: &[i64]| Ok(IfMatch::Versions(v.iter().map(|n| Version::from_number(*n)).collect()));
        assert_eq!(read(&[]), Ok(IfMatch::Unset));
        assert_eq!(read(&["*"]), Ok(IfMatch::Any));
        assert_eq!(read(&["\"3\""]), versions(&[3]));
        assert_eq!(read(&["W/\"3.7\", \"4\"", ",\"5.1\" ,"]), versions(&[3, 4, 5]));
        for foreign in ["\"x\"", "\"03\"", "\"-1\"", "\"\"", "\"+3\"", "\"a,3\"", "\"ä\""] {
            assert_eq!(read(&[foreign]), versions(&[]), "{foreign}");
        }
    }

    #[test]
    fn what_is_no_tag_is_refused_and_not_taken_for_another_state() {
        for malformed in [
            "",
            ",",
            "3",
            "1.1",
            "W/3",
            "w/\"3\"",
            "\"3",
            "3\"",
            "'3'",
            "\"3\" \"4\"",
            "\"3\"x",
            "\"3\", 4",
            "\"a b\"",
            "*, \"3\"",
            "**",
            "\\\"3\\\"",
        ] {
            let refused = if_match(&headers(&IF_MATCH, &[malformed])).unwrap_err();
            assert_eq!(refused.code, FieldCode::InvalidType, "{malformed}");
            assert!(refused.message.contains("double quotes"), "{malformed}");
        }
        assert!(if_match(&headers(&IF_MATCH, &["\"3\"", "*"])).is_err());
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

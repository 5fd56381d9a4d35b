//! Query strings, read strictly.

use std::collections::HashSet;

use basalt_domain::{FieldCode, Invalid};

/// One parameter as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The decoded name.
    pub name: String,
    /// The decoded value, or what is wrong with it.
    pub value: Result<String, Invalid>,
}

/// The parameters of a query string, each once, in the order sent. A repeated one keeps its place
/// and is invalid.
pub fn parse(raw: &str) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    let mut seen = HashSet::new();
    for pair in raw.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name).unwrap_or_else(|| name.to_owned());
        if seen.insert(name.clone()) {
            let value = decode(value).ok_or_else(|| not_text(&name));
            parameters.push(Parameter { name, value });
        } else if let Some(first) = parameters.iter_mut().find(|known| known.name == name) {
            first.value = Err(repeated(&name));
        }
    }
    parameters
}

fn not_text(name: &str) -> Invalid {
    Invalid::new(FieldCode::InvalidCharacters, format!("{name} must be percent-encoded UTF-8"))
}

fn repeated(name: &str) -> Invalid {
    Invalid::new(FieldCode::NotAllowed, format!("{name} must be given only once"))
}

/// Undoes `application/x-www-form-urlencoded`; `None` for a broken escape or bad UTF-8, where a
/// lenient decoder would put U+FFFD.
fn decode(raw: &str) -> Option<String> {
    if !raw.contains(['%', '+']) {
        return Some(raw.to_owned());
    }
    let mut decoded = Vec::with_capacity(raw.len());
    let mut bytes = raw.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            other => other,
        });
    }
    String::from_utf8(decoded).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|n| u8::try_from(n).ok())
}

/// Percent-encodes a value for a query string.
pub fn encode(value: &str, into: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            into.push('%');
            for digit in [byte >> 4, byte & 15] {
                let digit = char::from_digit(u32::from(digit), 16).expect("half a byte");
                into.push(digit.to_ascii_uppercase());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(raw: &str) -> Vec<(String, Result<String, FieldCode>)> {
        let code = |p: Parameter| (p.name, p.value.map_err(|invalid| invalid.code));
        parse(raw).into_iter().map(code).collect()
    }

    #[test]
    fn values_are_decoded_once_and_strictly() {
        let ok = |v: &str| Ok(v.to_owned());
        assert_eq!(
            values("a=%C3%A9+x&b=%2525&&c&d=1=2"),
            [
                ("a".into(), ok("é x")),
                ("b".into(), ok("%25")),
                ("c".into(), ok("")),
                ("d".into(), ok("1=2")),
            ]
        );
        for broken in ["a=%FF", "a=%", "a=%4", "a=%zz", "a=%+1"] {
            assert_eq!(
                values(broken),
                [("a".into(), Err(FieldCode::InvalidCharacters))],
                "{broken}"
            );
        }
    }

    #[test]
    fn a_repeated_parameter_is_invalid_once_however_it_is_spelled() {
        let refused = ("a".to_owned(), Err(FieldCode::NotAllowed));
        assert_eq!(values("a=1&%61=2&a=3"), [refused]);
    }

    #[test]
    fn what_is_encoded_is_decoded_again() {
        let mut raw = "q=".to_owned();
        encode("ä&=+ %/~", &mut raw);
        assert_eq!(raw, "q=%C3%A4%26%3D%2B%20%25%2F~");
        assert_eq!(values(&raw), [("q".into(), Ok("ä&=+ %/~".into()))]);
    }
}

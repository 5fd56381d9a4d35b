//! Schemas of texts and numbers.
//!
//! Patterns are read by every engine, also by those that look neither ahead nor behind and know no
//! `\u` (RE2): what has to hold at once stands in `allOf`, characters stand there as themselves or
//! as `\x` with two digits (JSON Schema 2020-12, 6.4).

use basalt_domain::{Content, Email, IdempotencyKey, Password, PasswordPolicy, PersonName, Title};
use serde_json::{Value, json};

/// Unicode `White_Space`, which is what is trimmed.
const BLANK: &str =
    "\\t-\\r \\x85\\xa0\u{1680}\u{2000}-\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}";
/// Unicode `Cc`.
const CONTROL: &str = r"\x00-\x1f\x7f-\x9f";
/// Unicode `Cc` but tab and line ends.
const CONTROL_IN_CONTENT: &str = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f";
/// `atext` of RFC 5322, 3.2.3.
const ATEXT: &str = r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]";

/// A text of a query that is looked for.
pub(in crate::openapi) fn search() -> Value {
    json!({"type": "string", "pattern": no_control_characters()})
}

fn no_control_characters() -> String {
    format!("^[^{CONTROL}]*$")
}

/// One line of at most `max` characters once trimmed.
fn line(max: usize) -> Value {
    let (edge, inner) = (format!("[^{BLANK}{CONTROL}]"), format!("[^{CONTROL}]"));
    let inner_max = max - 2;
    json!({
        "type": "string",
        "description": format!("1 to {max} characters once blanks at both ends are cut"),
        "pattern": format!("^[{BLANK}]*{edge}(?:{inner}{{0,{inner_max}}}{edge})?[{BLANK}]*$"),
    })
}

pub(super) fn name() -> Value {
    line(PersonName::MAX_CHARS)
}

pub(super) fn title() -> Value {
    line(Title::MAX_CHARS)
}

pub(super) fn content() -> Value {
    let any = format!("[^{CONTROL_IN_CONTENT}]");
    json!({
        "type": "string",
        "description": "Kept as sent; not blank, and no control characters but tabs and line ends",
        "minLength": 1,
        "maxLength": Content::MAX_CHARS,
        "pattern": format!("^{any}*[^{BLANK}{CONTROL}]{any}*$"),
    })
}

/// Three patterns, each of which has to match: the form, then the length of the part before the
/// `@`, then that of the whole.
pub(super) fn email() -> Value {
    let label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    let (local, whole) = (Email::MAX_LOCAL_CHARS, Email::MAX_CHARS);
    json!({
        "type": "string",
        "description": "Trimmed and put into lower case: unique in that form. ASCII only",
        "pattern": format!(
            "^[{BLANK}]*{ATEXT}+(?:\\.{ATEXT}+)*@{label}(?:\\.{label})+[{BLANK}]*$"
        ),
        "allOf": [
            {"pattern": format!("^[{BLANK}]*[!-?A-~]{{1,{local}}}@")},
            {"pattern": format!("^[{BLANK}]*[!-~]{{3,{whole}}}[{BLANK}]*$")},
        ],
    })
}

pub(super) fn new_password(policy: &PasswordPolicy) -> Value {
    json!({
        "type": "string",
        "format": "password",
        "description": "Any characters but control characters; all of them count",
        "minLength": policy.min_chars,
        "maxLength": Password::MAX_CHARS,
        "pattern": no_control_characters(),
    })
}

pub(super) fn present_password() -> Value {
    json!({"type": "string", "format": "password", "minLength": 1})
}

pub(super) fn id() -> Value {
    json!({
        "type": "string",
        "format": "uuid",
        "description": "A UUID in lower case with hyphens. Opaque: any other spelling is a 404",
        "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
    })
}

/// A moment. That it has six fraction digits stands in words: tools make nonsense of a pattern
/// beside the format.
pub(super) fn time() -> Value {
    json!({
        "type": "string",
        "format": "date-time",
        "description": "RFC 3339 in UTC, with `Z` and six fraction digits",
    })
}

/// Visible ASCII, bare or between quotes, and something between them.
pub(in crate::openapi) fn idempotency_key() -> Value {
    let max = IdempotencyKey::MAX_CHARS;
    let rest = max - 1;
    json!({
        "type": "string",
        "pattern": format!(
            "^(?:[!#-~][!-~]{{0,{rest}}}|\"[!#-~]?|\"[!-~]{{2,{rest}}}|\"[!-~]{{1,{max}}}\")$"
        ),
    })
}

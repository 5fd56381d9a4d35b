use super::{super::json::Object, WORDS};

fn told(body: &[u8]) -> String {
    Object::parse(body).expect_err("no object").to_string()
}

/// Each with its place and its words.
const FAULTS: [(&str, &str); 30] = [
    ("", "line 1, column 1: the body is empty"),
    (" \r\n\t", "line 1, column 1: the body is empty"),
    ("\u{feff}{}", "line 1, column 1: a byte order mark, which JSON in UTF-8 has not"),
    ("[]", "line 1, column 1: expected an object"),
    ("\n null", "line 2, column 2: expected an object"),
    ("title=a", "line 1, column 1: expected an object"),
    ("{", "line 1, column 2: the body ends within an object"),
    ("{\"a\": [1,\n", "line 2, column 1: the body ends where a value was expected"),
    ("{\"a\": [1", "line 1, column 9: the body ends within an array"),
    ("{\"a\": \"x", "line 1, column 9: the body ends within a string"),
    ("{\"title\" 1}", "line 1, column 10: expected a colon"),
    ("{\"a\":\"x\" \"b\":1}", "line 1, column 10: expected a comma or a brace"),
    ("{\"a\":1\n\"b\":1}", "line 2, column 1: expected a comma or a brace"),
    ("{\"a\":[1 2]}", "line 1, column 9: expected a comma or a bracket"),
    ("{\"a\":nul1}", "line 1, column 9: expected true, false or null"),
    ("{\"a\":undefined}", "line 1, column 6: expected a value"),
    ("{\"é\":“x”}", "line 1, column 6: expected a value"),
    ("{'a':1}", "line 1, column 2: expected a key in double quotes"),
    ("{\"a\":1,}", "line 1, column 8: expected more after the comma"),
    ("{\"a\":1} x", "line 1, column 9: expected the end of the body"),
    ("{}\n{}", "line 2, column 1: expected the end of the body"),
    ("{\"a\":01}", "line 1, column 7: malformed number"),
    ("{\"a\":1.}", "line 1, column 8: malformed number"),
    ("{\"a\":1e400}", "line 1, column 10: number out of range"),
    ("{\"a\":\"\\x41\"}", "line 1, column 8: unknown escape in a string"),
    ("{\"a\":\"\\u12\"}", "line 1, column 12: unknown escape in a string"),
    ("{\"a\":\"\\ud800\"}", "line 1, column 13: half of a surrogate pair in a string"),
    ("{\"a\":\"\\ud800\\u0041\"}", "line 1, column 18: half of a surrogate pair in a string"),
    (
        "{\"a\":\"b\nc\"}",
        "line 1, column 8: control character in a string, where an escape was expected",
    ),
    ("{\"a\":1,\"a\":2}", "line 1, column 8: repeated key"),
];

fn deep() -> String {
    format!("{{\"a\":{}", "[".repeat(500))
}

#[test]
fn each_fault_has_its_place_and_words_of_ours() {
    for (body, expected) in FAULTS {
        assert_eq!(told(body.as_bytes()), expected, "{body:?}");
    }
    assert_eq!(told(b"{\"a\":\"\xc3\xa9\xff\"}"), "line 1, column 8: this is not UTF-8");
    assert_eq!(told(deep().as_bytes()), "line 1, column 132: nested too deeply");
}

#[test]
fn none_of_the_words_is_there_for_nothing() {
    let deep = deep();
    let bodies = FAULTS.iter().map(|(body, _)| *body).chain([&*deep]);
    let said: Vec<_> = bodies
        .filter_map(|body| serde_json::from_str::<Object>(body).err())
        .map(|error| error.to_string())
        .collect();
    for (theirs, ours) in WORDS {
        let is_said = said.iter().any(|said| said.starts_with(theirs));
        assert!(is_said, "no body gets {ours:?}, for {theirs:?}");
    }
}

#[test]
fn a_repeated_key_is_shown_where_it_begins() {
    for (body, expected) in [
        ("{\"a\":1,\n \"\\u0061\" : 2}", "line 2, column 2: repeated key"),
        ("{\"x\":[{\"a\":1,\"a\":1}]}", "line 1, column 14: repeated key"),
        ("{\"q\\\"\":1,\"q\\\"\":1}", "line 1, column 10: repeated key"),
        ("{\"q\\\\\":1,\"q\\\\\"}", "line 1, column 10: repeated key"),
    ] {
        assert_eq!(told(body.as_bytes()), expected, "{body:?}");
    }
}

#[test]
fn nothing_that_was_sent_is_said_again() {
    for body in ["{\"secret\":secret}", "{\"secret\":\"\\secret\"}", "secret", "{secret"] {
        assert!(!told(body.as_bytes()).contains("secret"), "{body}");
    }
}

//! What a header may say.

use super::*;

#[test]
fn another_algorithm_is_refused() {
    let (header, payload) = good();
    for algorithm in ["none", "None", "hs256", "HS384", "HS512", "RS256", "EdDSA"] {
        assert_invalid(&with(header.clone(), "alg", json!(algorithm)), &payload);
    }
    assert_invalid(&without(header.clone(), "alg"), &payload);
    let unsigned = with(header, "alg", json!("none"));
    let token = sign("the present secret", &unsigned, &payload);
    let (message, _) = token.rsplit_once('.').unwrap();
    assert!(verify(&format!("{message}.")).is_err());
}

#[test]
fn a_header_that_asks_for_more_than_we_understand_is_refused() {
    let (header, payload) = good();
    assert_invalid(&with(header.clone(), "crit", json!(["exp"])), &payload);
    assert_invalid(&with(header.clone(), "crit", json!([])), &payload);
    assert_invalid(&with(header.clone(), "crit", json!("exp")), &payload);
    assert_invalid(&with(header, "typ", json!("at+jwt")), &payload);
}

#[test]
fn a_missing_or_unknown_key_id_is_refused() {
    let (header, payload) = good();
    assert_invalid(&without(header.clone(), "kid"), &payload);
    for id in [json!("0123456789abcdef"), json!(""), json!(1), Value::Null] {
        assert_invalid(&with(header.clone(), "kid", id), &payload);
    }
}

#[test]
fn the_same_header_in_another_spelling_is_taken() {
    let (header, payload) = good();
    let id = &header["kid"];
    for spelling in [
        json!({"alg": "HS256", "kid": id, "typ": "JWT"}),
        json!({"alg": "HS256", "kid": id, "typ": "jwt"}),
        json!({"alg": "HS256", "kid": id}),
    ] {
        assert!(!spelling.to_string().starts_with(r#"{"typ""#), "as we write it");
        let token = sign("the present secret", &spelling, &payload);
        assert_eq!(verify(&token).unwrap(), claims(), "{spelling}");
    }
}

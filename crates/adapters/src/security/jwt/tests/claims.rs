//! What a payload may say.

use super::*;

#[test]
fn a_missing_or_mistyped_claim_is_refused() {
    let (header, payload) = good();
    for name in ["iss", "aud", "sub", "jti", "iat", "exp", "gen"] {
        assert_invalid(&header, &without(payload.clone(), name));
        assert_invalid(&header, &with(payload.clone(), name, Value::Null));
        assert_invalid(&header, &with(payload.clone(), name, json!([payload[name]])));
        let mistyped = match &payload[name] {
            Value::String(_) => json!(1),
            number => json!(number.to_string()),
        };
        assert_invalid(&header, &with(payload.clone(), name, mistyped));
    }
    for name in ["iat", "exp", "gen", "nbf"] {
        for value in [json!(1.5), json!(2e9), json!(u64::MAX), json!(true), Value::Null] {
            assert_invalid(&header, &with(payload.clone(), name, value));
        }
    }
    for name in ["iat", "exp", "nbf"] {
        assert_invalid(&header, &with(payload.clone(), name, json!(i64::MAX)));
    }
}

#[test]
fn an_id_in_another_spelling_is_refused() {
    let (header, payload) = good();
    for name in ["sub", "jti"] {
        for id in [
            "0000000000000000000000000000000A",
            "00000000-0000-0000-0000-00000000000A",
            "{00000000-0000-0000-0000-000000000001}",
            "",
            "1",
        ] {
            assert_invalid(&header, &with(payload.clone(), name, json!(id)));
        }
    }
}

#[test]
fn a_repeated_claim_is_refused() {
    let (header, payload) = good();
    let text = payload.to_string().replacen('{', r#"{"gen":8,"#, 1);
    let message =
        format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(text));
    let key = EncodingKey::from_secret(b"the present secret");
    let signature = crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    assert!(verify(&format!("{message}.{signature}")).is_err());
}

#[test]
fn a_claim_that_nobody_has_to_understand_is_no_harm() {
    let (header, payload) = good();
    let more = with(payload, "role", json!("ADMIN"));
    assert_eq!(verify(&sign("the present secret", &header, &more)).unwrap(), claims());
}

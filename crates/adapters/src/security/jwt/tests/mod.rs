mod claims;
mod header;

use basalt_domain::{Claims, Timestamp, TokenGeneration, TokenId, UserId, ports::TokenError};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

const NOW: i64 = 1_700_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000).unwrap()
}

fn claims() -> Claims {
    Claims {
        user: UserId::from_uuid(Uuid::from_u128(1)),
        token: TokenId::from_uuid(Uuid::from_u128(2)),
        generation: TokenGeneration::from_number(7),
        issued_at: at(NOW),
        expires_at: at(NOW + 60),
    }
}

fn tokens_of(secret: &str, previous: &[&str]) -> JwtTokens {
    JwtTokens::new(&JwtOptions {
        secret: secret.into(),
        previous: previous.iter().map(|&secret| secret.into()).collect(),
    })
}

fn tokens() -> JwtTokens {
    tokens_of("the present secret", &[])
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A token with a good signature over whatever header and payload say.
fn sign(secret: &str, header: &Value, payload: &Value) -> String {
    hs256::install();
    let [header, payload] = [header, payload].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let message = format!("{header}.{payload}");
    let key = EncodingKey::from_secret(secret.as_bytes());
    let signature = crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

/// The parts of a good token, as another program would write them.
fn good() -> (Value, Value) {
    let token = tokens().issue(&claims()).unwrap();
    (part(&token, 0), part(&token, 1))
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

fn without(mut object: Value, name: &str) -> Value {
    object.as_object_mut().unwrap().remove(name).unwrap();
    object
}

fn verify(token: &str) -> Result<Claims, TokenError> {
    tokens().verify(token, at(NOW))
}

#[track_caller]
fn assert_invalid(header: &Value, payload: &Value) {
    let token = sign("the present secret", header, payload);
    let verified = verify(&token);
    assert!(matches!(verified, Err(TokenError::Invalid)), "{header} {payload}: {verified:?}");
}

#[test]
fn a_token_is_read_back_as_it_was_written() {
    let token = tokens().issue(&claims()).unwrap();
    assert_eq!(verify(&token).unwrap(), claims());
}

#[test]
fn a_token_says_who_and_which_it_is_and_nothing_else() {
    let (header, payload) = good();
    assert_eq!(
        payload,
        json!({
            "iss": "basalt", "aud": "basalt-api", "iat": NOW, "exp": NOW + 60, "gen": 7,
            "sub": "00000000-0000-0000-0000-000000000001",
            "jti": "00000000-0000-0000-0000-000000000002",
        })
    );
    assert_eq!(header.as_object().unwrap().len(), 3);
    assert_eq!((&header["alg"], &header["typ"]), (&json!("HS256"), &json!("JWT")));
}

#[test]
fn the_signature_is_keyed_with_the_bytes_of_the_secret_as_they_stand() {
    // Made with another program: HMAC-SHA-256 under the key "secret".
    let key = Key::new(b"secret");
    let message = b"eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0";
    let signature = "FasJnVFa0htLRI3VajVhbweHTHfeKTXV0y6emUBiFGs";
    hs256::install();
    assert!(crypto::verify(signature, message, &key.verifying, Algorithm::HS256).unwrap());
}

#[test]
fn a_token_expires_at_the_second_it_names_without_leeway() {
    let token = tokens().issue(&claims()).unwrap();
    let just_before = Timestamp::from_micros((NOW + 60) * 1_000_000 - 1).unwrap();
    assert!(tokens().verify(&token, just_before).is_ok());
    let expired = tokens().verify(&token, at(NOW + 60));
    assert!(matches!(expired, Err(TokenError::Expired)));
}

#[test]
fn an_expired_token_that_is_wrong_in_another_way_is_invalid() {
    let (header, payload) = good();
    let expired = with(payload, "exp", json!(NOW - 1));
    let token = sign("the present secret", &header, &expired);
    assert!(matches!(verify(&token), Err(TokenError::Expired)));
    assert_invalid(&header, &without(expired.clone(), "jti"));
    assert_invalid(&header, &with(expired.clone(), "iss", json!("another")));
    assert_invalid(&header, &with(expired.clone(), "nbf", json!(NOW + 1)));
    let forged = sign("another secret", &header, &expired);
    assert!(matches!(verify(&forged), Err(TokenError::Invalid)));
}

#[test]
fn a_token_that_begins_later_is_invalid_until_then() {
    let (header, payload) = good();
    assert_invalid(&header, &with(payload.clone(), "nbf", json!(NOW + 1)));
    let begun = with(payload, "nbf", json!(NOW));
    assert!(verify(&sign("the present secret", &header, &begun)).is_ok());
}

#[test]
fn a_previous_secret_verifies_and_no_longer_signs() {
    let old = tokens_of("old", &[]).issue(&claims()).unwrap();
    let rotated = tokens_of("new", &["older", "old"]);
    assert_eq!(rotated.verify(&old, at(NOW)).unwrap(), claims());
    let new = rotated.issue(&claims()).unwrap();
    assert!(tokens_of("new", &[]).verify(&new, at(NOW)).is_ok());
    let forgotten = tokens_of("new", &[]).verify(&old, at(NOW));
    assert!(matches!(forgotten, Err(TokenError::Invalid)));
}

#[test]
fn a_key_id_tells_nothing_of_its_secret_but_which_it_is() {
    let ids = ["a", "b"].map(|secret| Key::new(secret.as_bytes()).id);
    assert_ne!(ids[0], ids[1]);
    assert_eq!(ids[0], Key::new(b"a").id);
    // The first bytes of SHA-256("a"): what anybody could look up.
    assert_ne!(ids[0], "ca978112ca1bbdca");
}

#[test]
fn whatever_is_no_token_is_invalid() {
    let token = tokens().issue(&claims()).unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let long = format!("{token}{}", "A".repeat(4_096));
    for bad in [
        "",
        ".",
        "..",
        "...",
        "a",
        "a.b",
        "a.b.c",
        "é.é.é",
        "\0.\0.\0",
        message,
        &format!("{message}."),
        &format!("{message}.{}", &signature[1..]),
        &format!("{message}.{signature}="),
        &format!(" {token}"),
        &format!("{token}.{signature}"),
        &long,
    ] {
        assert!(matches!(verify(bad), Err(TokenError::Invalid)), "{bad}");
    }
}

#[test]
fn no_changed_character_goes_unnoticed() {
    let token = tokens().issue(&claims()).unwrap();
    for (index, old) in token.char_indices() {
        for new in ['A', 'B', '.', '-'] {
            if new != old {
                let mut changed = token.clone();
                changed.replace_range(index..=index, &new.to_string());
                assert!(verify(&changed).is_err(), "{index} {new}");
            }
        }
    }
}

//! Tokens that are refused, and why.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::{ADMIN, ANN, Answer, Forge, PASSWORD, TestServer, eventually};

async fn answer_to(server: &TestServer, token: &str) -> Answer {
    server.anonymous().with_token(token).get("/api/users/me").await
}

async fn is_invalid(server: &TestServer, what: &str, token: &str) {
    let answer = answer_to(server, token).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "token_invalid"), "{what}");
    assert_eq!(answer.message(), "Invalid token", "{what}");
    assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
}

#[tokio::test]
async fn a_token_that_is_made_after_a_genuine_one_holds() {
    let server = TestServer::start().await;
    answer_to(&server, &server.forge().token()).await.is(200);
}

#[tokio::test]
async fn a_forged_signature_is_refused() {
    let server = TestServer::start().await;
    let forge = server.forge();
    let (token, message) = (forge.token(), forge.message());
    is_invalid(&server, "another secret", &forge.clone().secret("another").token()).await;
    is_invalid(&server, "no signature", &format!("{message}.")).await;
    is_invalid(&server, "two parts", &message).await;
    is_invalid(&server, "four parts", &format!("{token}.x")).await;
    is_invalid(&server, "cut", &token[..token.len() - 1]).await;
    is_invalid(&server, "padded", &format!("{token}=")).await;
    let admin = forge.claim("sub", Some(json!(server.admin().id()))).message();
    let signature = token.rsplit('.').next().unwrap();
    is_invalid(&server, "another user", &format!("{admin}.{signature}")).await;
    for nonsense in ["x", ".", "..", "a.b.c", "e30.e30.e30", &"x".repeat(5_000)] {
        is_invalid(&server, nonsense, nonsense).await;
    }
}

#[tokio::test]
async fn another_algorithm_is_refused_none_above_all() {
    let server = TestServer::start().await;
    for algorithm in ["none", "None", "NONE", "HS384", "HS512", "RS256", "ES256", ""] {
        let forge = server.forge().header("alg", Some(json!(algorithm)));
        is_invalid(&server, algorithm, &forge.token()).await;
        is_invalid(&server, algorithm, &format!("{}.", forge.message())).await;
    }
    let without = server.forge().header("alg", None);
    is_invalid(&server, "no algorithm", &without.token()).await;
}

#[tokio::test]
async fn a_critical_extension_and_an_unknown_key_are_refused() {
    let server = TestServer::start().await;
    for (name, value) in [
        ("crit", Some(json!(["exp"]))),
        ("crit", Some(json!([]))),
        ("kid", Some(json!("unknown"))),
        ("kid", Some(json!(1))),
        ("kid", None),
        ("typ", Some(json!("JOSE"))),
    ] {
        let what = format!("{name} {value:?}");
        is_invalid(&server, &what, &server.forge().header(name, value).token()).await;
    }
}

#[tokio::test]
async fn a_missing_or_mistyped_claim_is_refused() {
    let server = TestServer::start().await;
    for claim in server.forge().claims.as_object().unwrap().keys() {
        for value in [None, Some(json!(null)), Some(json!([])), Some(json!({})), Some(json!(true))]
        {
            let what = format!("{claim} {value:?}");
            is_invalid(&server, &what, &server.forge().claim(claim, value).token()).await;
        }
    }
    let exp = server.forge().claims["exp"].to_string();
    for (claim, value) in [
        ("exp", json!(exp)),
        ("exp", json!(1e300)),
        ("exp", json!(u64::MAX)),
        ("exp", json!(i64::MAX)),
        ("iat", json!("now")),
        ("sub", json!("nobody")),
        ("sub", json!(server.ann().id().to_uppercase())),
        ("jti", json!("")),
        ("nbf", json!("now")),
        ("nbf", json!(null)),
    ] {
        let what = format!("{claim} {value}");
        is_invalid(&server, &what, &server.forge().claim(claim, Some(value)).token()).await;
    }
}

#[tokio::test]
async fn another_issuer_or_audience_is_refused() {
    let server = TestServer::start().await;
    for claim in ["iss", "aud"] {
        for other in [json!("another"), json!(""), json!(["basalt"])] {
            let forge = server.forge().claim(claim, Some(other));
            is_invalid(&server, claim, &forge.token()).await;
        }
    }
}

#[tokio::test]
async fn a_token_that_does_not_hold_yet_is_refused() {
    let server = TestServer::start().await;
    let tomorrow = server.forge().claims["exp"].clone();
    let forge = server.forge().claim("nbf", Some(tomorrow));
    is_invalid(&server, "nbf", &forge.token()).await;
    let long_ago = server.forge().claim("nbf", Some(json!(1)));
    answer_to(&server, &long_ago.token()).await.is(200);
}

#[tokio::test]
async fn an_expired_token_is_told_so() {
    let server = TestServer::start().await;
    let yesterday = server.forge().claims["iat"].as_i64().unwrap() - 1;
    for exp in [0, 1, yesterday] {
        let forge = server.forge().claim("exp", Some(json!(exp)));
        let answer = answer_to(&server, &forge.token()).await;
        let answer = answer.is_error(401, "token_expired");
        assert_eq!(answer.message(), "Token expired");
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    }
    let forged = server.forge().claim("exp", Some(json!(1))).secret("another");
    is_invalid(&server, "expired and forged", &forged.token()).await;
}

#[tokio::test]
async fn a_token_expires_by_itself_without_leeway() {
    let server = TestServer::with(&[("JWT_TTL_SECONDS", "1")]).await;
    let ann = server.anonymous().login(ANN, PASSWORD).await;
    let expired = || async { ann.get("/api/users/me").await.code() == "token_expired" };
    eventually("the token expires", expired).await;
}

#[tokio::test]
async fn the_time_of_issue_decides_nothing() {
    let server = TestServer::start().await;
    let exp = server.forge().claims["exp"].clone();
    for iat in [json!(0), json!(1), exp] {
        let forge = server.forge().claim("iat", Some(iat));
        answer_to(&server, &forge.token()).await.is(200);
    }
}

#[tokio::test]
async fn nothing_is_believed_of_a_token_but_who_it_is_for() {
    let server = TestServer::start().await;
    let forge = server.forge().claim("role", Some(json!("ADMIN")));
    let forge = forge.claim("email", Some(json!(ADMIN)));
    let client = server.anonymous().with_token(&forge.token());
    assert_eq!(client.get("/api/users/me").await.is(200).data()["email"], ANN);
    client.get("/api/users").await.is_error(403, "forbidden");
}

#[tokio::test]
async fn another_generation_is_revoked() {
    let server = TestServer::start().await;
    let generation = server.forge().claims["gen"].as_i64().expect("a number");
    for other in [generation - 1, generation + 1] {
        let forge = server.forge().claim("gen", Some(json!(other)));
        let answer = answer_to(&server, &forge.token()).await;
        answer.is_error(401, "token_revoked");
    }
}

#[tokio::test]
async fn a_user_who_never_was_is_told_as_gone() {
    let server = TestServer::start().await;
    let nobody = json!("01890000-0000-7000-8000-000000000000");
    let forge = server.forge().claim("sub", Some(nobody));
    let answer = answer_to(&server, &forge.token()).await.is_error(401, "token_revoked");
    assert_eq!(answer.message(), "User not found");
}

#[tokio::test]
async fn an_earlier_secret_verifies_while_keys_are_rotated() {
    let server = TestServer::start().await;
    let token = server.ann().token().to_owned();
    let old = crate::support::SECRET;
    let next = ("JWT_SECRET", "the next secret of the tests, long enough too");
    let server = server.restart(&[next, ("JWT_PREVIOUS_SECRETS", old)]).await;
    answer_to(&server, &token).await.is(200);
    let ann = server.anonymous().login(ANN, PASSWORD).await;
    let (before, now) = (Forge::after(&token).header, Forge::after(ann.token()).header);
    assert_ne!(before["kid"], now["kid"], "a new token is signed with the new secret");
    let server = server.restart(&[next]).await;
    is_invalid(&server, "a secret that was taken out", &token).await;
    answer_to(&server, ann.token()).await.is(200);
}

#[tokio::test]
async fn a_repeated_claim_or_header_is_refused() {
    let server = TestServer::start().await;
    let forge = server.forge();
    let twice = |value: &Value, more: &str| {
        let text = value.to_string();
        URL_SAFE_NO_PAD.encode(format!("{},{more}}}", &text[..text.len() - 1]))
    };
    let header = URL_SAFE_NO_PAD.encode(forge.header.to_string());
    let sub = format!("\"sub\":\"{}\"", server.admin().id());
    let message = format!("{header}.{}", twice(&forge.claims, &sub));
    is_invalid(&server, "two subjects", &Forge::sign(&message)).await;
}

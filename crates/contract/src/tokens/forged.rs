use serde_json::{Value, json};

use super::{
    Hs256Tokens, assert_invalid,
    forging::{Hash, Parts, message, sign},
    start,
};

fn assert_refuses(subject: &Hs256Tokens, parts: &Parts, what: &str) {
    assert_invalid(&*subject.tokens, &parts.signed(subject), what);
}

pub(super) async fn what_another_holder_of_the_secret_signs_is_read(subject: Hs256Tokens) {
    // Without this every refusal below could be one of the suite's own signature.
    let token = Parts::of(&subject).signed(&subject);
    let read = subject.tokens.verify(&token, start());
    assert!(read.is_ok(), "the same header and claims, signed anew, must be good: {read:?}");
}

pub(super) async fn a_token_without_signature_is_invalid(subject: Hs256Tokens) {
    let parts = Parts::of(&subject);
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let unsigned = parts.with_header("alg", json!(alg));
        let bare = format!("{}.", unsigned.message());
        assert_invalid(&*subject.tokens, &bare, "a token of the algorithm none");
        assert_invalid(
            &*subject.tokens,
            &unsigned.message(),
            "a token of the algorithm none without its last part",
        );
        assert_refuses(&subject, &unsigned, "a signed token of the algorithm none");
    }
    let bare = format!("{}.", parts.message());
    assert_invalid(&*subject.tokens, &bare, "a token with an empty signature");
}

pub(super) async fn a_token_by_another_algorithm_is_invalid(subject: Hs256Tokens) {
    let parts = Parts::of(&subject);
    for (alg, hash) in [("HS384", Hash::Sha384), ("HS512", Hash::Sha512)] {
        let other = parts.with_header("alg", json!(alg));
        let honest = sign(&other.message(), &subject.secret, hash);
        assert_invalid(
            &*subject.tokens,
            &honest,
            &format!("a token signed by {alg} with the right secret"),
        );
        let disguised = sign(&parts.message(), &subject.secret, hash);
        assert_invalid(
            &*subject.tokens,
            &disguised,
            &format!("a token signed by {alg} that says HS256"),
        );
    }
}

pub(super) async fn a_token_whose_header_names_another_algorithm_is_invalid(subject: Hs256Tokens) {
    let parts = Parts::of(&subject);
    for alg in ["HS384", "HS512", "RS256", "ES256", "EdDSA", "hs256", "HS256 "] {
        let other = parts.with_header("alg", json!(alg));
        assert_refuses(&subject, &other, &format!("a token that names {alg}"));
    }
    for alg in [json!(null), json!(256), json!(["HS256"])] {
        let other = parts.with_header("alg", alg);
        assert_refuses(&subject, &other, "a token whose algorithm is no name");
    }
    let mut nameless = Parts::of(&subject);
    nameless.header.remove("alg");
    assert_refuses(&subject, &nameless, "a token that names no algorithm");
}

pub(super) async fn a_token_of_the_right_form_by_another_secret_is_invalid(subject: Hs256Tokens) {
    // With the right key id, unlike what another deployment would sign.
    let parts = Parts::of(&subject);
    let message = parts.message();
    let mut other = subject.secret.clone();
    other[0] ^= 1;
    let longer = [&subject.secret[..], b"x"].concat();
    for secret in [&other[..], &longer, &subject.secret[1..], b"", b"secret"] {
        assert_invalid(
            &*subject.tokens,
            &sign(&message, secret, Hash::Sha256),
            "a token signed with another secret",
        );
    }
}

pub(super) async fn parts_of_two_tokens_make_none(subject: Hs256Tokens) {
    let (one, other) = (Parts::of(&subject), Parts::of(&subject));
    let (one, other) = (one.signed(&subject), other.signed(&subject));
    let split = |token: &str| token.rsplit_once('.').map(|(m, s)| (m.to_owned(), s.to_owned()));
    let ((message, _), (_, signature)) =
        split(&one).zip(split(&other)).expect("a JWT has three parts");
    assert_invalid(
        &*subject.tokens,
        &format!("{message}.{signature}"),
        "a token with another token's signature",
    );
}

pub(super) async fn a_token_without_any_one_claim_is_invalid(subject: Hs256Tokens) {
    let whole = Parts::of(&subject);
    for name in whole.claims.keys() {
        let mut without = Parts::of(&subject);
        without.claims.remove(name);
        assert_refuses(&subject, &without, &format!("a token without {name}"));
    }
}

pub(super) async fn a_token_with_any_one_claim_of_another_type_is_invalid(subject: Hs256Tokens) {
    let whole = Parts::of(&subject);
    let others =
        [json!(null), json!(true), json!(7), json!("seven"), json!([]), json!({}), json!([7])];
    let kind = |value: &Value| std::mem::discriminant(value);
    for (name, value) in &whole.claims {
        for other in others.iter().filter(|other| kind(other) != kind(value)) {
            let mistyped = whole.with_claim(name, other.clone());
            assert_refuses(&subject, &mistyped, &format!("a token whose {name} is {other}"));
        }
    }
}

pub(super) async fn a_token_by_another_issuer_or_for_another_audience_is_invalid(
    subject: Hs256Tokens,
) {
    let whole = Parts::of(&subject);
    for name in ["iss", "aud"] {
        for other in ["", "another", "Basalt"] {
            let strange = whole.with_claim(name, json!(other));
            assert_refuses(&subject, &strange, &format!("a token whose {name} is {other:?}"));
        }
    }
}

pub(super) async fn a_token_with_another_spelling_of_an_id_is_invalid(subject: Hs256Tokens) {
    let whole = Parts::of(&subject);
    for name in ["sub", "jti"] {
        let id = whole.claims[name].as_str().expect("an id is a text");
        let other_spellings = [
            id.to_uppercase(),
            id.replace('-', ""),
            format!("{{{id}}}"),
            format!("urn:uuid:{id}"),
            format!(" {id}"),
            String::new(),
            "1".to_owned(),
        ];
        for other in other_spellings.into_iter().filter(|other| other != id) {
            let strange = whole.with_claim(name, json!(other));
            assert_refuses(&subject, &strange, &format!("a token whose {name} is spelt {other:?}"));
        }
    }
}

pub(super) async fn a_token_whose_time_has_not_come_is_invalid(subject: Hs256Tokens) {
    let whole = Parts::of(&subject);
    let now = start().as_seconds();
    for nbf in [now + 1, now + 100, i64::MAX] {
        let early = whole.with_claim("nbf", json!(nbf));
        assert_refuses(&subject, &early, "a token whose nbf is in the future");
    }
    for nbf in [json!(null), json!("0"), json!([])] {
        let mistyped = whole.with_claim("nbf", nbf);
        assert_refuses(&subject, &mistyped, "a token whose nbf is no time");
    }
}

pub(super) async fn a_token_with_critical_extensions_is_invalid(subject: Hs256Tokens) {
    let whole = Parts::of(&subject);
    for crit in [json!(["exp"]), json!(["b64"]), json!([]), json!("exp"), json!({})] {
        let critical = whole.with_header("crit", crit.clone());
        assert_refuses(&subject, &critical, &format!("a token whose crit is {crit}"));
    }
    let critical = whole.with_header("b64", json!(true)).with_header("crit", json!(["b64"]));
    assert_refuses(&subject, &critical, "a token with a critical extension");
}

pub(super) async fn a_token_with_an_unknown_key_id_is_invalid(subject: Hs256Tokens) {
    let whole = Parts::of(&subject);
    for kid in [json!("another"), json!(""), json!("../../dev/null"), json!(1), json!([])] {
        let strange = whole.with_header("kid", kid.clone());
        assert_refuses(&subject, &strange, &format!("a token whose kid is {kid}"));
    }
}

pub(super) async fn a_token_whose_claims_are_no_object_is_invalid(subject: Hs256Tokens) {
    let header = Value::Object(Parts::of(&subject).header);
    for claims in [json!(null), json!([]), json!("sub"), json!(1), json!({})] {
        let token = sign(&message(&header, &claims), &subject.secret, Hash::Sha256);
        assert_invalid(&*subject.tokens, &token, &format!("a token whose claims are {claims}"));
    }
}

pub(super) async fn a_token_with_a_time_beyond_the_calendar_is_refused(subject: Hs256Tokens) {
    let whole = Parts::of(&subject);
    for exp in [json!(i64::MAX), json!(i64::MIN), json!(u64::MAX), json!(1e300)] {
        let strange = whole.with_claim("exp", exp.clone()).signed(&subject);
        let read = subject.tokens.verify(&strange, start());
        assert!(read.is_err(), "a token whose exp is {exp} must be refused and is {read:?}");
    }
}

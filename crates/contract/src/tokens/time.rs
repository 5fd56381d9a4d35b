use basalt_domain::{Claims, Timestamp, ports::TokenError};

use super::{SignedTokens, claims, issue, second, start};

fn micros_before(time: Timestamp, micros: i64) -> Timestamp {
    Timestamp::from_micros(time.as_micros() - micros).expect("a moment within the calendar")
}

pub(super) async fn a_token_is_good_until_it_expires_and_expired_from_then_on(
    subject: SignedTokens,
) {
    let written = claims();
    let token = issue(&*subject.tokens, &written);
    let end = written.expires_at;
    for good in [start(), second(1), micros_before(end, 1)] {
        let read = subject.tokens.verify(&token, good);
        assert_eq!(read.expect("a token must be good until it expires"), written);
    }
    for over in [end, micros_before(end, -1), second(3_660), second(1 << 33)] {
        let read = subject.tokens.verify(&token, over);
        assert!(
            matches!(read, Err(TokenError::Expired)),
            "a token must be expired from the moment it expires, without leeway: {read:?}"
        );
    }
}

pub(super) async fn an_expired_token_with_a_bad_signature_is_invalid(subject: SignedTokens) {
    let strange = issue(&*subject.stranger, &claims());
    let read = subject.tokens.verify(&strange, second(10_000));
    assert!(
        matches!(read, Err(TokenError::Invalid)),
        "whoever did not sign must learn nothing of times: {read:?}"
    );
}

pub(super) async fn the_time_of_issue_decides_nothing(subject: SignedTokens) {
    for issued in [-1_000_000, 100, 1_000_000] {
        let written = Claims { issued_at: second(issued), ..claims() };
        let token = issue(&*subject.tokens, &written);
        let read = subject.tokens.verify(&token, start());
        assert_eq!(read.expect("the time of issue must decide nothing"), written);
    }
}

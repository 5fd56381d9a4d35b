use basalt_domain::{Claims, TokenGeneration};

use super::{SignedTokens, assert_invalid, claims, issue, second, start};

pub(super) async fn a_token_is_read_as_it_was_written(subject: SignedTokens) {
    for number in [1, 2, 255, 1 << 40, i64::MAX] {
        let written = Claims {
            generation: TokenGeneration::from_number(number),
            expires_at: second(number.min(1 << 30)),
            ..claims()
        };
        let token = issue(&*subject.tokens, &written);
        let read = subject.tokens.verify(&token, start());
        assert_eq!(
            read.expect("a token that was just issued must be good"),
            written,
            "a token must be read as it was written"
        );
    }
}

pub(super) async fn a_token_with_another_character_anywhere_is_invalid(subject: SignedTokens) {
    let token = issue(&*subject.tokens, &claims());
    for (index, present) in token.char_indices() {
        for other in ['A', 'B', 'w', '_', '9', '.', '='] {
            if other == present {
                continue;
            }
            let mut changed = token.clone();
            changed.replace_range(index..index + present.len_utf8(), &other.to_string());
            assert_invalid(
                &*subject.tokens,
                &changed,
                &format!("a token with {other:?} for {present:?} at {index}"),
            );
        }
    }
}

pub(super) async fn a_token_that_is_cut_or_longer_is_invalid(subject: SignedTokens) {
    let token = issue(&*subject.tokens, &claims());
    for end in 0..token.len() {
        assert_invalid(&*subject.tokens, &token[..end], "a token that is cut");
        assert_invalid(&*subject.tokens, &token[end + 1..], "a token's end");
    }
    for added in [".", "..", "=", "==", "A", "AAAA", " ", "\n", "\0", ".AAAA"] {
        let longer = format!("{token}{added}");
        assert_invalid(&*subject.tokens, &longer, "a token with more behind it");
        let longer = format!("{added}{token}");
        assert_invalid(&*subject.tokens, &longer, "a token with more before it");
    }
    let twice = format!("{token}{token}");
    assert_invalid(&*subject.tokens, &twice, "a token that is there twice");
}

pub(super) async fn a_token_signed_with_another_secret_is_invalid(subject: SignedTokens) {
    let strange = issue(&*subject.stranger, &claims());
    assert!(
        subject.stranger.verify(&strange, start()).is_ok(),
        "the stranger's token must be good for the stranger"
    );
    assert_invalid(&*subject.tokens, &strange, "a token signed with another secret");
}

pub(super) async fn what_is_no_token_is_invalid(subject: SignedTokens) {
    let long = "A".repeat(1_000_000);
    let long_parts = format!("{long}.{long}.{long}");
    for none in [
        "",
        ".",
        "..",
        "...",
        "a",
        "a.b",
        "a.b.c",
        "é.é.é",
        "null",
        "{}.{}.{}",
        "e30.e30.e30",
        "bm9uZQ..",
        "😀",
        "\0",
        "Bearer",
        &long,
        &long_parts,
    ] {
        assert_invalid(&*subject.tokens, none, "what is no token");
    }
}

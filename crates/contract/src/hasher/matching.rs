use basalt_domain::PasswordHash;

use super::{BoundedHasher, candidate};

pub(super) async fn the_right_password_matches_and_no_other(subject: BoundedHasher) {
    let stored = subject.hash("correct horse").await;
    assert!(
        subject.verify("correct horse", Some(&stored)).await.matches,
        "the right password must match"
    );
    for wrong in ["correct hors", "correct horse!", "x", "correct  horse"] {
        assert!(
            !subject.verify(wrong, Some(&stored)).await.matches,
            "a wrong password must not match: {wrong:?}"
        );
    }
}

pub(super) async fn the_whole_of_a_long_password_counts(subject: BoundedHasher) {
    // bcrypt would stop after 72 bytes, a C string at NUL.
    for filler in ["x", "é", "😀"] {
        let long = filler.repeat(127);
        let stored = subject.hash(&format!("{long}a")).await;
        assert!(
            subject.verify(&format!("{long}a"), Some(&stored)).await.matches,
            "a password of 128 characters must match"
        );
        for other in [format!("{long}b"), long.clone(), format!("{long}aa")] {
            assert!(
                !subject.verify(&other, Some(&stored)).await.matches,
                "the whole of a password must count, to its 128th character ({filler:?})"
            );
        }
    }
}

pub(super) async fn passwords_are_compared_as_they_are(subject: BoundedHasher) {
    let stored = subject.hash(" Pässword 1 ").await;
    assert!(
        subject.verify(" Pässword 1 ", Some(&stored)).await.matches,
        "a password must match as it was sent"
    );
    for other in
        ["Pässword 1", " pässword 1 ", " Pa\u{308}ssword 1 ", " Pässword\u{a0}1 ", " Pässword 1 \0"]
    {
        assert!(
            !subject.verify(other, Some(&stored)).await.matches,
            "a password must be compared as it is, without trimming, folding or normalising"
        );
    }
}

pub(super) async fn two_hashes_of_one_password_differ(subject: BoundedHasher) {
    let one = subject.hash("correct horse").await;
    let other = subject.hash("correct horse").await;
    assert!(one != other, "two hashes of one password must differ: each has a salt of its own");
    for stored in [&one, &other] {
        assert!(
            subject.verify("correct horse", Some(stored)).await.matches,
            "each hash of a password must match it"
        );
    }
}

pub(super) async fn a_hash_does_not_hold_the_password(subject: BoundedHasher) {
    let stored = subject.hash("correct-horse").await;
    assert!(!stored.expose().contains("correct-horse"), "a hash must not hold the password");
    assert!(stored.expose().len() <= 255, "a hash must fit where hashes are stored");
}

pub(super) async fn a_fresh_hash_is_not_outdated(subject: BoundedHasher) {
    let stored = subject.hash("correct horse").await;
    for raw in ["correct horse", "wrong horse"] {
        assert!(
            !subject.verify(raw, Some(&stored)).await.outdated,
            "a fresh hash must not be outdated"
        );
    }
}

pub(super) async fn a_rehash_is_of_the_whole_candidate_and_not_outdated(subject: BoundedHasher) {
    let long = format!("{}a", "x".repeat(127));
    let stored = subject.hasher.rehash(&candidate(&long)).await;
    let stored = stored.expect("a password is hashed again");
    let found = subject.verify(&long, Some(&stored)).await;
    assert!(found.matches, "a rehash must match its password");
    assert!(!found.outdated, "a rehash must have the present form");
    assert!(
        !subject.verify(&long[..127], Some(&stored)).await.matches,
        "a rehash must be of the whole password"
    );
}

pub(super) async fn nobodys_password_never_matches(subject: BoundedHasher) {
    for raw in ["x", "password", "dummy", "correct horse", "\0"] {
        let found = subject.verify(raw, None).await;
        assert!(!found.matches, "nobody's password must never match");
        assert!(!found.outdated, "nobody has a hash to renew");
    }
}

pub(super) async fn what_is_no_hash_never_matches(subject: BoundedHasher) {
    for stored in ["", "x", "correct horse", "$argon2id$", "$2b$", "\0", "*"] {
        let stored = PasswordHash::from_stored(stored);
        let found = subject.hasher.verify(&candidate("correct horse"), Some(&stored)).await;
        // An error is as good: what counts is that nobody gets in.
        assert!(
            !found.is_ok_and(|found| found.matches),
            "what is no hash must match no password: {:?}",
            stored.expose()
        );
    }
}

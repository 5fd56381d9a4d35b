use std::{pin::pin, sync::mpsc, task::Poll};

use basalt_domain::PasswordPolicy;
use futures_util::poll;

use super::*;

fn hasher(permits: usize, max_wait: Duration) -> Argon2Hasher {
    Argon2Hasher::new(HashingOptions { permits, max_wait, ..HashingOptions::default() }.cheap())
}

fn password(raw: &str) -> Password {
    Password::parse(raw, &PasswordPolicy::default()).unwrap()
}

fn candidate(raw: &str) -> CandidatePassword {
    CandidatePassword::parse(raw).unwrap()
}

async fn check(stored: &str, raw: &str) -> Verification {
    let stored = PasswordHash::from_stored(stored);
    hasher(1, Duration::from_secs(1)).verify(&candidate(raw), Some(&stored)).await.unwrap()
}

#[tokio::test]
async fn only_the_password_that_was_hashed_is_found_right() {
    let hasher = hasher(1, Duration::from_secs(1));
    let hash = hasher.hash(&password("correct horse")).await.unwrap();
    for (raw, matches) in [("correct horse", true), ("correct horsf", false), ("c", false)] {
        let found = hasher.verify(&candidate(raw), Some(&hash)).await.unwrap();
        assert_eq!((found.matches, found.outdated), (matches, false), "{raw}");
    }
}

#[tokio::test]
async fn the_whole_of_a_long_password_counts() {
    let hasher = hasher(1, Duration::from_secs(1));
    let long = "x".repeat(128);
    let hash = hasher.hash(&password(&long)).await.unwrap();
    let shorter = candidate(&long[1..]);
    assert!(!hasher.verify(&shorter, Some(&hash)).await.unwrap().matches);
}

#[tokio::test]
async fn two_hashes_of_one_password_differ_by_their_salt() {
    let hasher = hasher(1, Duration::from_secs(1));
    let first = hasher.hash(&password("correct horse")).await.unwrap();
    assert_ne!(first, hasher.hash(&password("correct horse")).await.unwrap());
    let rehashed = hasher.rehash(&candidate("correct horse")).await.unwrap();
    assert!(check(rehashed.expose(), "correct horse").await.matches);
}

#[tokio::test]
async fn new_hashes_have_the_parameters_that_are_asked_for() {
    let options = HashingOptions::default();
    let hash = Argon2Hasher::new(options).hash(&password("correct horse")).await.unwrap();
    assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    let found = check(hash.expose(), "correct horse").await;
    assert!(found.matches && found.outdated, "a hasher with other parameters");
}

#[tokio::test]
async fn nobodys_password_is_never_right() {
    let found = hasher(1, Duration::from_secs(1)).verify(&candidate("correct horse"), None).await;
    assert!(!found.unwrap().matches);
}

// The hashes were made with libxcrypt's crypt(3).
#[tokio::test]
async fn a_bcrypt_hash_is_compared_as_bcrypt_did_and_is_outdated() {
    let salt = "$04$abcdefghijklmnopqrstuu";
    let long = format!("$2a{salt}bzadhGtS2zEF.gu0yd0opP6cVzb.e0i");
    for (stored, raw, matches) in [
        (format!("$2b{salt}K7Sjs7rFYArh/ytIZsOeM/z4RV2Fw2i"), "password123", true),
        (format!("$2b{salt}K7Sjs7rFYArh/ytIZsOeM/z4RV2Fw2i"), "password124", false),
        (format!("$2b{salt}K7Sjs7rFYArh/ytIZsOeM/z4RV2Fw2i"), "password123\0", false),
        (format!("$2y{salt}yx2n0Zzopyr9QuYTMCfOJJOj526QVoC"), "pässwörd", true),
        (long.clone(), &"x".repeat(72), true),
        (long.clone(), &("x".repeat(72) + "and whatever follows"), true),
        (long, &"x".repeat(71), false),
    ] {
        let found = check(&stored, raw).await;
        assert_eq!((found.matches, found.outdated), (matches, true), "{raw}");
    }
}

#[tokio::test]
async fn a_hash_of_no_known_form_fails_without_work() {
    let hasher = hasher(1, Duration::ZERO);
    let _all = hasher.queue.enter().unwrap();
    let stored = PasswordHash::from_stored("5f4dcc3b5aa765d61d8327deb882cf99");
    let found = hasher.verify(&candidate("password"), Some(&stored)).await;
    assert!(matches!(found, Err(HashError::Failed(_))));
}

#[tokio::test]
async fn the_first_who_would_wait_too_long_is_refused_at_once() {
    // Twice what a hash is thought to take before the first one was made.
    let hasher = hasher(1, Duration::from_millis(80));
    let place = hasher.queue.enter().unwrap();
    let permit = place.permit().await.unwrap();
    let password = password("correct horse");
    let nobody = candidate("correct horse");
    let (mut first, mut second) =
        (pin!(hasher.hash(&password)), pin!(hasher.verify(&nobody, None)));
    assert!(poll!(first.as_mut()).is_pending());
    assert!(poll!(second.as_mut()).is_pending());
    let third = poll!(pin!(hasher.verify(&nobody, None)));
    assert!(matches!(third, Poll::Ready(Err(HashError::Busy))));
    drop((permit, place));
    assert!(first.await.is_ok() && second.await.is_ok());
    assert!(hasher.hash(&password).await.is_ok(), "there is room again");
}

#[tokio::test]
async fn a_place_in_the_queue_is_free_again_when_the_one_who_waits_goes_away() {
    let hasher = hasher(1, Duration::from_millis(40));
    let place = hasher.queue.enter().unwrap();
    let permit = place.permit().await.unwrap();
    let password = password("correct horse");
    let mut waiting = Box::pin(hasher.hash(&password));
    assert!(poll!(waiting.as_mut()).is_pending());
    assert!(poll!(pin!(hasher.hash(&password))).is_ready(), "one waits already");
    drop(waiting);
    assert!(poll!(pin!(hasher.hash(&password))).is_pending());
    drop((permit, place));
    assert!(hasher.hash(&password).await.is_ok());
}

#[tokio::test]
async fn a_permit_is_held_until_the_work_ends_and_not_until_the_caller_goes() {
    let hasher = hasher(1, Duration::ZERO);
    let (begun, begins) = mpsc::channel();
    let (end, ends) = mpsc::channel::<()>();
    let mut work = Box::pin(hasher.run(move |_| {
        begun.send(()).unwrap();
        // An error says that the other end is gone: then the work may end too.
        let _ = ends.recv();
        Ok(())
    }));
    assert!(poll!(work.as_mut()).is_pending());
    begins.recv().unwrap();
    drop(work);
    let refused = hasher.hash(&password("correct horse")).await;
    assert!(matches!(refused, Err(HashError::Busy)));
    drop(end);
    let eventually = || async { hasher.hash(&password("correct horse")).await.is_ok() };
    while !eventually().await {
        tokio::task::yield_now().await;
    }
}

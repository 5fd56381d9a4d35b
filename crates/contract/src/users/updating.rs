use basalt_domain::{
    Role, User, Version,
    ports::{Outcome, WriteUserError},
};

use crate::{
    Store,
    race::{RIVALS, ROUNDS, race},
    samples::{at, email, hash, name, renamed, token_id, user},
};

pub(super) async fn an_update_writes_every_visible_field_and_not_the_creation(store: Store) {
    let before = user("ann");
    let bob = user("bob");
    store.add_all(&[before.clone(), bob.clone()]).await;
    let after = User {
        id: before.id,
        email: email("anne@example.com"),
        name: name("Anne"),
        role: Role::Admin,
        active: false,
        version: before.version.next(),
        created_at: before.created_at,
        updated_at: at(654_321),
    };
    let written = User { created_at: at(99), ..after.clone() };
    let outcome = store.users.update(&written, before.version).await;
    assert_eq!(outcome.expect("a user is updated"), Outcome::Done);
    assert_eq!(
        store.user(before.id).await,
        Some(after.clone()),
        "an update must write every visible field, and not when the user came"
    );
    let found = store.users.credentials(&after.email).await;
    assert!(
        found.expect("credentials are read").is_some(),
        "the user must be found by the new address"
    );
    assert_eq!(store.user(bob.id).await, Some(bob), "an update must not touch another user");
}

pub(super) async fn an_update_leaves_password_and_tokens_as_they_are(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    let ended = store.auth_states.end_all(ann.id).await;
    let generation = ended.expect("tokens are ended").expect("ann is there");
    let token = token_id();
    let revoked = store.auth_states.revoke(ann.id, token, at(1_000)).await;
    revoked.expect("a token is revoked");

    store.change_in_unit(&ann, &renamed(&ann, "Anne")).await;

    let found = store.users.credentials_of(ann.id).await;
    let found = found.expect("credentials are read").expect("ann is there");
    assert_eq!(found.hash, hash("first"), "an update must leave the password as it is");
    assert_eq!(found.generation, generation, "an update must leave the generation as it is");
    let state = store.auth_states.find(ann.id, token).await;
    let state = state.expect("a state is read").expect("ann is there");
    assert!(state.revoked, "an update must leave revoked tokens revoked");
}

pub(super) async fn an_update_at_another_version_is_stale_and_writes_nothing(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    let next = renamed(&ann, "Anne");
    for expected in [ann.version.next(), Version::from_number(0)] {
        let outcome = store.users.update(&next, expected).await;
        assert_eq!(
            outcome.expect("a stale version is no error"),
            Outcome::Stale,
            "an update at another version must be stale"
        );
    }
    assert_eq!(store.user(ann.id).await, Some(ann), "a stale update must write nothing");
}

pub(super) async fn of_twenty_updates_at_one_version_exactly_one_is_done(store: Store) {
    for round in 0..ROUNDS {
        let ann = user(&format!("ann{round}"));
        store.add(&ann).await;
        let outcomes = race(RIVALS, |number| {
            let users = store.users.clone();
            let (next, expected) = (renamed(&ann, &format!("Ann {number}")), ann.version);
            async move {
                let outcome = users.update(&next, expected).await;
                outcome.expect("a race on a version is no error")
            }
        })
        .await;
        let done = |outcome: &&Outcome| **outcome == Outcome::Done;
        assert_eq!(
            outcomes.iter().filter(done).count(),
            1,
            "of {RIVALS} updates at one version exactly one must be done: {outcomes:?}"
        );
        assert!(!outcomes.contains(&Outcome::Missing), "the others must be stale: {outcomes:?}");
        let winner = outcomes.iter().position(|outcome| *outcome == Outcome::Done);
        let expected = winner.map(|number| renamed(&ann, &format!("Ann {number}")));
        assert_eq!(
            store.user(ann.id).await,
            expected,
            "what was written must be what the winner wrote"
        );
    }
}

pub(super) async fn an_update_of_nobody_is_missing(store: Store) {
    let nobody = user("nobody");
    let outcome = store.users.update(&nobody, nobody.version).await;
    assert_eq!(
        outcome.expect("an update of nobody is no error"),
        Outcome::Missing,
        "an update of nobody must be missing"
    );
    assert_eq!(store.user(nobody.id).await, None, "an update must not add a user");
}

pub(super) async fn an_update_to_a_taken_address_is_refused_and_writes_nothing(store: Store) {
    let (ann, bob) = (user("ann"), user("bob"));
    store.add_all(&[ann.clone(), bob.clone()]).await;
    let next = User { email: bob.email.clone(), ..renamed(&ann, "Bob") };
    let refused = store.users.update(&next, ann.version).await;
    assert!(
        matches!(refused, Err(WriteUserError::EmailTaken)),
        "an update to a taken address must be refused as such: {refused:?}"
    );
    assert_eq!(store.user(ann.id).await, Some(ann), "a refused update must write nothing");
    assert_eq!(
        store.user(bob.id).await,
        Some(bob),
        "a refused update must not touch the user who has the address"
    );
}

pub(super) async fn of_twenty_updates_to_one_address_exactly_one_succeeds(store: Store) {
    for round in 0..ROUNDS {
        let rivals: Vec<_> = (0..RIVALS).map(|n| user(&format!("rival{n}of{round}"))).collect();
        store.add_all(&rivals).await;
        let answers = race(RIVALS, |number| {
            let users = store.users.clone();
            let before = rivals[number].clone();
            let next = User {
                email: email(&format!("wanted{round}@example.com")),
                ..renamed(&before, "Winner")
            };
            async move { users.update(&next, before.version).await }
        })
        .await;
        let done = |answer: &&Result<_, _>| matches!(answer, Ok(Outcome::Done));
        assert_eq!(
            answers.iter().filter(done).count(),
            1,
            "of {RIVALS} updates to one address exactly one must succeed: {answers:?}"
        );
        for answer in &answers {
            assert!(
                matches!(answer, Ok(Outcome::Done) | Err(WriteUserError::EmailTaken)),
                "the others must be told that the address is taken: {answer:?}"
            );
        }
    }
}

pub(super) async fn an_address_that_was_given_up_is_free_again(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    let moved = User { email: email("moved@example.com"), ..renamed(&ann, "Ann") };
    store.change_in_unit(&ann, &moved).await;
    let found = store.users.credentials(&ann.email).await;
    assert!(
        found.expect("credentials are read").is_none(),
        "nobody must be found by an address that was given up"
    );
    let heir = user("ann");
    let inserted = store.users.insert(&heir, &hash("heir")).await;
    assert!(inserted.is_ok(), "an address that was given up must be free: {inserted:?}");
}

use basalt_domain::ports::WriteUserError;

use crate::{
    Store,
    race::{RIVALS, ROUNDS, race},
    samples::{hash, user_named},
};

const ADDRESS: &str = "one@example.com";

fn assert_one_won(answers: &[Result<(), WriteUserError>]) {
    let won = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(
        won, 1,
        "of {RIVALS} inserts with one address exactly one must succeed: {answers:?}"
    );
    for answer in answers {
        assert!(
            matches!(answer, Ok(()) | Err(WriteUserError::EmailTaken)),
            "the others must be told that the address is taken: {answer:?}"
        );
    }
}

pub(super) async fn of_twenty_inserts_with_one_address_exactly_one_succeeds(store: Store) {
    for round in 0..ROUNDS {
        let answers = race(RIVALS, |number| {
            let users = store.users.clone();
            let rival = user_named(&format!("Rival {number}"), &format!("one{round}@example.com"));
            async move { users.insert(&rival, &hash("x")).await }
        })
        .await;
        assert_one_won(&answers);
    }
}

pub(super) async fn of_twenty_units_that_insert_one_address_exactly_one_succeeds(store: Store) {
    for round in 0..ROUNDS {
        let answers = race(RIVALS, |number| {
            let store = store.clone();
            let rival = user_named(&format!("Rival {number}"), &format!("one{round}@example.com"));
            async move {
                let unit = store.begin().await;
                unit.users().insert(&rival, &hash("x")).await?;
                Ok(unit.commit().await?)
            }
        })
        .await;
        assert_one_won(&answers);
    }
}

pub(super) async fn an_insert_that_is_refused_leaves_nothing(store: Store) {
    let first = user_named("First", ADDRESS);
    let second = user_named("Second", ADDRESS);
    store.add(&first).await;
    let refused = store.users.insert(&second, &hash("second")).await;
    assert!(
        matches!(refused, Err(WriteUserError::EmailTaken)),
        "a taken address must be refused as such: {refused:?}"
    );
    assert_eq!(store.user(second.id).await, None, "a refused user must not be there");
    assert_eq!(
        store.user(first.id).await,
        Some(first.clone()),
        "the user who has the address must stay as they are"
    );
    assert_eq!(
        store.hash_of(&first.email).await,
        Some(hash("first")),
        "the password of the user who has the address must stay as it is"
    );
}

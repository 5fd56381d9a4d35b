use crate::{
    Store,
    race::{RIVALS, ROUNDS, race},
    samples::{hash, user, user_id},
};

pub(super) async fn a_password_is_replaced_only_where_it_is_still_the_one_that_was_read(
    store: Store,
) {
    let (ann, bob) = (user("ann"), user("bob"));
    store.add_all(&[ann.clone(), bob.clone()]).await;
    let replace = async |from: &str, to: &str| {
        let replaced = store.users.replace_password(ann.id, &hash(from), &hash(to)).await;
        replaced.expect("replacing a password does not fail")
    };
    assert!(
        !replace("other", "second").await,
        "a password that is no longer there must not be replaced"
    );
    assert_eq!(
        store.hash_of(&ann.email).await,
        Some(hash("first")),
        "a replacement that was refused must write nothing"
    );
    assert!(replace("first", "second").await, "the password that is there must be replaced");
    assert_eq!(
        store.hash_of(&ann.email).await,
        Some(hash("second")),
        "the new password must be the one that is read"
    );
    assert_eq!(
        store.hash_of(&bob.email).await,
        Some(hash("first")),
        "another user's equal hash must stay"
    );
}

pub(super) async fn of_twenty_replacements_of_one_password_exactly_one_succeeds(store: Store) {
    for round in 0..ROUNDS {
        let ann = user(&format!("ann{round}"));
        store.add(&ann).await;
        let answers = race(RIVALS, |number| {
            let (users, id) = (store.users.clone(), ann.id);
            async move {
                let (from, to) = (hash("first"), hash(&format!("of {number}")));
                let replaced = users.replace_password(id, &from, &to).await;
                replaced.expect("a race on a password is no error")
            }
        })
        .await;
        assert_eq!(
            answers.iter().filter(|replaced| **replaced).count(),
            1,
            "of {RIVALS} replacements of one password exactly one must succeed"
        );
        let winner = answers.iter().position(|replaced| *replaced);
        assert_eq!(
            store.hash_of(&ann.email).await,
            winner.map(|number| hash(&format!("of {number}"))),
            "the password must be the winner's"
        );
    }
}

pub(super) async fn replacing_a_password_makes_no_new_version(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    let replaced = store.users.replace_password(ann.id, &hash("first"), &hash("second")).await;
    assert!(replaced.expect("a password is replaced"));
    assert_eq!(
        store.user(ann.id).await,
        Some(ann),
        "a new password must show nowhere: no new version, no later time"
    );
}

pub(super) async fn the_password_of_nobody_is_not_replaced(store: Store) {
    let replaced = store.users.replace_password(user_id(), &hash("first"), &hash("second")).await;
    assert!(!replaced.expect("nobody's password is no error"), "nobody has a password to replace");
}

use basalt_domain::{Role, TokenGeneration, User, Version};

use crate::{
    Store,
    race::Writing,
    samples::{at, email, hash, user, user_id, user_named},
};

pub(super) async fn a_user_is_read_as_it_was_written(store: Store) {
    let written = User {
        role: Role::Admin,
        active: false,
        version: Version::from_number(7),
        created_at: at(123_456),
        updated_at: at(1_999_999),
        ..user_named("Zoë O'Brien 😀 \\ \"x\"", "o'brien+%_x@example.com")
    };
    store.add(&user("somebody")).await;
    store.add(&written).await;
    assert_eq!(
        store.user(written.id).await,
        Some(written),
        "a user must be read as it was written, to the microsecond"
    );
}

pub(super) async fn an_unknown_user_is_none_and_no_error(store: Store) {
    store.add(&user("somebody")).await;
    let found = store.users.find(user_id()).await;
    let found = found.expect("looking for nobody must not be an error");
    assert_eq!(found, None, "an unknown id must be nobody");
}

pub(super) async fn credentials_hold_the_user_the_hash_and_the_first_generation(store: Store) {
    let ann = user("ann");
    store.add(&user("bob")).await;
    let inserted = store.users.insert(&ann, &hash("of ann")).await;
    inserted.expect("a user is added");
    let by_address = store.users.credentials(&ann.email).await;
    let by_id = store.users.credentials_of(ann.id).await;
    for found in [by_address, by_id] {
        let found = found.expect("credentials are read").expect("a user has credentials");
        assert_eq!(found.user, ann, "credentials must be of the user asked for");
        assert_eq!(found.hash, hash("of ann"), "credentials must hold the hash that was inserted");
        assert_eq!(
            found.generation,
            TokenGeneration::FIRST,
            "a new user must have the first generation"
        );
    }
}

pub(super) async fn credentials_of_nobody_are_none_and_no_error(store: Store) {
    store.add(&user("somebody")).await;
    let by_address = store.users.credentials(&email("nobody@example.com")).await;
    let by_id = store.users.credentials_of(user_id()).await;
    for found in [by_address, by_id] {
        let found = found.expect("asking for nobody's credentials must not be an error");
        assert!(found.is_none(), "nobody must have no credentials");
    }
}

pub(super) async fn hash_and_generation_in_credentials_are_of_one_moment(store: Store) {
    let ann = user("ann");
    let hash_of = |generation: i64| hash(&generation.to_string());
    let inserted = store.users.insert(&ann, &hash_of(1)).await;
    inserted.expect("a user is added");

    let (writing, id) = (store.clone(), ann.id);
    let change = move |number: usize| {
        let (store, generation) =
            (writing.clone(), i64::try_from(number).expect("a small number") + 1);
        async move {
            let unit = store.begin().await;
            let (from, to) = (hash_of(generation), hash_of(generation + 1));
            let replaced = unit.users().replace_password(id, &from, &to).await;
            assert!(replaced.expect("a password is replaced"));
            let ended = unit.auth_states().end_all(id).await;
            ended.expect("tokens are ended");
            unit.commit().await.expect("a unit commits");
        }
    };
    let mut writing = Writing::start(change);
    while writing.goes_on().await {
        let by_address = store.users.credentials(&ann.email).await;
        let by_id = store.users.credentials_of(ann.id).await;
        for found in [by_address, by_id] {
            let found = found.expect("credentials are read").expect("ann is there");
            assert_eq!(
                found.hash,
                hash_of(found.generation.number()),
                "hash and generation must be of one moment (generation {})",
                found.generation.number()
            );
        }
    }
    writing.end().await;
}

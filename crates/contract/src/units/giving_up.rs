use basalt_domain::{
    IdempotencyRecord, Post, TokenGeneration, TokenId, UnsavedPost, User, UserFilter,
    ports::{Outcome, UnitOfWork},
};

use crate::{
    Store,
    race::{MOST_POLLS, give_up_after},
    samples::{at, hash, post, record, renamed, retitled, token_id, user},
};

/// What is there before a unit, and what the unit would make of it.
#[derive(Clone)]
struct Scene {
    ann: User,
    text: Post,
    bob: User,
    token: TokenId,
    key: IdempotencyRecord,
}

impl Scene {
    async fn set(store: &Store, number: usize) -> Self {
        let (ann, bob) = (user(&format!("ann{number}")), user(&format!("bob{number}")));
        store.add(&ann).await;
        let text = post(&ann, "Text");
        store.add_post(&text).await;
        let key = record(&format!("key{number}"), &bob);
        Self { ann, text, bob, token: token_id(), key }
    }

    /// Writes through every repository; `steps` tells how far to go.
    async fn play(&self, unit: &dyn UnitOfWork, steps: usize) {
        let Self { ann, text, bob, token, key } = self;
        for step in 0..steps {
            match step {
                0 => drop(unit.idempotency().claim(key, at(0)).await),
                1 => drop(unit.users().insert(bob, &hash("x")).await),
                2 => drop(unit.posts().insert(&UnsavedPost::from(&post(bob, "Of Bob"))).await),
                3 => {
                    let next = renamed(ann, "Anne");
                    drop(unit.users().update(&next, ann.version).await);
                }
                4 => {
                    let next = retitled(text, "Next");
                    drop(unit.posts().update(&next, text.version).await);
                }
                5 => drop(unit.auth_states().end_all(ann.id).await),
                6 => drop(unit.auth_states().revoke(ann.id, *token, at(9)).await),
                7 => {
                    let (from, to) = (hash("first"), hash("second"));
                    drop(unit.users().replace_password(ann.id, &from, &to).await);
                }
                _ => drop(unit.posts().delete(text.id, text.version.next()).await),
            }
        }
    }

    /// Asserts that nothing of the unit is there, and that the store takes a unit and a write.
    async fn assert_undone(&self, store: &Store, how: &str) {
        let undone = format!("a unit that ended by {how} must have written nothing");
        let Self { ann, text, bob, token, key } = self;
        assert_eq!(store.user(bob.id).await, None, "{undone}");
        assert_eq!(store.user(ann.id).await.as_ref(), Some(ann), "{undone}");
        assert_eq!(store.post(text).await.as_ref(), Some(text), "{undone}");
        let of_ann = store.hash_of(&ann.email).await;
        assert_eq!(of_ann, Some(hash("first")), "{undone}");
        let state = store.auth_states.find(ann.id, *token).await;
        let state = state.expect("a state is read").expect("ann is there");
        assert!(!state.revoked, "{undone}");
        assert_eq!(state.generation, TokenGeneration::FIRST, "{undone}");
        let found = store.idempotency.find(key.scope, &key.key, at(0)).await;
        assert_eq!(found.expect("a record is read"), None, "{undone}");

        let unit = store.begin().await;
        let added = unit.users().insert(bob, &hash("x")).await;
        assert!(added.is_ok(), "the store must be usable after a unit ended by {how}: {added:?}");
        unit.commit().await.expect("a unit commits");
        let deleted = store.users.delete(bob.id, bob.version).await;
        assert_eq!(
            deleted.expect("a user is deleted"),
            Outcome::Done,
            "the store must be usable after a unit ended by {how}"
        );
    }
}

/// The steps of [`Scene::play`].
const STEPS: usize = 9;

pub(super) async fn a_dropped_unit_has_written_nothing(store: Store) {
    let scene = Scene::set(&store, 0).await;
    let unit = store.begin().await;
    scene.play(&*unit, STEPS).await;
    drop(unit);
    scene.assert_undone(&store, "being dropped").await;
}

pub(super) async fn a_unit_dropped_after_any_step_has_written_nothing(store: Store) {
    for steps in 0..STEPS {
        let scene = Scene::set(&store, steps).await;
        let unit = store.begin().await;
        scene.play(&*unit, steps).await;
        drop(unit);
        scene.assert_undone(&store, "being dropped half-way").await;
    }
}

pub(super) async fn a_unit_given_up_in_the_middle_of_any_call_has_written_nothing(store: Store) {
    for polls in 0..MOST_POLLS {
        let scene = Scene::set(&store, polls).await;
        let played = give_up_after(polls, async {
            let unit = store.begin().await;
            scene.play(&*unit, STEPS).await;
        })
        .await;
        scene.assert_undone(&store, "being given up").await;
        if played.is_some() {
            return;
        }
    }
}

pub(super) async fn a_unit_whose_task_is_aborted_has_written_nothing(store: Store) {
    for number in 0..10 {
        let scene = Scene::set(&store, number).await;
        let task = {
            let (store, scene) = (store.clone(), scene.clone());
            tokio::spawn(async move {
                let unit = store.begin().await;
                scene.play(&*unit, STEPS).await;
                // Stays open until the task is aborted.
                std::future::pending::<()>().await;
            })
        };
        for _ in 0..number * 4 {
            tokio::task::yield_now().await;
        }
        task.abort();
        let ended = task.await;
        assert!(ended.is_err(), "the task ends by being aborted");
        scene.assert_undone(&store, "its task's abortion").await;
    }
}

pub(super) async fn a_unit_whose_task_panics_has_written_nothing(store: Store) {
    let scene = Scene::set(&store, 0).await;
    let task = {
        let (store, scene) = (store.clone(), scene.clone());
        tokio::spawn(async move {
            let unit = store.begin().await;
            scene.play(&*unit, STEPS).await;
            // Unwinds without the noise of a message.
            std::panic::resume_unwind(Box::new("on purpose"));
        })
    };
    let ended = task.await;
    assert!(ended.is_err_and(|error| error.is_panic()), "the task ends by its panic");
    scene.assert_undone(&store, "its task's panic").await;
}

pub(super) async fn a_commit_that_is_given_up_happens_wholly_or_not_at_all(store: Store) {
    for polls in 0..MOST_POLLS {
        let names = ["one", "two", "three"].map(|word| format!("{word}{polls}"));
        let users = names.map(|name| user(&name));
        let unit = store.begin().await;
        for user in &users {
            let added = unit.users().insert(user, &hash("x")).await;
            added.expect("a user is added");
        }
        let committed = give_up_after(polls, unit.commit()).await;
        let mut there = rows_of(&store, &users).await;
        if there != 0 {
            // It may have happened between two of these reads: then it is over.
            there = rows_of(&store, &users).await;
        }
        assert!(
            there == 0 || there == users.len(),
            "a commit that is given up must happen wholly or not at all: {there} of 3 rows"
        );
        if let Some(committed) = committed {
            committed.expect("a unit commits");
            assert_eq!(there, users.len(), "a commit that was answered must last");
            return;
        }
    }
}

/// How many of these users there are.
async fn rows_of(store: &Store, users: &[User]) -> usize {
    let unit = store.begin().await;
    let mut there = 0;
    for user in users {
        let found = unit.users().find(user.id).await;
        there += usize::from(found.expect("a user is read").is_some());
    }
    there
}

pub(super) async fn a_single_call_that_is_given_up_happens_wholly_or_not_at_all(store: Store) {
    for polls in 0..MOST_POLLS {
        let ann = user(&format!("ann{polls}"));
        let inserted = give_up_after(polls, store.users.insert(&ann, &hash("first"))).await;
        let read = async || {
            let unit = store.begin().await;
            let by_id = unit.users().find(ann.id).await.expect("a user is read");
            let credentials = unit.users().credentials(&ann.email).await;
            (by_id, credentials.expect("credentials are read").is_some())
        };
        let (mut by_id, mut has_credentials) = read().await;
        if by_id.is_some() || has_credentials {
            // It may have happened between these two reads: then it is over.
            (by_id, has_credentials) = read().await;
        }
        assert_eq!(
            by_id.is_some(),
            has_credentials,
            "a call that is given up must happen wholly or not at all"
        );
        if let Some(inserted) = inserted {
            inserted.expect("a user is added");
            assert_eq!(by_id, Some(ann), "a call that was answered must last");
            break;
        }
    }
    let everyone = store.users_in(&UserFilter::default()).await;
    assert!(!everyone.is_empty(), "the store must be usable after calls that were given up");
}

pub(super) async fn giving_up_the_wait_for_a_unit_leaves_the_store_usable(store: Store) {
    let scene = Scene::set(&store, 0).await;
    let open = store.begin().await;
    scene.play(&*open, 2).await;
    let waiting: Vec<_> = (0..5)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.units.begin().await.map(drop) })
        })
        .collect();
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    for task in &waiting {
        task.abort();
    }
    for task in waiting {
        // Aborted, or a store whose units run beside each other had let it in.
        drop(task.await);
    }
    drop(open);
    scene.assert_undone(&store, "being dropped").await;
}

use std::collections::BTreeSet;

use basalt_domain::{TokenGeneration, UserId};

use crate::{
    Store,
    race::{RIVALS, ROUNDS, race},
    samples::{token_id, user, user_id},
};

impl Store {
    pub(super) async fn end_all(&self, user: UserId) -> TokenGeneration {
        let ended = self.auth_states.end_all(user).await;
        ended.expect("all tokens are ended").expect("the user is there")
    }
}

fn assert_all_differ(generations: &[TokenGeneration], last: TokenGeneration) {
    let different: BTreeSet<_> = generations.iter().copied().collect();
    assert_eq!(different.len(), RIVALS, "no generation must be returned twice: {generations:?}");
    assert!(
        !different.contains(&TokenGeneration::FIRST),
        "the generation that was ended must not be returned: {generations:?}"
    );
    assert_eq!(
        different.last(),
        Some(&last),
        "the generation in force must be the last that was returned"
    );
}

pub(super) async fn ending_all_tokens_raises_the_generation_and_returns_it(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    let mut before = TokenGeneration::FIRST;
    let mut seen = BTreeSet::from([before]);
    for _ in 0..40 {
        let returned = store.end_all(ann.id).await;
        assert!(
            returned > before && seen.insert(returned),
            "a generation must be higher than every one before it: {before:?}, {returned:?}"
        );
        let state = store.state(&ann, token_id()).await;
        assert_eq!(
            state.map(|state| state.generation),
            Some(returned),
            "the generation in force must be the one that was returned"
        );
        before = returned;
    }
    let credentials = store.users.credentials(&ann.email).await;
    let credentials = credentials.expect("credentials are read");
    assert_eq!(
        credentials.map(|found| found.generation),
        Some(before),
        "credentials must have the generation in force"
    );
}

pub(super) async fn twenty_ends_at_once_return_twenty_generations(store: Store) {
    for round in 0..ROUNDS {
        let ann = user(&format!("ann{round}"));
        store.add(&ann).await;
        let generations = race(RIVALS, |_| {
            let (store, id) = (store.clone(), ann.id);
            async move { store.end_all(id).await }
        })
        .await;
        let state = store.state(&ann, token_id()).await;
        let last = state.expect("ann is there").generation;
        assert_all_differ(&generations, last);
    }
}

pub(super) async fn twenty_units_that_end_all_return_twenty_generations(store: Store) {
    for round in 0..ROUNDS {
        let ann = user(&format!("ann{round}"));
        store.add(&ann).await;
        let generations = race(RIVALS, |_| {
            let (store, id) = (store.clone(), ann.id);
            async move {
                let unit = store.begin().await;
                let ended = unit.auth_states().end_all(id).await;
                unit.commit().await.expect("a unit commits");
                ended.expect("all tokens are ended").expect("the user is there")
            }
        })
        .await;
        let state = store.state(&ann, token_id()).await;
        let last = state.expect("ann is there").generation;
        assert_all_differ(&generations, last);
    }
}

pub(super) async fn ending_all_tokens_makes_no_new_version(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    store.end_all(ann.id).await;
    assert_eq!(
        store.user(ann.id).await,
        Some(ann),
        "ended tokens must show nowhere: no new version, no later time"
    );
}

pub(super) async fn ending_all_tokens_of_nobody_is_none_and_no_error(store: Store) {
    let ended = store.auth_states.end_all(user_id()).await;
    let ended = ended.expect("ending nobody's tokens must not be an error");
    assert_eq!(ended, None, "nobody must have no generation");
}

pub(super) async fn ending_all_tokens_of_one_user_ends_nobody_elses(store: Store) {
    let (ann, bob) = (user("ann"), user("bob"));
    store.add_all(&[ann.clone(), bob.clone()]).await;
    store.end_all(ann.id).await;
    let state = store.state(&bob, token_id()).await;
    assert_eq!(
        state.map(|state| state.generation),
        Some(TokenGeneration::FIRST),
        "another user's generation must stay"
    );
}

use basalt_domain::{TokenId, UserId, ports::AuthStates};
use uuid::Uuid;

use super::*;
use crate::{
    cached::CachedAuthStates, memory::MemoryStore, test_support::StandingClock, test_support::user,
};

/// The states of a store as a process keeps them. Its clock stands still: nothing ends by age.
fn states(redis: &Redis, store: &MemoryStore) -> CachedAuthStates {
    let states = CachedAuthStates::new(store.clone(), StandingClock::new());
    redis.share_changes(&states);
    states
}

#[tokio::test]
async fn tokens_that_one_process_ends_are_refused_by_the_other() {
    let Some((one, other, _keyspace)) = two().await else {
        return;
    };
    let store = MemoryStore::new();
    let (user, token) = (user(1), TokenId::from_uuid(Uuid::from_u128(1)));
    let hash = basalt_domain::PasswordHash::from_stored("hash");
    basalt_domain::ports::UserRepository::insert(&store, &user, &hash)
        .await
        .unwrap();
    let (here, there) = (states(&one, &store), states(&other, &store));
    let listening = tokio::spawn(async move { other.listen().await });
    let number = async |states: &CachedAuthStates| {
        let state = states.find(user.id, token).await.unwrap();
        state.unwrap().generation.number()
    };
    assert_eq!(number(&there).await, 1);
    // Until it listens, which ends everything once.
    let epochs = there.epochs();
    let before = epochs.of(user.id);
    wait_until(Duration::from_secs(5), async || epochs.of(user.id) > before).await;
    assert_eq!(number(&there).await, 1);
    here.end_all(user.id).await.unwrap();
    wait_until(Duration::from_millis(800), async || {
        number(&there).await == 2
    })
    .await;
    listening.abort();
}

#[tokio::test]
async fn a_hint_that_makes_no_sense_ends_everything() {
    let Some((one, _, _keyspace)) = two().await else {
        return;
    };
    let states = states(&one, &MemoryStore::new());
    let epochs = states.epochs();
    let listener = one.clone();
    let listening = tokio::spawn(async move { listener.listen().await });
    let user = UserId::from_uuid(Uuid::from_u128(7));
    wait_until(Duration::from_secs(5), async || epochs.of(user) > 0).await;
    for nonsense in ["", "x", "-1", "99999"] {
        let before = epochs.of(user);
        let publish = cmd("PUBLISH").arg(keys::STATES).arg(nonsense).to_owned();
        ask::<()>(&one, &publish).await;
        wait_until(Duration::from_secs(5), async || epochs.of(user) > before).await;
    }
    listening.abort();
}

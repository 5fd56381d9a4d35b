use std::sync::OnceLock;

use basalt_domain::{Role, ports::MockAuthStates};
use mockall::{Sequence, predicate::eq};
use uuid::Uuid;

use super::*;
use crate::test_support::StandingClock;

fn user(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

fn token(number: u128) -> TokenId {
    TokenId::from_uuid(Uuid::from_u128(number))
}

fn state(generation: i64) -> AuthState {
    AuthState {
        role: Role::User,
        active: true,
        generation: TokenGeneration::from_number(generation),
        revoked: false,
    }
}

/// Answers generation 1 to the first look-up, 2 to the second, and so on.
fn counting(look_ups: i64) -> MockAuthStates {
    let mut inner = MockAuthStates::new();
    let mut order = Sequence::new();
    for generation in 1..=look_ups {
        inner
            .expect_find()
            .times(1)
            .in_sequence(&mut order)
            .returning(move |_, _| Ok(Some(state(generation))));
    }
    inner
}

async fn generation(states: &CachedAuthStates, of: u128) -> i64 {
    let found = states.find(user(of), token(1)).await.unwrap();
    found.unwrap().generation.number()
}

#[tokio::test]
async fn a_state_is_kept_for_less_than_a_second() {
    let clock = StandingClock::new();
    let states = CachedAuthStates::new(Arc::new(counting(2)), clock.clone());
    assert_eq!(generation(&states, 1).await, 1);
    clock.advance(Duration::from_micros(799_999));
    assert_eq!(generation(&states, 1).await, 1);
    clock.advance(Duration::from_micros(1));
    assert_eq!(generation(&states, 1).await, 2);
}

#[tokio::test]
async fn the_age_of_a_state_counts_from_before_it_was_read() {
    let clock = StandingClock::new();
    let slow = clock.clone();
    let mut inner = MockAuthStates::new();
    inner.expect_find().times(2).returning(move |_, _| {
        slow.advance(Duration::from_millis(600));
        Ok(Some(state(1)))
    });
    let states = CachedAuthStates::new(Arc::new(inner), clock.clone());
    generation(&states, 1).await;
    clock.advance(Duration::from_millis(300));
    generation(&states, 1).await;
}

#[tokio::test]
async fn a_state_is_not_kept_while_the_clock_is_set_back() {
    let clock = StandingClock::new();
    let states = CachedAuthStates::new(Arc::new(counting(2)), clock.clone());
    generation(&states, 1).await;
    clock.set_back(Duration::from_millis(1));
    assert_eq!(generation(&states, 1).await, 2);
}

#[tokio::test]
async fn users_and_tokens_are_kept_apart() {
    let mut inner = MockAuthStates::new();
    for (of, which) in [(1, 1), (1, 2), (2, 1)] {
        inner
            .expect_find()
            .with(eq(user(of)), eq(token(which)))
            .times(1)
            .returning(move |_, _| Ok(Some(state(i64::try_from(10 * of + which).unwrap()))));
    }
    let states = CachedAuthStates::new(Arc::new(inner), StandingClock::new());
    for _ in 0..2 {
        for (of, which) in [(1, 1), (1, 2), (2, 1)] {
            let found = states.find(user(of), token(which)).await.unwrap().unwrap();
            assert_eq!(u128::try_from(found.generation.number()), Ok(10 * of + which));
        }
    }
}

#[tokio::test]
async fn a_write_through_it_is_seen_at_once() {
    let mut inner = counting(3);
    inner.expect_revoke().times(1).returning(|_, _, _| Ok(()));
    inner.expect_end_all().times(1).returning(|_| Err(StoreError::unavailable("gone")));
    let clock = StandingClock::new();
    let states = CachedAuthStates::new(Arc::new(inner), clock.clone());
    assert_eq!(generation(&states, 1).await, 1);
    states.revoke(user(1), token(1), clock.now()).await.unwrap();
    assert_eq!(generation(&states, 1).await, 2);
    assert!(states.end_all(user(1)).await.is_err());
    assert_eq!(generation(&states, 1).await, 3, "who knows what was written");
}

#[tokio::test]
async fn a_write_makes_nobody_forget_other_users() {
    let mut inner = MockAuthStates::new();
    inner.expect_find().times(1).returning(|_, _| Ok(Some(state(1))));
    inner.expect_end_all().returning(|_| Ok(None));
    let states = CachedAuthStates::new(Arc::new(inner), StandingClock::new());
    generation(&states, 1).await;
    states.end_all(user(2)).await.unwrap();
    generation(&states, 1).await;
}

#[tokio::test]
async fn a_state_that_changes_while_it_is_read_is_not_kept() {
    let epochs = Arc::new(OnceLock::<Arc<Epochs>>::new());
    let meanwhile = epochs.clone();
    let mut inner = MockAuthStates::new();
    inner.expect_find().times(2).returning(move |of, _| {
        meanwhile.get().unwrap().end(of);
        Ok(Some(state(1)))
    });
    let states = CachedAuthStates::new(Arc::new(inner), StandingClock::new());
    assert!(epochs.set(states.epochs()).is_ok());
    generation(&states, 1).await;
    generation(&states, 1).await;
}

#[tokio::test]
async fn neither_an_error_nor_a_missing_user_is_kept() {
    let mut inner = MockAuthStates::new();
    let mut order = Sequence::new();
    for found in [Err(StoreError::unavailable("gone")), Ok(None), Ok(Some(state(1)))] {
        inner.expect_find().times(1).in_sequence(&mut order).return_once(move |_, _| found);
    }
    let states = CachedAuthStates::new(Arc::new(inner), StandingClock::new());
    assert!(states.find(user(1), token(1)).await.is_err());
    assert_eq!(states.find(user(1), token(1)).await.unwrap(), None);
    assert_eq!(generation(&states, 1).await, 1);
}

#[tokio::test]
async fn the_number_of_states_is_bounded() {
    let mut inner = MockAuthStates::new();
    inner.expect_find().returning(|_, _| Ok(Some(state(1))));
    let states = CachedAuthStates::new(Arc::new(inner), StandingClock::new());
    for number in 0..u128::from(MAX_STATES + 1_000) {
        states.find(user(1), token(number)).await.unwrap();
    }
    states.states.run_pending_tasks();
    assert!(states.states.entry_count() <= MAX_STATES);
}

//! What has expired goes, a batch at a time.

use std::{sync::Arc, time::Duration};

use basalt_application::{Attempt, Housekeeping, IDEMPOTENCY_TTL};
use basalt_domain::{
    Answer, Fingerprint, IdempotencyKey, TokenId, User,
    ports::{AuthStates, Clock, MockAuthStates, MockIdempotencyRecords},
};
use mockall::predicate::eq;
use uuid::Uuid;

use crate::support::{World, actor, gone, made, new_post, unavailable_while};

const JUST: Duration = Duration::from_micros(1);

impl World {
    fn housekeeping(&self) -> Housekeeping {
        Housekeeping::new(self.ports.clone())
    }

    /// A post under a key, which is kept for a day.
    async fn keyed_post(&self, author: &User, key: &str) {
        let attempt = Attempt {
            key: IdempotencyKey::parse(key.as_bytes()).unwrap(),
            fingerprint: Fingerprint([0; 32]),
            earlier_fingerprints: Vec::new(),
            render: |_| Answer(Vec::new()),
        };
        let created = self.posts().create(&actor(author), new_post(key, true), Some(attempt)).await;
        made(created);
    }

    /// The note of a logout, of a token that is good for another `lifetime`.
    async fn revoked_token(&self, user: &User, number: u128, lifetime: Duration) {
        let token = TokenId::from_uuid(Uuid::from_u128(number));
        let expires_at = self.clock.now().plus(lifetime);
        self.store.revoke(user.id, token, expires_at).await.unwrap();
    }
}

#[tokio::test]
async fn records_and_revoked_tokens_go_once_they_have_expired_and_not_before() {
    let world = World::new();
    let ann = world.user("ann").await;
    world.keyed_post(&ann, "early").await;
    world.revoked_token(&ann, 1, IDEMPOTENCY_TTL).await;
    world.clock.step(IDEMPOTENCY_TTL);
    world.keyed_post(&ann, "late").await;
    world.revoked_token(&ann, 2, IDEMPOTENCY_TTL).await;
    assert_eq!(world.housekeeping().remove_expired().await.unwrap(), 0);

    world.clock.step(JUST);
    assert_eq!(world.housekeeping().remove_expired().await.unwrap(), 2);
    assert_eq!(world.housekeeping().remove_expired().await.unwrap(), 0);
}

#[tokio::test]
async fn a_long_list_goes_in_batches() {
    let world = World::new();
    let ann = world.user("ann").await;
    let batch = u64::from(Housekeeping::BATCH);
    for number in 0..=u128::from(batch) {
        world.revoked_token(&ann, number, Duration::ZERO).await;
    }
    world.clock.step(JUST);
    for expected in [batch, 1, 0] {
        assert_eq!(world.housekeeping().remove_expired().await.unwrap(), expected);
    }
}

#[tokio::test]
async fn each_store_is_asked_for_one_batch_of_what_has_expired_by_now() {
    let world = World::new();
    let now = world.clock.now();
    let mut records = MockIdempotencyRecords::new();
    let remove = records.expect_remove_expired().with(eq(now), eq(Housekeeping::BATCH));
    remove.times(1).returning(|_, _| Ok(3));
    let mut tokens = MockAuthStates::new();
    let remove = tokens.expect_remove_expired().with(eq(now), eq(Housekeeping::BATCH));
    remove.times(1).returning(|_, _| Ok(4));
    let housekeeping = Housekeeping::new(world.ports_with(|ports| {
        ports.idempotency = Arc::new(records);
        ports.auth_states = Arc::new(tokens);
    }));
    assert_eq!(housekeeping.remove_expired().await.unwrap(), 7);
}

#[tokio::test]
async fn a_store_that_is_away_is_said_to_be_with_what_was_being_done() {
    let world = World::new();
    let mut records = MockIdempotencyRecords::new();
    records.expect_remove_expired().returning(|_, _| Err(gone()));
    let ports = world.ports_with(|ports| ports.idempotency = Arc::new(records));
    let refused = Housekeeping::new(ports).remove_expired().await;
    assert_eq!(unavailable_while(refused), "removing idempotency records");

    let mut tokens = MockAuthStates::new();
    tokens.expect_remove_expired().returning(|_, _| Err(gone()));
    let ports = world.ports_with(|ports| ports.auth_states = Arc::new(tokens));
    let refused = Housekeeping::new(ports).remove_expired().await;
    assert_eq!(unavailable_while(refused), "removing revoked tokens");
}

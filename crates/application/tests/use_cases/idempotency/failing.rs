use std::sync::Arc;

use basalt_application::{Error, IDEMPOTENCY_TTL, Posts, Users};
use basalt_domain::{
    Timestamp, User, UserId,
    ports::{Claim, Clock, IdempotencyRecords, MockIdempotencyRecords, MockPasswordHasher},
};
use mockall::{Sequence, predicate::eq};

use super::{REGISTRATION, answer_for, answer_for_post, create, key, register, replayed};
use crate::{
    doubles::{CommitsFail, Unit, units},
    support::{World, actor, gone, made, new_user, unavailable_while},
};

#[tokio::test]
async fn a_refusal_is_not_recorded() {
    let world = World::new();
    let ann = world.user("ann").await;
    for _again in 0..2 {
        let refused = register(&world.users(), "ann", "key", 1).await;
        assert_refused!(refused, Error::EmailTaken);
    }
    world.delete_user(&ann).await;
    made(register(&world.users(), "ann", "key", 1).await);
}

#[tokio::test]
async fn record_and_user_come_into_being_together_or_not_at_all() {
    let world = World::new();
    let store = world.store.clone();
    let ports = world.ports_with(|ports| ports.units = Arc::new(CommitsFail(store)));
    let refused = register(&Users::new(ports), "ann", "key", 1).await;
    assert_eq!(unavailable_while(refused), "committing a registration");
    let record = world.store.find(REGISTRATION, &key("key"), world.clock.now()).await;
    assert_eq!(record.unwrap(), None);
    assert_eq!(world.number_of_users().await, 0);

    let ann = made(register(&world.users(), "ann", "key", 1).await);
    let repeat = register(&world.users(), "ann", "key", 1).await;
    assert_eq!(replayed(repeat), answer_for(&ann));
}

#[tokio::test]
async fn record_and_post_come_into_being_together_or_not_at_all() {
    let world = World::new();
    let ann = world.user("ann").await;
    let (store, ann) = (world.store.clone(), actor(&ann));
    let failing = Posts::new(world.ports_with(|ports| ports.units = Arc::new(CommitsFail(store))));
    let refused = create(&failing, &ann, "Title", "key", 1).await;
    assert_eq!(unavailable_while(refused), "committing a new post");
    assert_eq!(world.published_titles().await, Vec::<String>::new());

    let posts = world.posts();
    let post = made(create(&posts, &ann, "Title", "key", 1).await);
    let repeat = create(&posts, &ann, "Title", "key", 1).await;
    assert_eq!(replayed(repeat), answer_for_post(&post));
}

#[tokio::test]
async fn the_record_holds_the_answer_belongs_to_the_new_user_and_lasts_a_day() {
    let world = World::new();
    let now = world.clock.now();
    let (mut unit, mut order) = (Unit::default(), Sequence::new());
    unit.idempotency
        .expect_claim()
        .withf(move |record, at| {
            let ann = User { id: record.owner, ..sample_user() };
            record.scope == REGISTRATION
                && record.key == key("key")
                && record.answer == answer_for(&ann)
                && record.expires_at == now.plus(IDEMPOTENCY_TTL)
                && *at == now
        })
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _| Ok(Claim::Made));
    let insert = unit.users.expect_insert().times(1).in_sequence(&mut order);
    insert.returning(|_, _| Ok(()));
    let unit = unit.committed_in(&mut order);
    let ports = world.ports_with(|ports| ports.units = Arc::new(units([unit])));
    made(register(&Users::new(ports), "ann", "key", 1).await);
}

fn sample_user() -> User {
    let new = new_user("ann");
    let id = UserId::from_bytes([0; 16]);
    let now = Timestamp::from_micros(0).unwrap();
    User::register(id, new.name, new.email, now)
}

#[tokio::test]
async fn a_key_that_can_t_be_looked_up_costs_no_work_and_makes_nothing() {
    let world = World::new();
    let mut records = MockIdempotencyRecords::new();
    let find = records.expect_find().with(eq(REGISTRATION), eq(key("key")), eq(world.clock.now()));
    find.times(1).returning(|_, _, _| Err(gone()));
    let ports = world.ports_with(|ports| {
        ports.idempotency = Arc::new(records);
        ports.hasher = Arc::new(MockPasswordHasher::new());
        ports.units = Arc::new(units([]));
    });
    let refused = register(&Users::new(ports), "ann", "key", 1).await;
    assert_eq!(unavailable_while(refused), "looking an idempotency key up");
}

#[tokio::test]
async fn a_key_that_can_t_be_claimed_makes_nothing() {
    let mut unit = Unit::default();
    unit.idempotency.expect_claim().times(1).returning(|_, _| Err(gone()));
    unit.users.expect_insert().never();
    let ports = World::new().ports_with(|ports| ports.units = Arc::new(units([unit.dropped()])));
    let refused = register(&Users::new(ports), "ann", "key", 1).await;
    assert_eq!(unavailable_while(refused), "claiming an idempotency key");
}

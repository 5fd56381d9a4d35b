use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use basalt_application::{Created, Error, Users};
use basalt_domain::{
    CandidatePassword, Password, PasswordHash, User,
    ports::{Claim, HashError, MockIdempotencyRecords, PasswordHasher, Verification},
};
use tokio::{sync::Semaphore, time::Instant};

use super::{answer_for, register, replayed};
use crate::{
    doubles::{Unit, units},
    support::{PATIENCE, World, made, present_hash},
};

/// Lets a registration stand in the middle of its work until it is told how that ends.
struct Gate {
    entered: AtomicUsize,
    tickets: Semaphore,
    refuses_first: bool,
}

impl Gate {
    fn new() -> Self {
        Self { entered: AtomicUsize::new(0), tickets: Semaphore::new(0), refuses_first: false }
    }

    fn open(&self) {
        self.tickets.add_permits(100);
    }

    fn entered(&self) -> usize {
        self.entered.load(Ordering::SeqCst)
    }

    /// Until `count` registrations stand in it. Only tasks of this thread can change that.
    async fn wait_for(&self, count: usize) {
        while self.entered() < count {
            tokio::task::yield_now().await;
        }
    }
}

#[async_trait]
impl PasswordHasher for Gate {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, HashError> {
        let entered = self.entered.fetch_add(1, Ordering::SeqCst);
        self.tickets.acquire().await.unwrap().forget();
        if self.refuses_first && entered == 0 {
            return Err(HashError::Busy);
        }
        Ok(present_hash(password.expose()))
    }

    async fn verify<'a>(
        &self,
        _: &CandidatePassword,
        _: Option<&'a PasswordHash>,
    ) -> Result<Verification, HashError> {
        Err(HashError::Busy)
    }

    async fn rehash(&self, _: &CandidatePassword) -> Result<PasswordHash, HashError> {
        Err(HashError::Busy)
    }
}

fn gated(gate: Gate) -> (World, Arc<Gate>, Users) {
    let (world, gate) = (World::new(), Arc::new(gate));
    let hasher = Arc::clone(&gate);
    let users = Users::new(world.ports_with(|ports| ports.hasher = hasher));
    (world, gate, users)
}

#[tokio::test]
async fn a_repeat_waits_for_the_first_and_gets_its_answer() {
    let (world, gate, users) = gated(Gate::new());
    let (first, repeat, ()) =
        tokio::join!(register(&users, "ann", "key", 1), register(&users, "ann", "key", 1), async {
            gate.wait_for(1).await;
            gate.open();
        },);
    assert_eq!(replayed(repeat), answer_for(&made(first)));
    assert_eq!(gate.entered(), 1, "the repeat did no work");
    assert_eq!(world.number_of_users().await, 1);
}

#[tokio::test]
async fn twenty_requests_of_one_key_make_one_user() {
    let (world, gate, users) = gated(Gate::new());
    gate.open();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let users = users.clone();
        tasks.spawn(async move { register(&users, "ann", "key", 1).await });
    }
    let created = tasks.join_all().await;
    assert!(created.iter().all(Result::is_ok), "{created:?}");
    assert_eq!(gate.entered(), 1);
    assert_eq!(world.number_of_users().await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_repeat_waits_as_long_as_its_patience_and_no_longer() {
    let (_world, gate, users) = gated(Gate::new());
    let first = {
        let users = users.clone();
        tokio::spawn(async move { register(&users, "ann", "key", 1).await })
    };
    gate.wait_for(1).await;
    let start = Instant::now();
    let refused = register(&users, "ann", "key", 1).await;
    let waited = start.elapsed();
    assert_refused!(refused, Error::InProgress);
    assert!(waited >= PATIENCE && waited < PATIENCE + Duration::from_secs(1), "{waited:?}");

    // Who lost patience took nothing from the first or from the next.
    gate.open();
    let ann = made(first.await.unwrap());
    let repeat = register(&users, "ann", "key", 1).await;
    assert_eq!(replayed(repeat), answer_for(&ann));
}

#[tokio::test]
async fn a_request_that_is_given_up_leaves_its_key_to_the_one_that_waits() {
    let (_world, gate, users) = gated(Gate::new());
    let start = || {
        let users = users.clone();
        tokio::spawn(async move { register(&users, "ann", "key", 1).await })
    };
    let first = start();
    gate.wait_for(1).await;
    let waiting = start();
    tokio::task::yield_now().await;
    first.abort();
    gate.open();
    assert!(first.await.unwrap_err().is_cancelled());
    made(waiting.await.unwrap());
}

#[tokio::test]
async fn when_the_first_fails_the_one_that_waited_does_the_work() {
    let (world, gate, users) = gated(Gate { refuses_first: true, ..Gate::new() });
    let (first, second, ()) =
        tokio::join!(register(&users, "ann", "key", 1), register(&users, "ann", "key", 1), async {
            gate.wait_for(1).await;
            gate.open();
        },);
    assert_refused!(first, Error::Unavailable { .. });
    made(second);
    assert_eq!(world.number_of_users().await, 1);
}

#[tokio::test]
async fn another_key_waits_for_nobody() {
    let (world, gate, users) = gated(Gate::new());
    let at_the_gate = async {
        gate.wait_for(2).await;
        gate.open();
    };
    let (one, other, ()) = tokio::join!(
        register(&users, "ann", "one", 1),
        register(&users, "bob", "other", 1),
        at_the_gate,
    );
    made(one);
    made(other);
    assert_eq!(world.number_of_users().await, 2);
}

/// Two processes share the store and nothing else: both come past the look-up.
async fn in_two_processes(bodies: [u8; 2]) -> (World, [Result<Created<User>, Error>; 2]) {
    let (world, gate, here) = gated(Gate::new());
    let hasher = Arc::clone(&gate);
    let there = Users::new(world.ports_with(|ports| ports.hasher = hasher));
    let (one, other, ()) = tokio::join!(
        register(&here, "ann", "key", bodies[0]),
        register(&there, "ann", "key", bodies[1]),
        async {
            gate.wait_for(2).await;
            gate.open();
        },
    );
    (world, [one, other])
}

#[tokio::test]
async fn of_two_processes_the_slower_gives_the_answer_of_the_faster() {
    let (world, mut outcomes) = in_two_processes([1, 1]).await;
    outcomes.sort_by_key(|outcome| matches!(outcome, Ok(Created::Replayed(_))));
    let [faster, slower] = outcomes;
    assert_eq!(replayed(slower), answer_for(&made(faster)));
    assert_eq!(world.number_of_users().await, 1);
}

#[tokio::test]
async fn of_two_processes_with_two_bodies_the_slower_is_refused() {
    let (world, mut outcomes) = in_two_processes([1, 2]).await;
    outcomes.sort_by_key(Result::is_err);
    let [faster, slower] = outcomes;
    made(faster);
    assert_refused!(slower, Error::KeyReused);
    assert_eq!(world.number_of_users().await, 1);
}

#[tokio::test]
async fn a_key_that_another_process_holds_for_too_long_is_in_progress() {
    let mut unit = Unit::default();
    unit.idempotency.expect_claim().times(1).returning(|_, _| Ok(Claim::Busy));
    let ports = World::new().ports_with(|ports| ports.units = Arc::new(units([unit.dropped()])));
    let refused = register(&Users::new(ports), "ann", "key", 1).await;
    assert_refused!(refused, Error::InProgress);
}

#[tokio::test]
async fn a_record_that_is_gone_before_it_can_be_read_is_in_progress() {
    let mut unit = Unit::default();
    unit.idempotency.expect_claim().times(1).returning(|_, _| Ok(Claim::Exists));
    // Asked within the unit: a second connection may not be had.
    unit.idempotency.expect_find().times(1).returning(|_, _, _| Ok(None));
    let mut records = MockIdempotencyRecords::new();
    records.expect_find().times(1).returning(|_, _, _| Ok(None));
    let ports = World::new().ports_with(|ports| {
        ports.units = Arc::new(units([unit.dropped()]));
        ports.idempotency = Arc::new(records);
    });
    let refused = register(&Users::new(ports), "ann", "key", 1).await;
    assert_refused!(refused, Error::InProgress);
}

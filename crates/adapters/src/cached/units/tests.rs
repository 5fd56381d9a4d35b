use basalt_domain::{
    PasswordHash, PersonName, Role, Timestamp, TokenGeneration, TokenId, User, UserChanges,
    ports::{ChangeMark, MockPostCache, MockUnitOfWork, Outcome},
};
use futures_util::poll;
use mockall::predicate::eq;
use uuid::Uuid;

use super::*;
use crate::{
    memory::MemoryStore,
    test_support::{StandingClock, post, user},
};

const TOKEN: TokenId = TokenId::from_uuid(Uuid::from_u128(5));

/// A store with one user, whose states are cached, and units that bump a cache of posts as often
/// as is said.
struct Fixture {
    user: User,
    states: CachedAuthStates,
    units: CachedUnits,
}

impl Fixture {
    async fn new(bumps: usize) -> Self {
        let store = MemoryStore::new();
        let user = user(1);
        let hash = PasswordHash::from_stored("hash");
        UserRepository::insert(&store, &user, &hash).await.unwrap();
        let states = CachedAuthStates::new(store.clone(), StandingClock::new());
        let mut cache = MockPostCache::new();
        cache
            .expect_expect_change()
            .times(bumps)
            .returning(|| Ok(ChangeMark(7)));
        cache
            .expect_bump()
            .with(eq(Some(ChangeMark(7))))
            .times(bumps)
            .returning(|_| Ok(()));
        let units = CachedUnits::new(store, Some(Arc::new(cache)), &states);
        let fixture = Self {
            user,
            states,
            units,
        };
        assert_eq!(fixture.generation().await, Some(1));
        fixture
    }

    async fn begin(&self) -> Box<dyn UnitOfWork> {
        self.units.begin().await.unwrap()
    }

    async fn generation(&self) -> Option<i64> {
        let state = self.states.find(self.user.id, TOKEN).await.unwrap();
        state.map(|state| state.generation.number())
    }
}

fn changed(user: &User, changes: UserChanges) -> User {
    user.changed(changes, user.updated_at).unwrap()
}

#[tokio::test]
async fn a_raised_generation_is_seen_after_the_commit_and_not_before() {
    let fixture = Fixture::new(0).await;
    let unit = fixture.begin().await;
    let raised = unit.auth_states().end_all(fixture.user.id).await.unwrap();
    assert_eq!(raised, Some(TokenGeneration::from_number(2)));
    assert_eq!(fixture.generation().await, Some(1));
    unit.commit().await.unwrap();
    assert_eq!(fixture.generation().await, Some(2));
}

#[tokio::test]
async fn a_revoked_token_is_refused_after_the_commit() {
    let fixture = Fixture::new(0).await;
    let unit = fixture.begin().await;
    let later = Timestamp::from_micros(i64::MAX / 1_000).unwrap();
    unit.auth_states()
        .revoke(fixture.user.id, TOKEN, later)
        .await
        .unwrap();
    unit.commit().await.unwrap();
    let state = fixture.states.find(fixture.user.id, TOKEN).await.unwrap();
    assert!(state.unwrap().revoked);
}

#[tokio::test]
async fn a_changed_role_is_seen_after_the_commit_and_ends_the_lists() {
    let fixture = Fixture::new(1).await;
    let changes = UserChanges {
        role: Some(Role::Admin),
        ..UserChanges::default()
    };
    let admin = changed(&fixture.user, changes);
    let unit = fixture.begin().await;
    let outcome = unit.users().update(&admin, fixture.user.version).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    unit.commit().await.unwrap();
    let state = fixture.states.find(fixture.user.id, TOKEN).await.unwrap();
    assert_eq!(state.unwrap().role, Role::Admin);
}

#[tokio::test]
async fn a_deleted_user_is_gone_after_the_commit_and_ends_the_lists() {
    let fixture = Fixture::new(1).await;
    let unit = fixture.begin().await;
    let (id, version) = (fixture.user.id, fixture.user.version);
    assert_eq!(
        unit.users().delete(id, version).await.unwrap(),
        Outcome::Done
    );
    unit.commit().await.unwrap();
    assert_eq!(fixture.generation().await, None);
}

#[tokio::test]
async fn each_unit_that_writes_posts_ends_the_lists_once() {
    let fixture = Fixture::new(3).await;
    let first = post(9, "Text");
    let unit = fixture.begin().await;
    unit.posts().insert(&first).await.unwrap();
    unit.posts().insert(&post(8, "Text")).await.unwrap();
    unit.commit().await.unwrap();
    let unit = fixture.begin().await;
    let second = basalt_domain::Post {
        version: first.version.next(),
        ..first.clone()
    };
    let outcome = unit.posts().update(&second, first.version).await.unwrap();
    assert_eq!(outcome, Outcome::Done);
    unit.commit().await.unwrap();
    let unit = fixture.begin().await;
    let outcome = unit.posts().delete(first.id, second.version).await.unwrap();
    assert_eq!(outcome, Outcome::Done);
    unit.commit().await.unwrap();
}

#[tokio::test]
async fn a_unit_that_is_dropped_or_changes_nothing_that_is_kept_ends_no_lists() {
    let fixture = Fixture::new(0).await;
    let unit = fixture.begin().await;
    unit.posts().insert(&post(9, "Text")).await.unwrap();
    drop(unit);
    let unit = fixture.begin().await;
    let hash = PasswordHash::from_stored("hash");
    unit.users().insert(&user(2), &hash).await.unwrap();
    let other = PasswordHash::from_stored("other");
    let replaced = unit
        .users()
        .replace_password(fixture.user.id, &hash, &other)
        .await;
    assert!(replaced.unwrap());
    unit.commit().await.unwrap();
}

#[tokio::test]
async fn a_unit_reads_its_own_writes() {
    let fixture = Fixture::new(1).await;
    let changes = UserChanges {
        name: Some(PersonName::parse("Anne").unwrap()),
        ..UserChanges::default()
    };
    let renamed = changed(&fixture.user, changes);
    let unit = fixture.begin().await;
    let outcome = unit.users().update(&renamed, fixture.user.version).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    let found = unit.users().find(renamed.id).await.unwrap();
    assert_eq!(found, Some(renamed));
    unit.commit().await.unwrap();
}

#[tokio::test]
async fn without_a_cache_of_posts_states_are_forgotten_all_the_same() {
    let Fixture { user, states, .. } = Fixture::new(0).await;
    let store = MemoryStore::new();
    let hash = PasswordHash::from_stored("hash");
    UserRepository::insert(&store, &user, &hash).await.unwrap();
    let units = CachedUnits::new(store, None, &states);
    let unit = units.begin().await.unwrap();
    assert_eq!(
        unit.users().delete(user.id, user.version).await.unwrap(),
        Outcome::Done
    );
    let epoch = states.epochs().of(user.id);
    unit.commit().await.unwrap();
    assert!(states.epochs().of(user.id) > epoch);
}

/// A unit whose commit does as it is told, and that has touched everything.
fn touched(
    commit: impl Fn() -> Result<(), StoreError> + Send + Sync + 'static,
) -> (Box<CachedUnit>, Arc<Epochs>) {
    let mut inner = MockUnitOfWork::new();
    inner.expect_commit().times(1).returning(commit);
    let mut cache = MockPostCache::new();
    cache
        .expect_expect_change()
        .times(1)
        .returning(|| Ok(ChangeMark(7)));
    cache.expect_bump().times(1).returning(|_| Ok(()));
    let epochs = Arc::new(Epochs::new());
    let unit = CachedUnit {
        inner: Box::new(inner),
        caches: Caches {
            posts: Some(Arc::new(cache)),
            epochs: epochs.clone(),
        },
        lists_differ: AtomicBool::new(true),
        users: Mutex::new(vec![user(1).id]),
    };
    (Box::new(unit), epochs)
}

#[tokio::test]
async fn a_commit_that_fails_makes_everything_forgotten_too() {
    let (unit, epochs) = touched(|| Err(StoreError::unavailable("gone")));
    assert!(matches!(
        unit.commit().await,
        Err(StoreError::Unavailable(_))
    ));
    assert_eq!(epochs.of(user(1).id), 1);
}

#[tokio::test]
async fn a_commit_is_done_to_its_end_when_the_writer_goes_away() {
    let (unit, epochs) = touched(|| Ok(()));
    let mut commit = unit.commit();
    assert!(poll!(commit.as_mut()).is_pending());
    drop(commit);
    assert_eq!(epochs.of(user(1).id), 0);
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert_eq!(epochs.of(user(1).id), 1);
}

#[tokio::test]
async fn a_commit_that_panics_is_an_error_and_makes_everything_forgotten() {
    let (unit, epochs) = touched(|| panic!("a fault in the adapter"));
    assert!(matches!(unit.commit().await, Err(StoreError::Failed(_))));
    assert_eq!(epochs.of(user(1).id), 1);
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_unit_that_can_not_begin_says_why() {
    let mut inner = basalt_domain::ports::MockUnitsOfWork::new();
    inner
        .expect_begin()
        .returning(|| Err(StoreError::unavailable("gone")));
    let states = CachedAuthStates::new(MemoryStore::new(), StandingClock::new());
    let units = CachedUnits::new(inner, None, &states);
    assert!(matches!(
        units.begin().await,
        Err(StoreError::Unavailable(_))
    ));
}

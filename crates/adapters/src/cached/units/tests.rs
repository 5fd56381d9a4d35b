use std::time::Duration;

use basalt_domain::{
    ListVersion, PasswordHash, PersonName, Role, Timestamp, TokenGeneration, TokenId, UnsavedPost,
    User, UserChanges,
    ports::{MockUnitOfWork, MockUnitsOfWork, Outcome},
};
use futures_util::poll;
use uuid::Uuid;

use super::*;
use crate::{
    memory::MemoryStore,
    test_support::{StandingClock, post, user},
};

const TOKEN: TokenId = TokenId::from_uuid(Uuid::from_u128(5));

/// A store with one user, whose states and versions are known to its process.
struct Fixture {
    user: User,
    versions: Arc<LatestVersion>,
    states: CachedAuthStates,
    units: CachedUnits,
}

impl Fixture {
    async fn new() -> Self {
        let store = MemoryStore::new();
        let user = user(1);
        let hash = PasswordHash::from_stored("hash");
        UserRepository::insert(&store, &user, &hash).await.unwrap();
        let states = CachedAuthStates::new(Arc::new(store.clone()), StandingClock::new());
        let versions = LatestVersion::new(Arc::new(store.clone()));
        let units = CachedUnits::new(Arc::new(store), Arc::clone(&versions), &states);
        let fixture = Self { user, versions, states, units };
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

    async fn version(&self) -> ListVersion {
        self.versions.current().await.unwrap()
    }
}

fn changed(user: &User, changes: UserChanges) -> User {
    user.changed(changes, user.updated_at).unwrap()
}

#[tokio::test]
async fn a_raised_generation_is_seen_after_the_commit_and_not_before() {
    let fixture = Fixture::new().await;
    let unit = fixture.begin().await;
    let raised = unit.auth_states().end_all(fixture.user.id).await.unwrap();
    assert_eq!(raised, Some(TokenGeneration::from_number(2)));
    assert_eq!(fixture.generation().await, Some(1));
    unit.commit().await.unwrap();
    assert_eq!(fixture.generation().await, Some(2));
}

#[tokio::test]
async fn a_revoked_token_is_refused_after_the_commit() {
    let fixture = Fixture::new().await;
    let unit = fixture.begin().await;
    let later = Timestamp::from_micros(i64::MAX / 1_000).unwrap();
    let states = unit.auth_states();
    states.revoke(fixture.user.id, TOKEN, later).await.unwrap();
    unit.commit().await.unwrap();
    let state = fixture.states.find(fixture.user.id, TOKEN).await.unwrap();
    assert!(state.unwrap().revoked);
}

#[tokio::test]
async fn a_changed_role_is_seen_after_the_commit() {
    let fixture = Fixture::new().await;
    let changes = UserChanges { role: Some(Role::Admin), ..UserChanges::default() };
    let admin = changed(&fixture.user, changes);
    let unit = fixture.begin().await;
    let outcome = unit.users().update(&admin, fixture.user.version).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    unit.commit().await.unwrap();
    let state = fixture.states.find(fixture.user.id, TOKEN).await.unwrap();
    assert_eq!(state.unwrap().role, Role::Admin);
}

#[tokio::test]
async fn a_deleted_user_is_gone_after_the_commit() {
    let fixture = Fixture::new().await;
    let unit = fixture.begin().await;
    let (id, version) = (fixture.user.id, fixture.user.version);
    let outcome = unit.users().delete(id, version).await.unwrap();
    assert_eq!(outcome, Outcome::Done);
    unit.commit().await.unwrap();
    assert_eq!(fixture.generation().await, None);
}

#[tokio::test]
async fn a_commit_shows_its_posts_at_once_and_a_unit_that_is_dropped_notes_nothing() {
    let fixture = Fixture::new().await;
    let before = fixture.version().await;
    let epoch = fixture.states.epochs().of(fixture.user.id);
    let unit = fixture.begin().await;
    unit.posts().insert(&UnsavedPost::from(&post(9, "Text"))).await.unwrap();
    unit.auth_states().end_all(fixture.user.id).await.unwrap();
    drop(unit);
    assert!(fixture.versions.stale(Duration::MAX).is_some());
    assert_eq!(fixture.states.epochs().of(fixture.user.id), epoch);
    assert_eq!(fixture.version().await, before);

    let unit = fixture.begin().await;
    unit.posts().insert(&UnsavedPost::from(&post(9, "Text"))).await.unwrap();
    assert_eq!(fixture.version().await, before);
    unit.commit().await.unwrap();
    assert_ne!(fixture.version().await, before);
}

#[tokio::test]
async fn a_unit_reads_its_own_writes() {
    let fixture = Fixture::new().await;
    let changes =
        UserChanges { name: Some(PersonName::parse("Anne").unwrap()), ..UserChanges::default() };
    let renamed = changed(&fixture.user, changes);
    let unit = fixture.begin().await;
    let outcome = unit.users().update(&renamed, fixture.user.version).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    let found = unit.users().find(renamed.id).await.unwrap();
    assert_eq!(found, Some(renamed));
}

/// A unit on `inner` that has touched a user, and what it notes.
async fn touched(
    inner: impl UnitOfWork + 'static,
) -> (Box<CachedUnit>, Arc<LatestVersion>, Arc<Epochs>) {
    let versions = LatestVersion::new(Arc::new(MemoryStore::new()));
    versions.current().await.unwrap();
    let epochs = Arc::new(Epochs::new());
    let unit = CachedUnit {
        inner: Box::new(inner),
        versions: Arc::clone(&versions),
        epochs: Arc::clone(&epochs),
        users: Mutex::new(vec![user(1).id]),
    };
    (Box::new(unit), versions, epochs)
}

/// Whether what is known of the lists, and of the user, counts no more.
fn noted(versions: &LatestVersion, epochs: &Epochs) -> (bool, bool) {
    let lists = versions.stale(Duration::MAX).is_none();
    (lists, epochs.of(user(1).id) > 0)
}

#[tokio::test]
async fn a_commit_that_fails_is_noted_too() {
    let mut inner = MockUnitOfWork::new();
    let commit = inner.expect_commit().times(1);
    commit.returning(|| Err(StoreError::unavailable("gone")));
    let (unit, versions, epochs) = touched(inner).await;
    let failed = unit.commit().await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))));
    assert_eq!(noted(&versions, &epochs), (true, true));
}

/// A unit whose commit never ends.
struct Endless;

#[async_trait]
impl UnitOfWork for Endless {
    fn users(&self) -> &dyn UserRepository {
        unreachable!("it is committed alone")
    }

    fn posts(&self) -> &dyn PostRepository {
        unreachable!("it is committed alone")
    }

    fn auth_states(&self) -> &dyn AuthStates {
        unreachable!("it is committed alone")
    }

    fn idempotency(&self) -> &dyn IdempotencyRecords {
        unreachable!("it is committed alone")
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_commit_whose_writer_goes_away_is_noted_too() {
    let (unit, versions, epochs) = touched(Endless).await;
    let mut commit = unit.commit();
    assert!(poll!(commit.as_mut()).is_pending());
    assert_eq!(noted(&versions, &epochs), (false, false));
    drop(commit);
    assert_eq!(noted(&versions, &epochs), (true, true));
}

#[tokio::test]
async fn a_unit_that_can_not_begin_says_why() {
    let mut inner = MockUnitsOfWork::new();
    inner.expect_begin().returning(|| Err(StoreError::unavailable("gone")));
    let states = CachedAuthStates::new(Arc::new(MemoryStore::new()), StandingClock::new());
    let versions = LatestVersion::new(Arc::new(MemoryStore::new()));
    let units = CachedUnits::new(Arc::new(inner), versions, &states);
    assert!(matches!(units.begin().await, Err(StoreError::Unavailable(_))));
}

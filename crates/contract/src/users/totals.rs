//! Totals that are not counted when they are asked for have to be right all the same.

use basalt_domain::{Role, Sort, Total, User, UserFilter, ports::Outcome};

use crate::{
    Store,
    listing::page_request,
    race::{RIVALS, race},
    samples::{admin, hash, user},
};

/// How many users there are in each role and state.
#[derive(Clone, Copy)]
struct Counts {
    active_users: u64,
    resting_users: u64,
    active_admins: u64,
    resting_admins: u64,
}

impl Counts {
    fn of(self, role: Role, active: bool) -> u64 {
        match (role, active) {
            (Role::User, true) => self.active_users,
            (Role::User, false) => self.resting_users,
            (Role::Admin, true) => self.active_admins,
            (Role::Admin, false) => self.resting_admins,
        }
    }
}

/// Asserts the totals of all combinations of the filters of role and state, also behind the end.
async fn assert_totals(store: &Store, counts: Counts, after: &str) {
    let roles = [None, Some(Role::User), Some(Role::Admin)];
    let states = [None, Some(true), Some(false)];
    for (role, active) in roles.into_iter().flat_map(|role| states.map(|state| (role, state))) {
        let filter = UserFilter { role, active, ..UserFilter::default() };
        let mut expected = 0;
        for one in [Role::User, Role::Admin] {
            for state in [true, false] {
                if role.is_none_or(|role| role == one)
                    && active.is_none_or(|active| active == state)
                {
                    expected += counts.of(one, state);
                }
            }
        }
        for request in [page_request(1, 100), page_request(1, 1), page_request(50, 100)] {
            let page = store.user_page(&filter, Sort::default(), request).await;
            assert_eq!(
                page.total,
                Total::exact(expected),
                "a total must be exact after {after}: {filter:?}"
            );
        }
    }
}

async fn write(store: &Store, before: &User, next: &User) {
    let outcome = store.users.update(next, before.version).await;
    assert_eq!(outcome.expect("a user is updated"), Outcome::Done);
}

fn with(before: &User, role: Role, active: bool) -> User {
    User { role, active, version: before.version.next(), ..before.clone() }
}

pub(super) async fn totals_follow_a_user_through_roles_and_states(store: Store) {
    let mut counts =
        Counts { active_users: 0, resting_users: 0, active_admins: 0, resting_admins: 0 };
    assert_totals(&store, counts, "nothing").await;
    let (ann, bob) = (user("ann"), admin("bob"));
    store.add_all(&[ann.clone(), bob.clone(), user("cid")]).await;
    (counts.active_users, counts.active_admins) = (2, 1);
    assert_totals(&store, counts, "three insertions").await;

    let promoted = with(&ann, Role::Admin, true);
    write(&store, &ann, &promoted).await;
    (counts.active_users, counts.active_admins) = (1, 2);
    assert_totals(&store, counts, "a promotion").await;
    let resting = with(&promoted, Role::Admin, false);
    write(&store, &promoted, &resting).await;
    (counts.active_admins, counts.resting_admins) = (1, 1);
    assert_totals(&store, counts, "a deactivation").await;
    let demoted = with(&resting, Role::User, false);
    write(&store, &resting, &demoted).await;
    (counts.resting_admins, counts.resting_users) = (0, 1);
    assert_totals(&store, counts, "a demotion").await;

    let stale = store.users.delete(demoted.id, ann.version).await;
    assert_eq!(stale.expect("a stale version is no error"), Outcome::Stale);
    let taken = store.users.insert(&user("cid"), &hash("x")).await;
    assert!(taken.is_err(), "an address that is taken is refused");
    assert_totals(&store, counts, "what was refused").await;
    for gone in [&demoted, &bob] {
        let outcome = store.users.delete(gone.id, gone.version).await;
        assert_eq!(outcome.expect("a user is deleted"), Outcome::Done);
    }
    (counts.resting_users, counts.active_admins) = (0, 0);
    assert_totals(&store, counts, "two deletions").await;
}

pub(super) async fn totals_do_not_count_what_was_rolled_back(store: Store) {
    let (ann, bob) = (user("ann"), admin("bob"));
    store.add_all(&[ann.clone(), bob.clone()]).await;
    let counts = Counts { active_users: 1, resting_users: 0, active_admins: 1, resting_admins: 0 };
    let unit = store.begin().await;
    let added = unit.users().insert(&user("cid"), &hash("x")).await;
    added.expect("a user is added");
    let next = with(&ann, Role::Admin, false);
    let updated = unit.users().update(&next, ann.version).await;
    assert_eq!(updated.expect("a user is updated"), Outcome::Done);
    let deleted = unit.users().delete(bob.id, bob.version).await;
    assert_eq!(deleted.expect("a user is deleted"), Outcome::Done);
    assert_totals(&store, counts, "nothing that was committed").await;
    drop(unit);
    assert_totals(&store, counts, "a rollback").await;
}

pub(super) async fn totals_stay_exact_beside_twenty_writers(store: Store) {
    race(RIVALS, |number| {
        let store = store.clone();
        async move {
            let (one, two) = (user(&format!("one{number}")), admin(&format!("two{number}")));
            store.add(&one).await;
            let unit = store.begin().await;
            let added = unit.users().insert(&two, &hash("x")).await;
            added.expect("a user is added");
            unit.commit().await.expect("a unit commits");
            write(&store, &one, &with(&one, Role::User, false)).await;
            write(&store, &two, &with(&two, Role::Admin, false)).await;
            if number % 2 == 0 {
                let deleted = store.users.delete(one.id, one.version.next()).await;
                assert_eq!(deleted.expect("a user is deleted"), Outcome::Done);
            }
        }
    })
    .await;
    let writers = RIVALS as u64;
    let counts = Counts {
        active_users: 0,
        resting_users: writers / 2,
        active_admins: 0,
        resting_admins: writers,
    };
    assert_totals(&store, counts, "twenty writers at once").await;
}

use std::collections::BTreeSet;

use basalt_domain::{
    Role, User, UserId,
    ports::{Outcome, StoreError, UnitOfWork},
};

use crate::{
    Store,
    race::{RIVALS, ROUNDS, race},
    samples::{admin, at, user},
};

fn ids(ids: impl IntoIterator<Item = UserId>) -> BTreeSet<UserId> {
    ids.into_iter().collect()
}

pub(super) async fn active_admins_are_the_administrators_who_are_active(store: Store) {
    let (one, two) = (admin("one"), admin("two"));
    let resting = User { active: false, ..admin("resting") };
    store.add_all(&[one.clone(), user("plain"), resting, two.clone()]).await;
    let found = store.users.active_admins().await;
    let found = found.expect("administrators are read");
    assert_eq!(found.len(), 2, "no administrator may be named twice");
    assert_eq!(
        ids(found),
        ids([one.id, two.id]),
        "active admins must be all administrators who are active, and nobody else"
    );
}

pub(super) async fn active_admins_in_a_unit_see_the_units_own_writes(store: Store) {
    let (one, two) = (admin("one"), admin("two"));
    store.add_all(&[one.clone(), two.clone()]).await;
    let unit = store.begin().await;
    let outcome = unit.users().delete(one.id, one.version).await;
    assert_eq!(outcome.expect("a user is deleted"), Outcome::Done);
    let found = unit.users().active_admins().await;
    assert_eq!(
        found.expect("administrators are read"),
        [two.id],
        "active admins in a unit must see what the unit wrote"
    );
}

/// How one administrator stops being one.
#[derive(Clone, Copy)]
enum Leaving {
    Demoted,
    Deactivated,
    Deleted,
}

pub(super) async fn units_that_would_each_demote_the_last_other_admin_leave_one(store: Store) {
    race_to_leave(store, Leaving::Demoted).await;
}

pub(super) async fn units_that_would_each_deactivate_the_last_other_admin_leave_one(store: Store) {
    race_to_leave(store, Leaving::Deactivated).await;
}

pub(super) async fn units_that_would_each_delete_the_last_other_admin_leave_one(store: Store) {
    race_to_leave(store, Leaving::Deleted).await;
}

async fn race_to_leave(store: Store, leaving: Leaving) {
    for round in 0..ROUNDS {
        let admins: Vec<_> = (0..RIVALS).map(|n| admin(&format!("admin{n}of{round}"))).collect();
        store.add_all(&admins).await;
        let answers = race(RIVALS, |number| {
            let (store, me) = (store.clone(), admins[number].clone());
            async move {
                let unit = store.units.begin().await?;
                if leave_unless_last(&*unit, &me, leaving).await? {
                    unit.commit().await?;
                }
                Ok::<_, StoreError>(())
            }
        })
        .await;
        let left = store.users.active_admins().await;
        let left = left.expect("administrators are read");
        assert!(!left.is_empty(), "units that each saw another administrator must not leave none");
        let failed: Vec<_> = answers.iter().filter(|answer| answer.is_err()).collect();
        assert!(failed.is_empty(), "units must wait for each other and not fail: {failed:?}");
        assert_eq!(
            left.len(),
            1,
            "everyone but the last administrator must have been able to leave"
        );
        let last = store.user(left[0]).await.expect("the last one is there");
        let deleted = store.users.delete(last.id, last.version).await;
        deleted.expect("a user is deleted");
    }
}

async fn leave_unless_last(
    unit: &dyn UnitOfWork,
    me: &User,
    leaving: Leaving,
) -> Result<bool, StoreError> {
    let admins = unit.users().active_admins().await?;
    if admins.iter().all(|id| *id == me.id) {
        return Ok(false);
    }
    // Gives a rival who is not kept waiting the time to come to the same decision.
    for _ in 0..RIVALS {
        tokio::task::yield_now().await;
    }
    let mut next = User { version: me.version.next(), updated_at: at(1), ..me.clone() };
    let outcome = match leaving {
        Leaving::Deleted => unit.users().delete(me.id, me.version).await?,
        Leaving::Demoted => {
            next.role = Role::User;
            update(unit, &next, me).await?
        }
        Leaving::Deactivated => {
            next.active = false;
            update(unit, &next, me).await?
        }
    };
    assert_eq!(outcome, Outcome::Done, "nobody else changes this user");
    Ok(true)
}

async fn update(unit: &dyn UnitOfWork, next: &User, me: &User) -> Result<Outcome, StoreError> {
    let outcome = unit.users().update(next, me.version).await;
    outcome.map_err(StoreError::failed)
}

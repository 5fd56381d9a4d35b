//! Which state a change may start from.

use basalt_application::{Error, IfMatch};
use basalt_domain::{User, UserChanges, Version, ports::Outcome};

use super::{ADMIN, named, users_on};
use crate::{
    doubles::Unit,
    support::{World, email, person},
};

#[tokio::test]
async fn a_change_is_made_from_an_expected_version_only() {
    let world = World::new();
    let mut ann = world.user("ann").await;
    let (first, other) = (ann.version, Version::from_number(99));
    for (name, accepted) in [
        ("a", IfMatch::Unset),
        ("b", IfMatch::Any),
        ("c", IfMatch::Versions(vec![other, Version::from_number(3)])),
    ] {
        ann = world.users().change(&ADMIN, ann.id, named(name), &accepted).await.unwrap();
    }
    for stale in [vec![first], vec![other], vec![]] {
        let stale = IfMatch::Versions(stale);
        let refused = world.users().change(&ADMIN, ann.id, named("d"), &stale).await;
        let Err(Error::VersionConflict(current)) = refused else { panic!("{refused:?}") };
        assert_eq!(current, ann.tag());
    }
    assert_eq!(world.users().read(ann.id).await.unwrap(), ann);
}

#[tokio::test]
async fn the_expected_version_counts_even_where_nothing_would_change() {
    let world = World::new();
    let ann = world.user("ann").await;
    let stale = IfMatch::Versions(vec![ann.version.next()]);
    let refused = world.users().change(&ADMIN, ann.id, UserChanges::default(), &stale).await;
    assert_refused!(refused, Error::VersionConflict(_));
}

#[tokio::test]
async fn a_write_in_between_costs_another_round_when_the_last_write_wins() {
    let world = World::new();
    let ann = world.user("ann").await;
    let renewed = User { email: email("anne"), version: ann.version.next(), ..ann.clone() };
    let updating = |from: &User, outcome| {
        let mut unit = Unit::default();
        let (name, from) = (person("Bea"), from.clone());
        let expected = from.version;
        unit.users
            .expect_update()
            .withf(move |user, version| {
                user.name == name && user.email == from.email && *version == expected
            })
            .times(1)
            .returning(move |_, _| Ok(outcome));
        unit
    };
    let users = users_on(
        &world,
        [
            (updating(&ann, Outcome::Stale), ann.clone(), false),
            (updating(&renewed, Outcome::Done), renewed.clone(), true),
        ],
    );
    let after = users.change(&ADMIN, ann.id, named("Bea"), &IfMatch::Unset).await.unwrap();
    assert_eq!((after.name.as_str(), after.email), ("Bea", email("anne")));
}

#[tokio::test]
async fn a_write_in_between_is_a_conflict_when_a_version_was_expected() {
    let world = World::new();
    let ann = world.user("ann").await;
    let renewed = User { version: ann.version.next(), ..ann.clone() };
    let mut stale = Unit::default();
    stale.users.expect_update().times(1).returning(|_, _| Ok(Outcome::Stale));
    let users =
        users_on(&world, [(stale, ann.clone(), false), (Unit::default(), renewed.clone(), false)]);
    let expected = IfMatch::Versions(vec![ann.version]);
    let refused = users.change(&ADMIN, ann.id, named("Bea"), &expected).await;
    let Err(Error::VersionConflict(current)) = refused else { panic!("{refused:?}") };
    assert_eq!(current, renewed.tag());
}

//! Who did what to whom, in the log: once it has happened, and without a word of a person's.

use std::sync::Arc;

use basalt_application::{Auth, IfMatch, Operators, Posts, Users};
use basalt_domain::{Role, UserChanges};

use crate::{
    doubles::CommitsFail,
    support::{PASSWORD, World, actor, candidate, email, logged, new_account, password, person},
};

/// The lines so far that tell of `action`; forgets all.
fn take(action: &str) -> Vec<String> {
    let mut lines = logged::take();
    lines.retain(|line| line.contains(&format!("\"action\":\"{action}\"")));
    lines
}

/// One line, by this actor, about this target.
fn assert_one(lines: &[String], actor: &impl ToString, target: &impl ToString) {
    let [line] = lines else { panic!("{lines:?}") };
    assert!(line.contains("\"target\":\"audit\""), "{line}");
    assert!(line.contains(&format!("\"actor\":\"{}\"", actor.to_string())), "{line}");
    assert!(line.contains(&format!("\"target_id\":\"{}\"", target.to_string())), "{line}");
}

#[tokio::test]
async fn changes_of_role_state_and_password_and_deletions_leave_a_line_each() {
    let world = World::new();
    let (admin, ann) = (world.admin("admin").await, world.user("ann").await);
    let post = world.post(&ann, "Title", true).await;
    let users = world.users();
    logged::take();

    let promotion = UserChanges { role: Some(Role::Admin), ..UserChanges::default() };
    let deactivation = UserChanges { active: Some(false), ..UserChanges::default() };
    for (changes, action) in [(promotion, "user.role"), (deactivation, "user.active")] {
        users.change(&actor(&admin), ann.id, changes, &IfMatch::Unset).await.unwrap();
        assert_one(&take(action), &admin.id, &ann.id);
    }
    let session = world.change_password(&admin, PASSWORD, "new password").await;
    session.unwrap();
    assert_one(&take("user.password"), &admin.id, &admin.id);
    world.posts().delete(&actor(&admin), post.id, &IfMatch::Unset).await.unwrap();
    assert_one(&take("post.delete"), &admin.id, &post.id);
    users.delete(&actor(&admin), ann.id, &IfMatch::Unset).await.unwrap();
    assert_one(&take("user.delete"), &admin.id, &ann.id);
}

#[tokio::test]
async fn an_operators_doings_leave_a_line_each() {
    let world = World::new();
    let operators = world.operators();
    logged::take();
    let root = operators.create(new_account("root", Role::Admin)).await.unwrap();
    assert_one(&take("user.create"), &"operator", &root.id);
    operators.set(&root.email, None, Some(true)).await.unwrap();
    assert_one(&take("user.set"), &"operator", &root.id);
    operators.set_password(&root.email, &password(PASSWORD)).await.unwrap();
    assert_one(&take("user.password"), &"operator", &root.id);
    operators.create(new_account("other", Role::Admin)).await.unwrap();
    operators.delete(&root.email).await.unwrap();
    assert_one(&take("user.delete"), &"operator", &root.id);
}

#[tokio::test]
async fn a_refused_password_leaves_a_line_that_tells_neither_address_nor_password() {
    let world = World::new();
    let ann = world.user("ann").await;
    let auth = world.auth();
    logged::take();
    for name in ["ann", "nobody"] {
        auth.login(&email(name), &candidate("a wrong one")).await.unwrap_err();
        let lines = take("login.failed");
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        assert!(!line.contains("example.com") && !line.contains("a wrong one"), "{line}");
        assert_eq!(line.contains(&ann.id.to_string()), name == "ann", "{line}");
    }
    let new = password("new password");
    let refused = auth.change_password(&actor(&ann), &candidate("a wrong one"), &new).await;
    refused.unwrap_err();
    assert_one(&take("password.refused"), &ann.id, &ann.id);
}

#[tokio::test]
async fn a_rename_is_nothing_for_the_log() {
    let world = World::new();
    let ann = world.user("ann").await;
    let users = world.users();
    logged::take();
    let rename = UserChanges { name: Some(person("Anne")), ..UserChanges::default() };
    users.change(&actor(&ann), ann.id, rename, &IfMatch::Unset).await.unwrap();
    assert_eq!(logged::take(), Vec::<String>::new());
}

#[tokio::test]
async fn what_was_not_committed_is_not_said_to_have_happened() {
    let world = World::new();
    let (admin, ann) = (world.admin("admin").await, world.user("ann").await);
    let post = world.post(&ann, "Title", true).await;
    let store = world.store.clone();
    let ports = world.ports_with(|ports| ports.units = Arc::new(CommitsFail(store)));
    let (users, shelf) = (Users::new(ports.clone()), Posts::new(ports.clone()));
    let (auth, operators) = (Auth::new(ports.clone()), Operators::new(ports));
    let by = actor(&admin);
    logged::take();

    let promotion = UserChanges { role: Some(Role::Admin), ..UserChanges::default() };
    let new = password("new password");
    users.change(&by, ann.id, promotion, &IfMatch::Unset).await.unwrap_err();
    users.delete(&by, ann.id, &IfMatch::Unset).await.unwrap_err();
    shelf.delete(&by, post.id, &IfMatch::Unset).await.unwrap_err();
    auth.change_password(&by, &candidate(PASSWORD), &new).await.unwrap_err();
    operators.create(new_account("root", Role::Admin)).await.unwrap_err();
    operators.set(&ann.email, Some(Role::Admin), None).await.unwrap_err();
    operators.set_password(&ann.email, &new).await.unwrap_err();
    assert_eq!(logged::take(), Vec::<String>::new());
}

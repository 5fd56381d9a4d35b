//! Which changes of an account end its tokens.

use basalt_application::{IfMatch, TokenRefusal};
use basalt_domain::{Role, UserChanges};

use crate::support::{World, actor, email, person};

async fn refusal_after(changes: UserChanges) -> Option<TokenRefusal> {
    let world = World::new();
    let (admin, ann) = (world.admin("admin").await, world.user("ann").await);
    let (session, of_admin) = (world.login("ann").await, world.login("admin").await);
    let users = world.users();
    users.change(&actor(&admin), ann.id, changes, &IfMatch::Unset).await.unwrap();
    assert_eq!(world.refusal_of(&of_admin).await, None);
    world.refusal_of(&session).await
}

#[tokio::test]
async fn a_change_of_role_ends_every_token_of_the_account_and_of_no_other() {
    let promotion = UserChanges { role: Some(Role::Admin), ..UserChanges::default() };
    assert_eq!(refusal_after(promotion).await, Some(TokenRefusal::Revoked));
}

#[tokio::test]
async fn another_name_or_address_ends_no_token() {
    let rename = UserChanges {
        name: Some(person("Anne")),
        email: Some(email("anne")),
        ..UserChanges::default()
    };
    assert_eq!(refusal_after(rename).await, None);
}

#[tokio::test]
async fn setting_what_is_already_so_ends_no_token() {
    let same = UserChanges {
        name: Some(person("ann")),
        email: Some(email("ann")),
        role: Some(Role::User),
        active: Some(true),
    };
    assert_eq!(refusal_after(same).await, None);
}

#[tokio::test]
async fn a_deactivation_ends_every_token_for_good() {
    let world = World::new();
    let ann = world.user("ann").await;
    let session = world.login("ann").await;
    for active in [false, true] {
        let changes = UserChanges { active: Some(active), ..UserChanges::default() };
        world.change_user(&ann, changes).await;
        assert_eq!(world.refusal_of(&session).await, Some(TokenRefusal::Revoked));
    }
    let fresh = world.login("ann").await;
    assert_eq!(world.refusal_of(&fresh).await, None);
}

#[tokio::test]
async fn a_deletion_ends_every_token() {
    let world = World::new();
    let ann = world.user("ann").await;
    let session = world.login("ann").await;
    world.delete_user(&ann).await;
    assert_eq!(world.refusal_of(&session).await, Some(TokenRefusal::UserGone));
}

#[tokio::test]
async fn a_new_role_holds_with_the_next_token() {
    let world = World::new();
    let ann = world.user("ann").await;
    let promotion = UserChanges { role: Some(Role::Admin), ..UserChanges::default() };
    world.change_user(&ann, promotion).await;
    let session = world.login("ann").await;
    let bearer = world.auth().authenticate(&session.token).await.unwrap();
    assert_eq!(bearer.actor.role, Role::Admin);
}

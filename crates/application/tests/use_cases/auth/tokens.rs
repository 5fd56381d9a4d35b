use std::{sync::Arc, time::Duration};

use basalt_application::{Auth, Error, Session, TokenRefusal};
use basalt_domain::{
    Claims, Role,
    ports::{Clock, MockAuthStates},
};
use mockall::predicate::eq;

use crate::{
    doubles::{CommitsFail, Unit, no_units, units},
    support::{TOKEN_TTL, World, actor, gone, unavailable_while},
};

impl World {
    fn claims(&self, session: &Session) -> Claims {
        let claims = self.ports.tokens.verify(&session.token, self.clock.now());
        claims.unwrap()
    }
}

#[tokio::test]
async fn a_bearer_is_whom_the_token_names_with_the_role_of_the_moment() {
    let world = World::new();
    world.user("ann").await;
    let admin = world.admin("admin").await;
    let session = world.login("admin").await;
    let bearer = world.auth().authenticate(&session.token).await.unwrap();
    assert_eq!(bearer.actor, actor(&admin));
    assert_eq!(bearer.actor.role, Role::Admin);
    assert_eq!(bearer.claims, world.claims(&session));
}

#[tokio::test]
async fn a_token_is_good_until_its_time_is_over() {
    let world = World::new();
    world.user("ann").await;
    let session = world.login("ann").await;
    let last_second = Duration::from_secs(1);
    world.clock.step(TOKEN_TTL.saturating_sub(last_second));
    assert_eq!(world.refusal_of(&session).await, None);
    world.clock.step(last_second);
    assert_eq!(world.refusal_of(&session).await, Some(TokenRefusal::Expired));
}

#[tokio::test]
async fn a_token_that_is_none_or_over_is_refused_without_asking_the_store() {
    let world = World::new();
    world.user("ann").await;
    let over = world.login("ann").await;
    world.clock.step(TOKEN_TTL);
    let nothing_to_ask = Arc::new(MockAuthStates::new());
    let auth = Auth::new(world.ports_with(|ports| ports.auth_states = nothing_to_ask));
    for (token, expected) in [
        (over.token.as_str(), TokenRefusal::Expired),
        ("", TokenRefusal::Invalid),
        ("no.token.this", TokenRefusal::Invalid),
    ] {
        let refused = auth.authenticate(token).await;
        let Err(Error::Token(refusal)) = refused else { panic!("{refused:?}") };
        assert_eq!(refusal, expected, "{token}");
    }
}

#[tokio::test]
async fn nobody_is_let_in_while_the_state_of_a_token_can_t_be_read() {
    let world = World::new();
    world.user("ann").await;
    let session = world.login("ann").await;
    let claims = world.claims(&session);
    let mut states = MockAuthStates::new();
    let find = states.expect_find().with(eq(claims.user), eq(claims.token));
    find.times(1).returning(|_, _| Err(gone()));
    let auth = Auth::new(world.ports_with(|ports| ports.auth_states = Arc::new(states)));
    let refused = auth.authenticate(&session.token).await;
    assert_eq!(unavailable_while(refused), "reading the state of a token");
}

#[tokio::test]
async fn a_logout_ends_its_own_token_and_no_other() {
    let world = World::new();
    world.user("ann").await;
    let (here, there) = (world.login("ann").await, world.login("ann").await);
    let claims = world.claims(&here);
    for _again in 0..2 {
        world.auth().logout(&claims, false).await.unwrap();
        assert_eq!(world.refusal_of(&here).await, Some(TokenRefusal::Revoked));
        assert_eq!(world.refusal_of(&there).await, None);
    }
}

#[tokio::test]
async fn a_logout_everywhere_ends_all_earlier_tokens_though_no_second_has_passed() {
    let world = World::new();
    world.user("ann").await;
    world.user("bob").await;
    let (here, there) = (world.login("ann").await, world.login("ann").await);
    let of_bob = world.login("bob").await;
    world.auth().logout(&world.claims(&here), true).await.unwrap();
    for session in [&here, &there] {
        assert_eq!(world.refusal_of(session).await, Some(TokenRefusal::Revoked));
    }
    assert_eq!(world.refusal_of(&of_bob).await, None);
    let fresh = world.login("ann").await;
    assert_eq!(world.refusal_of(&fresh).await, None);
}

#[tokio::test]
async fn the_note_of_a_logout_lasts_as_long_as_the_token() {
    let world = World::new();
    world.user("ann").await;
    let claims = world.claims(&world.login("ann").await);
    let mut unit = Unit::default();
    let revoke = unit.auth_states.expect_revoke();
    revoke
        .with(eq(claims.user), eq(claims.token), eq(claims.expires_at))
        .times(1)
        .returning(|_, _, _| Ok(()));
    let unit = unit.committed();
    let auth = Auth::new(world.ports_with(|ports| ports.units = Arc::new(units([unit]))));
    auth.logout(&claims, false).await.unwrap();
}

#[tokio::test]
async fn whoever_is_gone_may_log_out() {
    let world = World::new();
    let ann = world.user("ann").await;
    let claims = world.claims(&world.login("ann").await);
    world.delete_user(&ann).await;
    for everywhere in [false, true] {
        world.auth().logout(&claims, everywhere).await.unwrap();
    }
}

#[tokio::test]
async fn a_logout_that_is_not_committed_says_so() {
    let world = World::new();
    world.user("ann").await;
    let session = world.login("ann").await;
    let claims = world.claims(&session);
    for everywhere in [false, true] {
        let store = world.store.clone();
        let auth = Auth::new(world.ports_with(|ports| ports.units = Arc::new(CommitsFail(store))));
        let refused = auth.logout(&claims, everywhere).await;
        assert_eq!(unavailable_while(refused), "committing a logout");
        assert_eq!(world.refusal_of(&session).await, None);

        let auth = Auth::new(world.ports_with(|ports| ports.units = Arc::new(no_units())));
        let refused = auth.logout(&claims, everywhere).await;
        assert_eq!(unavailable_while(refused), "beginning a logout");
    }
}

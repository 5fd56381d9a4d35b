//! Units of work of which nothing was done are begun once more.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use basalt_adapters::memory::MemoryStore;
use basalt_application::{Auth, Error, FirstAdmin, IfMatch, Operators, Posts, Users};
use basalt_domain::{
    PostChanges, Role, UserChanges,
    ports::{StoreError, UnitOfWork, UnitsOfWork},
};

use crate::support::{
    PASSWORD, World, actor, candidate, email, made, new_account, new_post, new_user, password,
    person, unavailable_while,
};

/// The store, whose next so many units turn out to be on a dead connection.
struct Broken {
    store: MemoryStore,
    left: AtomicU32,
}

#[async_trait]
impl UnitsOfWork for Broken {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        let one_less = |left: u32| left.checked_sub(1);
        let broken = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less);
        match broken {
            Ok(_) => Err(StoreError::undone("the connection is dead")),
            Err(_) => self.store.begin().await,
        }
    }
}

/// All use cases, each time on a store whose next `count` units are broken.
struct Cases<'a> {
    world: &'a World,
    count: u32,
}

impl Cases<'_> {
    fn ports(&self) -> basalt_application::Ports {
        let broken = Broken { store: self.world.store.clone(), left: AtomicU32::new(self.count) };
        self.world.ports_with(|ports| ports.units = Arc::new(broken))
    }

    fn users(&self) -> Users {
        Users::new(self.ports())
    }

    fn posts(&self) -> Posts {
        Posts::new(self.ports())
    }

    fn auth(&self) -> Auth {
        Auth::new(self.ports())
    }

    fn operators(&self) -> Operators {
        Operators::new(self.ports())
    }
}

#[tokio::test]
async fn every_write_is_done_though_its_first_unit_was_undone() {
    let world = &World::new();
    let cases = Cases { world, count: 1 };
    let root = new_account("root", Role::Admin);
    let made_first = cases.operators().make_first_admin(root).await.unwrap();
    assert!(matches!(made_first, FirstAdmin::Made(_)));
    let carl = new_account("carl", Role::User);
    cases.operators().create(carl).await.unwrap();
    let ann = made(cases.users().register(new_user("ann"), None).await);
    let me = actor(&ann);
    let post = made(cases.posts().create(&me, new_post("One", true), None).await);
    let changes = PostChanges { published: Some(false), ..PostChanges::default() };
    let any = &IfMatch::Unset;
    let changed = cases.posts().change(&me, post.id, changes, any).await;
    assert!(!changed.unwrap().published);
    cases.posts().delete(&me, post.id, any).await.unwrap();
    let changes = UserChanges { name: Some(person("Anna")), ..UserChanges::default() };
    let changed = cases.users().change(&me, ann.id, changes, any).await;
    assert_eq!(changed.unwrap().name, person("Anna"));
    let (present, new) = (candidate(PASSWORD), password("battery staple"));
    let session = cases.auth().change_password(&me, &present, &new).await;
    let bearer = cases.auth().authenticate(&session.unwrap().token).await;
    let claims = bearer.unwrap().claims;
    cases.auth().logout(&claims, false).await.unwrap();
    let (email, operators) = (email("ann"), cases.operators());
    let set = operators.set(&email, Some(Role::Admin), None).await;
    assert_eq!(set.unwrap().role, Role::Admin);
    let set = cases.operators().set_password(&email, &new).await;
    set.unwrap();
    cases.users().delete(&me, ann.id, any).await.unwrap();
}

#[tokio::test]
async fn a_unit_that_is_undone_twice_is_unavailable() {
    let world = &World::new();
    let cases = Cases { world, count: 2 };
    let refused = cases.users().register(new_user("ann"), None).await;
    assert_refused!(refused, Error::Unavailable { .. });
    assert_eq!(unavailable_while(refused), "beginning a registration");
}

use std::{sync::Arc, time::Duration};

use basalt_adapters::{
    memory::MemoryStore,
    security::{JwtOptions, JwtTokens},
};
use basalt_application::{
    Auth, Error, IfMatch, Operators, Ports, PostQuery, Posts, Session, TokenRefusal, Users,
};
use basalt_domain::{PageRequest, Post, Role, Sort, User, UserChanges, ports::Clock};

use super::{
    actor, candidate, email, logged, made, new_account, new_post, new_user, password,
    system::{CheapHasher, CountingIds, SteppableClock},
};

pub(crate) const PASSWORD: &str = "correct horse";
pub(crate) const TOKEN_TTL: Duration = Duration::from_hours(1);
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// A system that has just been set up: no user, no post.
pub(crate) struct World {
    pub(crate) store: MemoryStore,
    pub(crate) clock: Arc<SteppableClock>,
    pub(crate) ports: Ports,
}

impl World {
    pub(crate) fn new() -> Self {
        logged::record();
        let store = MemoryStore::new();
        let clock = Arc::new(SteppableClock::default());
        let tokens = JwtTokens::new(&JwtOptions {
            secret: b"0123456789abcdef0123456789abcdef".to_vec(),
            previous: Vec::new(),
        });
        let ports = Ports {
            users: Arc::new(store.clone()),
            posts: Arc::new(store.clone()),
            public_walks: None,
            auth_states: Arc::new(store.clone()),
            idempotency: Arc::new(store.clone()),
            units: Arc::new(store.clone()),
            hasher: Arc::new(CheapHasher),
            tokens: Arc::new(tokens),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: Arc::<CountingIds>::default(),
            token_ttl: TOKEN_TTL,
            patience: PATIENCE,
        };
        Self { store, clock, ports }
    }

    /// The same system with other adapters in some places.
    pub(crate) fn ports_with(&self, change: impl FnOnce(&mut Ports)) -> Ports {
        let mut ports = self.ports.clone();
        change(&mut ports);
        ports
    }

    pub(crate) fn users(&self) -> Users {
        Users::new(self.ports.clone())
    }

    pub(crate) fn posts(&self) -> Posts {
        Posts::new(self.ports.clone())
    }

    pub(crate) fn auth(&self) -> Auth {
        Auth::new(self.ports.clone())
    }

    pub(crate) fn operators(&self) -> Operators {
        Operators::new(self.ports.clone())
    }

    /// An account `name@example.com` with [`PASSWORD`].
    pub(crate) async fn user(&self, name: &str) -> User {
        let created = self.users().register(new_user(name), None).await;
        made(created)
    }

    /// The same for an administrator.
    pub(crate) async fn admin(&self, name: &str) -> User {
        let account = new_account(name, Role::Admin);
        self.operators().create(account).await.unwrap()
    }

    pub(crate) async fn login(&self, name: &str) -> Session {
        let session = self.auth().login(&email(name), &candidate(PASSWORD)).await;
        session.unwrap()
    }

    /// `None` when the token admits its bearer.
    pub(crate) async fn refusal_of(&self, session: &Session) -> Option<TokenRefusal> {
        match self.auth().authenticate(&session.token).await {
            Ok(_) => None,
            Err(Error::Token(refusal)) => Some(refusal),
            Err(other) => panic!("{other:?}"),
        }
    }

    /// Whatever version the account has, on behalf of its owner.
    pub(crate) async fn change_user(&self, before: &User, changes: UserChanges) -> User {
        let user = self.users().change(&actor(before), before.id, changes, &IfMatch::Unset).await;
        user.unwrap()
    }

    pub(crate) async fn delete_user(&self, user: &User) {
        let deleted = self.users().delete(&actor(user), user.id, &IfMatch::Unset).await;
        deleted.unwrap();
    }

    pub(crate) async fn change_password(
        &self,
        user: &User,
        current: &str,
        new: &str,
    ) -> Result<Session, Error> {
        self.auth().change_password(&actor(user), &candidate(current), &password(new)).await
    }

    pub(crate) async fn post(&self, author: &User, title: &str, published: bool) -> Post {
        let created = self.posts().create(&actor(author), new_post(title, published), None).await;
        made(created)
    }

    /// The titles of all published posts, sorted.
    pub(crate) async fn published_titles(&self) -> Vec<String> {
        let sort = Sort::parse("title").unwrap();
        let page = PageRequest::new(1, 10).unwrap();
        let page = self.posts().page(None, PostQuery::default(), sort, page).await;
        let posts = &page.unwrap().page.page.items;
        let titles = posts.iter().map(|post| post.title.as_str().to_owned());
        titles.collect()
    }
}

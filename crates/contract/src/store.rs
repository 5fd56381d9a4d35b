use std::{any::Any, sync::Arc};

use basalt_domain::{
    Email, ListVersion, PageRequest, PasswordHash, Post, PostFilter, PostListKey, PostPage,
    PostSortField, Sort, UnsavedPost, User, UserId,
    ports::{
        AuthStates, IdempotencyRecords, ListVersions, Outcome, PostRepository, UnitOfWork,
        UnitsOfWork, UserRepository,
    },
};

use crate::samples::hash;

/// A fresh, empty store: its repositories, each call a transaction by itself, and its units of
/// work. All must be views of the same data.
#[derive(Clone)]
pub struct Store {
    /// The users.
    pub users: Arc<dyn UserRepository>,
    /// The posts.
    pub posts: Arc<dyn PostRepository>,
    /// The states of tokens.
    pub auth_states: Arc<dyn AuthStates>,
    /// The idempotency records.
    pub idempotency: Arc<dyn IdempotencyRecords>,
    /// The units of work.
    pub units: Arc<dyn UnitsOfWork>,
    /// The versions of the lists of posts, read from the store itself and kept by nobody.
    pub versions: Arc<dyn ListVersions>,
    kept: Option<Arc<dyn Any + Send + Sync>>,
}

impl Store {
    /// A store of one adapter for each port.
    pub fn new(
        users: impl UserRepository + 'static,
        posts: impl PostRepository + 'static,
        auth_states: impl AuthStates + 'static,
        idempotency: impl IdempotencyRecords + 'static,
        units: impl UnitsOfWork + 'static,
        versions: impl ListVersions + 'static,
    ) -> Self {
        Self {
            users: Arc::new(users),
            posts: Arc::new(posts),
            auth_states: Arc::new(auth_states),
            idempotency: Arc::new(idempotency),
            units: Arc::new(units),
            versions: Arc::new(versions),
            kept: None,
        }
    }

    /// A store whose one type implements all ports; its clones must share their content.
    pub fn of<S>(store: &S) -> Self
    where
        S: UserRepository + PostRepository + AuthStates + IdempotencyRecords,
        S: UnitsOfWork + ListVersions + Clone + 'static,
    {
        Self::new(
            store.clone(),
            store.clone(),
            store.clone(),
            store.clone(),
            store.clone(),
            store.clone(),
        )
    }

    /// The store with something that must live as long, such as its temporary folder.
    #[must_use]
    pub fn keeping(mut self, kept: impl Any + Send + Sync) -> Self {
        self.kept = Some(Arc::new(kept));
        self
    }
}

/// Steps that many checks share. They panic where the store fails.
impl Store {
    pub(crate) async fn begin(&self) -> Box<dyn UnitOfWork> {
        self.units.begin().await.expect("a unit of work begins")
    }

    pub(crate) async fn add(&self, user: &User) {
        let added = self.users.insert(user, &hash("first")).await;
        added.expect("a user with a free address is added");
    }

    pub(crate) async fn add_all(&self, users: &[User]) {
        for user in users {
            self.add(user).await;
        }
    }

    pub(crate) async fn add_post(&self, post: &Post) {
        let added = self.posts.insert(&UnsavedPost::from(post)).await;
        added.expect("a post whose author exists is added");
    }

    pub(crate) async fn add_posts(&self, posts: &[Post]) {
        for post in posts {
            self.add_post(post).await;
        }
    }

    pub(crate) async fn user(&self, id: UserId) -> Option<User> {
        self.users.find(id).await.expect("a user is read")
    }

    pub(crate) async fn post(&self, post: &Post) -> Option<Post> {
        self.posts.find(post.id).await.expect("a post is read")
    }

    pub(crate) async fn hash_of(&self, email: &Email) -> Option<PasswordHash> {
        let found = self.users.credentials(email).await;
        found.expect("credentials are read").map(|credentials| credentials.hash)
    }

    pub(crate) async fn version(&self) -> ListVersion {
        let version = self.versions.current().await;
        version.expect("the version of the lists is read")
    }

    /// The first page of posts that pass `filter`.
    pub(crate) async fn page_of(&self, filter: PostFilter) -> Arc<PostPage> {
        let key = first_page(filter);
        self.posts.page(&key).await.expect("a page is read")
    }

    pub(crate) async fn update_post(&self, before: &Post, next: &Post) {
        let outcome = self.posts.update(next, before.version).await;
        assert_eq!(outcome.expect("a post is updated"), Outcome::Done);
    }

    pub(crate) async fn delete_post(&self, post: &Post) {
        let outcome = self.posts.delete(post.id, post.version).await;
        assert_eq!(outcome.expect("a post is deleted"), Outcome::Done);
    }

    /// Writes `next` in a unit of work of its own.
    pub(crate) async fn change_in_unit(&self, before: &User, next: &User) {
        let unit = self.begin().await;
        let outcome = unit.users().update(next, before.version).await;
        assert_eq!(outcome.expect("a user is updated"), Outcome::Done);
        unit.commit().await.expect("a unit commits");
    }

    /// Deletes the user in a unit of work of its own.
    pub(crate) async fn delete_in_unit(&self, user: &User) {
        let unit = self.begin().await;
        let outcome = unit.users().delete(user.id, user.version).await;
        assert_eq!(outcome.expect("a user is deleted"), Outcome::Done);
        unit.commit().await.expect("a unit commits");
    }
}

/// Names the first page of posts that pass `filter`.
pub(crate) fn first_page(filter: PostFilter) -> PostListKey {
    PostListKey {
        filter,
        sort: Sort::<PostSortField>::default(),
        page: PageRequest::new(1, 100).expect("the first page is not too deep"),
    }
}

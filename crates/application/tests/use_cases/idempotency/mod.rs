//! Creation that happens once however often it is asked for.

mod concurrent;
mod failing;
mod repeats;

use basalt_application::{Attempt, Created, Error, Posts, Users};
use basalt_domain::{
    Actor, Answer, Fingerprint, IdempotencyKey, IdempotencyScope, Operation, Page, PageRequest,
    Post, Sort, User, UserFilter, ports::UserRepository,
};

use crate::support::{World, new_post, new_user};

const REGISTRATION: IdempotencyScope =
    IdempotencyScope { caller: None, operation: Operation::RegisterUser };

fn key(raw: &str) -> IdempotencyKey {
    IdempotencyKey::parse(raw.as_bytes()).unwrap()
}

fn answer_for(user: &User) -> Answer {
    Answer(format!("user {}", user.id).into_bytes())
}

fn answer_for_post(post: &Post) -> Answer {
    Answer(format!("post {}", post.id).into_bytes())
}

/// Registers under this key, with a body that has this digest.
async fn register(users: &Users, name: &str, raw: &str, body: u8) -> Result<Created<User>, Error> {
    let attempt = Attempt {
        key: key(raw),
        fingerprint: Fingerprint([body; 32]),
        earlier_fingerprints: Vec::new(),
        render: answer_for,
    };
    users.register(new_user(name), Some(attempt)).await
}

/// The same for a published post.
async fn create(
    posts: &Posts,
    actor: &Actor,
    title: &str,
    raw: &str,
    body: u8,
) -> Result<Created<Post>, Error> {
    let attempt = Attempt {
        key: key(raw),
        fingerprint: Fingerprint([body; 32]),
        earlier_fingerprints: Vec::new(),
        render: answer_for_post,
    };
    posts.create(actor, new_post(title, true), Some(attempt)).await
}

fn replayed<T: std::fmt::Debug>(created: Result<Created<T>, Error>) -> Answer {
    match created {
        Ok(Created::Replayed(answer)) => answer,
        other => panic!("{other:?}"),
    }
}

impl World {
    async fn number_of_users(&self) -> u64 {
        let page = PageRequest::new(1, 1).unwrap();
        let filter = UserFilter::default();
        let Page { total, .. } = self.store.page(&filter, Sort::default(), page).await.unwrap();
        total.rows
    }
}

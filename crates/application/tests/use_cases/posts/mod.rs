//! Posts.

mod change;
mod create;
mod delete;
mod freshness;
mod visibility;

use basalt_domain::{Actor, PostId, Role, UserId};
use uuid::Uuid;

use crate::support::{World, actor};

const NOTHING: PostId = PostId::from_uuid(Uuid::from_u128(u128::MAX));

/// Everyone who may look at a post of the author's.
struct Viewers {
    author: Actor,
    other: Actor,
    admin: Actor,
}

impl World {
    async fn viewers(&self) -> (basalt_domain::User, Viewers) {
        let author = self.user("author").await;
        let viewers = Viewers {
            author: actor(&author),
            other: actor(&self.user("other").await),
            admin: actor(&self.admin("admin").await),
        };
        (author, viewers)
    }
}

/// Somebody whose account is gone, with a token that was good a moment ago.
const GHOST: Actor = Actor { id: UserId::from_uuid(Uuid::from_u128(u128::MAX)), role: Role::User };

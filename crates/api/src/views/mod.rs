//! What clients see of the domain.

mod listing;
mod post;
mod reply;
mod session;
mod user;

pub(crate) use listing::{Pagination, RenderedPage, RenderedPages, listing};
pub(crate) use post::PostView;
pub(crate) use reply::{StoredReply, created, empty, of_created, read, success, written};
pub(crate) use session::SessionView;
pub(crate) use user::UserView;

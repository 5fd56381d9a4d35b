//! `/api/posts`

mod change;
mod create;
mod delete;
mod list;
mod read;

use super::Endpoint;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        list::endpoint(),
        create::endpoint(),
        read::endpoint(),
        change::endpoint(),
        delete::endpoint(),
    ]
}

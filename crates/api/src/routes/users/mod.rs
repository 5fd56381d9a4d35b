//! `/api/users`

mod change;
mod change_me;
mod change_password;
mod create;
mod delete;
mod delete_me;
mod list;
mod read;
mod read_me;

use super::Endpoint;

/// Where everyone begins.
pub(super) fn registration() -> Endpoint {
    create::endpoint()
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        list::endpoint(),
        read_me::endpoint(),
        change_me::endpoint(),
        change_password::endpoint(),
        delete_me::endpoint(),
        read::endpoint(),
        change::endpoint(),
        delete::endpoint(),
    ]
}

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

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        create::endpoint(),
        list::endpoint(),
        read_me::endpoint(),
        change_me::endpoint(),
        delete_me::endpoint(),
        change_password::endpoint(),
        read::endpoint(),
        change::endpoint(),
        delete::endpoint(),
    ]
}

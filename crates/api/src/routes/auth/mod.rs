//! `/api/auth`

mod login;
mod logout;

use super::Endpoint;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![login::endpoint(), logout::endpoint()]
}

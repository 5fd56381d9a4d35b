use basalt_domain::{Page, PageRequest, Slice, Sort, User, UserFilter, UserSortField, WalkRequest};

use super::Users;
use crate::{Error, error::Doing};

impl Users {
    /// One page of users.
    pub async fn page(
        &self,
        filter: &UserFilter,
        sort: Sort<UserSortField>,
        page: PageRequest,
    ) -> Result<Page<User>, Error> {
        let page = self.ports.users.page(filter, sort, page).await;
        page.doing("listing users")
    }

    /// One step of a walk through users.
    pub async fn walk(
        &self,
        filter: &UserFilter,
        sort: Sort<UserSortField>,
        walk: &WalkRequest,
    ) -> Result<Slice<User>, Error> {
        let slice = self.ports.users.walk(filter, sort, walk).await;
        slice.doing("walking through users")
    }
}

//! Reads lists to their end, and says in which order they have to be.

use std::cmp::Ordering;

use basalt_domain::{
    Direction, Page, PageRequest, Post, PostFilter, PostListKey, PostSortField, Slice, Sort,
    SortField, User, UserFilter, UserSortField, WalkRequest,
};

use crate::Store;

/// More than any walk here can need: also a step without rows must lead on.
const MOST_STEPS: usize = 1_000;

/// Both directions of each field.
pub(crate) fn all_sorts<F: SortField>() -> impl Iterator<Item = Sort<F>> {
    let both = |by: &F| {
        let by = *by;
        [Direction::Ascending, Direction::Descending].map(|direction| Sort { by, direction })
    };
    F::ALL.iter().flat_map(both)
}

pub(crate) fn sort<F>(by: F, direction: Direction) -> Sort<F> {
    Sort { by, direction }
}

/// `rows` in the order that a list has to have. Rust compares texts by their UTF-8 bytes, which is
/// by code point.
pub(crate) fn in_order<F: SortField>(mut rows: Vec<F::Item>, sort: Sort<F>) -> Vec<F::Item> {
    rows.sort_by(|one, other| compare(sort, one, other));
    rows
}

fn compare<F: SortField>(sort: Sort<F>, one: &F::Item, other: &F::Item) -> Ordering {
    let (one, other) = (sort.by.position(one), sort.by.position(other));
    let ascending = (one.key, one.id).cmp(&(other.key, other.id));
    match sort.direction {
        Direction::Ascending => ascending,
        Direction::Descending => ascending.reverse(),
    }
}

/// How a list reads in a message.
pub(crate) fn order_name<F: SortField>(sort: Sort<F>) -> String {
    format!("{} {:?}", sort.by.as_str(), sort.direction)
}

pub(crate) fn page_request(number: u64, limit: u64) -> PageRequest {
    PageRequest::new(number, limit).expect("a page that is not too deep")
}

impl Store {
    pub(crate) async fn user_page(
        &self,
        filter: &UserFilter,
        sort: Sort<UserSortField>,
        page: PageRequest,
    ) -> Page<User> {
        let read = self.users.page(filter, sort, page).await;
        read.expect("a page of users is read")
    }

    pub(crate) async fn users_in(&self, filter: &UserFilter) -> Vec<User> {
        let page = page_request(1, 100);
        self.user_page(filter, Sort::default(), page).await.items
    }

    /// All users, read page by page.
    pub(crate) async fn users_by_pages(&self, sort: Sort<UserSortField>, limit: u64) -> Vec<User> {
        let mut rows = Vec::new();
        for number in 1.. {
            let page = page_request(number, limit);
            let page = self.user_page(&UserFilter::default(), sort, page).await;
            if page.items.is_empty() {
                break;
            }
            rows.extend(page.items);
        }
        rows
    }

    pub(crate) async fn user_step(
        &self,
        filter: &UserFilter,
        sort: Sort<UserSortField>,
        step: &WalkRequest,
    ) -> Slice<User> {
        let read = self.users.walk(filter, sort, step).await;
        read.expect("a step of a walk over users is read")
    }

    /// All users that pass `filter`, read step by step.
    pub(crate) async fn users_by_walk(
        &self,
        filter: &UserFilter,
        sort: Sort<UserSortField>,
        limit: u64,
    ) -> Vec<User> {
        let mut rows = Vec::new();
        let mut step = WalkRequest::new(None, limit);
        for _ in 0..MOST_STEPS {
            let slice = self.user_step(filter, sort, &step).await;
            rows.extend(slice.items);
            let Some(next) = slice.next else {
                return rows;
            };
            step = WalkRequest::new(Some(next), limit);
        }
        panic!("a walk must come to its end");
    }

    pub(crate) async fn post_page(
        &self,
        filter: &PostFilter,
        sort: Sort<PostSortField>,
        page: PageRequest,
    ) -> Page<Post> {
        let key = PostListKey { filter: filter.clone(), sort, page };
        let read = self.posts.page(&key).await.expect("a page of posts is read");
        read.page.clone()
    }

    pub(crate) async fn posts_in(&self, filter: &PostFilter) -> Vec<Post> {
        let page = page_request(1, 100);
        self.post_page(filter, Sort::default(), page).await.items
    }

    /// All published posts, read page by page.
    pub(crate) async fn posts_by_pages(&self, sort: Sort<PostSortField>, limit: u64) -> Vec<Post> {
        let mut rows = Vec::new();
        for number in 1.. {
            let page = page_request(number, limit);
            let page = self.post_page(&PostFilter::default(), sort, page).await;
            if page.items.is_empty() {
                break;
            }
            rows.extend(page.items);
        }
        rows
    }

    pub(crate) async fn post_step(
        &self,
        filter: &PostFilter,
        sort: Sort<PostSortField>,
        step: &WalkRequest,
    ) -> Slice<Post> {
        let read = self.posts.walk(filter, sort, step).await;
        read.expect("a step of a walk over posts is read")
    }

    /// All posts that pass `filter`, read step by step.
    pub(crate) async fn posts_by_walk(
        &self,
        filter: &PostFilter,
        sort: Sort<PostSortField>,
        limit: u64,
    ) -> Vec<Post> {
        let mut rows = Vec::new();
        let mut step = WalkRequest::new(None, limit);
        for _ in 0..MOST_STEPS {
            let slice = self.post_step(filter, sort, &step).await;
            rows.extend(slice.items);
            let Some(next) = slice.next else {
                return rows;
            };
            step = WalkRequest::new(Some(next), limit);
        }
        panic!("a walk must come to its end");
    }
}

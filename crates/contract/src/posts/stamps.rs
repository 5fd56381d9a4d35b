use std::sync::Arc;

use basalt_domain::{PostFilter, PostPage};

use super::order::author;
use crate::{
    Store,
    samples::{post, renamed, retitled},
};

pub(super) async fn pages_with_equal_stamps_are_equal(store: Store) {
    let ann = author(&store).await;
    let text = post(&ann, "Text");
    let mut seen: Vec<Arc<PostPage>> = Vec::new();

    look(&store, &mut seen).await;
    store.add_post(&text).await;
    look(&store, &mut seen).await;
    let next = retitled(&text, "Next");
    let updated = store.posts.update(&next, text.version).await;
    updated.expect("a post is updated");
    look(&store, &mut seen).await;
    store.change_in_unit(&ann, &renamed(&ann, "Anne")).await;
    look(&store, &mut seen).await;
    let deleted = store.posts.delete(next.id, next.version).await;
    deleted.expect("a post is deleted");
    look(&store, &mut seen).await;

    for (number, one) in seen.iter().enumerate() {
        for other in &seen[number..] {
            assert!(
                one.stamp != other.stamp || one.page == other.page,
                "pages with one stamp must be one page: {one:?} and {other:?}"
            );
        }
    }
}

/// Reads the page twice, so that a cached one is among what is seen, and another page.
async fn look(store: &Store, seen: &mut Vec<Arc<PostPage>>) {
    let searched =
        PostFilter { search: Some(crate::samples::term("next")), ..PostFilter::default() };
    seen.push(store.page_of(PostFilter::default()).await);
    seen.push(store.page_of(PostFilter::default()).await);
    seen.push(store.page_of(searched).await);
}

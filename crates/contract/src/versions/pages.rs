use std::{collections::HashMap, sync::Arc};

use basalt_domain::{PageRequest, Post, PostFilter, PostListKey, PostPage};

use super::changing::author;
use crate::{
    Store,
    race::Writing,
    samples::{draft, post, renamed, retitled, term},
    store::first_page,
};

/// Asserts that pages have the present version, and gives it with the first of them.
async fn assert_present(store: &Store, after: &str) -> Arc<PostPage> {
    let searched = PostFilter { search: Some(term("text")), ..PostFilter::default() };
    let deep = PostListKey {
        page: PageRequest::new(50, 100).expect("a page"),
        ..first_page(PostFilter::default())
    };
    let version = store.version().await;
    for key in [first_page(searched), deep] {
        let page = store.posts.page(&key).await.expect("a page is read");
        assert_eq!(
            page.version, version,
            "a page must have the version of its moment, after {after}: {key:?}"
        );
    }
    let page = store.page_of(PostFilter::default()).await;
    assert_eq!(page.version, version, "a page must have the version of its moment, after {after}");
    page
}

pub(super) async fn a_page_has_the_version_of_its_moment(store: Store) {
    let ann = author(&store).await;
    let text = post(&ann, "Text");
    let mut pages = vec![assert_present(&store, "nothing").await];
    store.add_post(&text).await;
    pages.push(assert_present(&store, "an insertion").await);
    store.add_post(&draft(&ann, "Hidden")).await;
    let beside_a_draft = assert_present(&store, "a draft").await;
    store.update_post(&text, &retitled(&text, "Next text")).await;
    pages.push(assert_present(&store, "a new title").await);
    store.change_in_unit(&ann, &renamed(&ann, "Anne")).await;
    pages.push(assert_present(&store, "an author's name").await);
    store.delete_in_unit(&store.user(ann.id).await.expect("ann is there")).await;
    pages.push(assert_present(&store, "a deletion").await);

    assert_eq!(
        beside_a_draft.version, pages[1].version,
        "pages must have one version as long as nothing happens that they show"
    );
    for (number, one) in pages.iter().enumerate() {
        for other in &pages[number + 1..] {
            assert_ne!(
                one.version, other.version,
                "pages from before and after a write must have different versions"
            );
        }
    }
}

pub(super) async fn pages_of_one_version_show_the_same(store: Store) {
    let ann = author(&store).await;
    let text = post(&ann, "0");
    store.add_post(&text).await;
    let writing = store.clone();
    let retitle = move |number: usize| {
        let (store, text) = (writing.clone(), text.clone());
        async move {
            // Each state is another one, and each lasts for one write.
            let next =
                Post { title: retitled(&text, &(number + 1).to_string()).title, ..text.clone() };
            store.update_post(&text, &next).await;
        }
    };
    let mut shown = HashMap::new();
    let mut writing = Writing::start(retitle);
    while writing.goes_on().await {
        let page = store.page_of(PostFilter::default()).await;
        let first = shown.entry(page.version).or_insert_with(|| page.clone());
        assert_eq!(
            first.page, page.page,
            "pages of one version must show the same, also while somebody writes"
        );
    }
    writing.end().await;
}

use std::time::Duration;

use basalt_domain::{Page, Post, PostFilter, PostPage, PostVisibility, Total, UnsavedPost, User};

use super::order::author;
use crate::{
    Store,
    samples::{content, draft, post, renamed, retitled, term},
    store::first_page,
};

/// The titles on the first page of published posts.
async fn titles(store: &Store) -> Vec<String> {
    let page = store.page_of(PostFilter::default()).await;
    titles_on(&page)
}

/// The same for a reader who rather has an old page than none.
async fn titles_or_stale(store: &Store) -> Vec<String> {
    let key = first_page(PostFilter::default());
    let served = store.posts.page_or_stale(&key).await;
    let served = served.expect("a page is served");
    assert_eq!(served.age, Duration::ZERO, "no page may be old while the store can be asked");
    titles_on(&served.page)
}

fn titles_on(PostPage { page, .. }: &PostPage) -> Vec<String> {
    assert_eq!(
        Total::exact(page.items.len() as u64),
        page.total,
        "rows and total must be of one moment"
    );
    let titles = page.items.iter();
    titles.map(|post| post.title.as_str().to_owned()).collect()
}

async fn assert_shows(store: &Store, expected: &[&str], after: &str) {
    assert_eq!(
        titles(store).await,
        expected,
        "a page must show what was written before it: {after}"
    );
    // Once more: what the first look has kept must be as good.
    assert_eq!(
        titles(store).await,
        expected,
        "a page that was kept must still show what was written: {after}"
    );
    assert_eq!(
        titles_or_stale(store).await,
        expected,
        "a page that may be old must not be while the store can be asked: {after}"
    );
}

pub(super) async fn a_page_shows_every_write_to_a_post_before_it(store: Store) {
    let ann = author(&store).await;
    let first = draft(&ann, "First");
    assert_shows(&store, &[], "nothing").await;
    store.add_post(&first).await;
    assert_shows(&store, &[], "a draft").await;
    let published = Post { published: true, ..retitled(&first, "Published") };
    store.update_post(&first, &published).await;
    assert_shows(&store, &["Published"], "a publication").await;
    let next = retitled(&published, "Renamed");
    store.update_post(&published, &next).await;
    assert_shows(&store, &["Renamed"], "a new title").await;
    store.delete_post(&next).await;
    assert_shows(&store, &[], "a deletion").await;
    store.add_post(&post(&ann, "Another")).await;
    assert_shows(&store, &["Another"], "another post").await;
    let deleted = store.posts.delete_some_of(ann.id, 10).await;
    assert_eq!(deleted.expect("posts are deleted"), 1);
    assert_shows(&store, &[], "a deletion of many").await;
}

pub(super) async fn a_page_shows_every_unit_that_committed_before_it(store: Store) {
    let ann = author(&store).await;
    let first = post(&ann, "First");
    assert_shows(&store, &[], "nothing").await;

    let unit = store.begin().await;
    unit.posts().insert(&UnsavedPost::from(&first)).await.expect("a post is added");
    unit.commit().await.expect("a unit commits");
    assert_shows(&store, &["First"], "a unit that added a post").await;

    let next = retitled(&first, "Next");
    let unit = store.begin().await;
    let updated = unit.posts().update(&next, first.version).await;
    updated.expect("a post is updated");
    unit.commit().await.expect("a unit commits");
    assert_shows(&store, &["Next"], "a unit that changed a post").await;

    let second = post(&ann, "Second");
    let unit = store.begin().await;
    unit.posts().insert(&UnsavedPost::from(&second)).await.expect("a post is added");
    let deleted = unit.posts().delete(next.id, next.version).await;
    deleted.expect("a post is deleted");
    unit.commit().await.expect("a unit commits");
    assert_shows(&store, &["Second"], "a unit that added and deleted").await;

    store.add_post(&draft(&ann, "Draft")).await;
    let unit = store.begin().await;
    let deleted = unit.posts().delete_some_of(ann.id, 10).await;
    assert_eq!(deleted.expect("posts are deleted"), 2);
    unit.commit().await.expect("a unit commits");
    assert_shows(&store, &[], "a unit that deleted all of an author").await;

    store.add_post(&post(&ann, "Third")).await;
    assert_shows(&store, &["Third"], "a post").await;
    store.delete_in_unit(&ann).await;
    assert_shows(&store, &[], "a unit that deleted the author").await;
}

pub(super) async fn a_page_shows_its_authors_rename(store: Store) {
    let ann = author(&store).await;
    store.add_post(&post(&ann, "Text")).await;
    assert_shows(&store, &["Text"], "a post").await;
    let anne = renamed(&ann, "Anne");
    store.change_in_unit(&ann, &anne).await;
    let shown = store.posts_in(&PostFilter::default()).await;
    let author = &shown[0].author;
    assert_eq!(
        (&author.name, author.version),
        (&anne.name, anne.version),
        "a page must show an author's new name from the commit on"
    );
}

pub(super) async fn a_page_does_not_show_what_a_unit_has_not_committed(store: Store) {
    let ann = author(&store).await;
    store.add_post(&post(&ann, "First")).await;
    assert_shows(&store, &["First"], "a post").await;
    let unit = store.begin().await;
    let added = unit.posts().insert(&UnsavedPost::from(&post(&ann, "Second"))).await;
    added.expect("a post is added");
    assert_shows(&store, &["First"], "nothing that was committed").await;
    drop(unit);
    assert_shows(&store, &["First"], "a unit that was dropped").await;
}

pub(super) async fn a_page_read_beside_an_open_unit_hides_nothing_after_its_commit(store: Store) {
    let ann = author(&store).await;
    for round in 0..10 {
        let title = format!("Post {round}");
        let unit = store.begin().await;
        let added = unit.posts().insert(&UnsavedPost::from(&post(&ann, &title))).await;
        added.expect("a post is added");
        // Readers that fill a cache, if there is one, before and while the unit commits.
        let reader = {
            let store = store.clone();
            tokio::spawn(async move { titles(&store).await.len() })
        };
        let _ = titles(&store).await;
        unit.commit().await.expect("a unit commits");
        let shown = titles(&store).await;
        assert!(
            shown.contains(&title),
            "a page that was read beside a unit must not outlive its commit: {shown:?}"
        );
        reader.await.expect("a reader is done");
        let shown = titles(&store).await;
        assert!(shown.contains(&title), "a late reader must not put an older page back: {shown:?}");
    }
}

pub(super) async fn every_page_shows_a_write_and_not_only_the_one_that_changed(store: Store) {
    let ann: User = author(&store).await;
    let shown = Post { content: content("needle"), ..post(&ann, "Shown") };
    let hidden = Post { published: false, ..post(&ann, "Hidden") };
    let of_ann = |visibility| PostFilter { visibility, author: Some(ann.id), search: None };
    let searched = PostFilter { search: Some(term("needle")), ..PostFilter::default() };
    let published = [PostFilter::default(), of_ann(PostVisibility::Published), searched];
    let drafts = [of_ann(PostVisibility::Drafts), of_ann(PostVisibility::DraftsOf(ann.id))];
    for list in published.iter().chain(&drafts) {
        assert_eq!(store.page_of(list.clone()).await.page, Page::EMPTY);
    }
    store.add_posts(&[shown.clone(), hidden.clone()]).await;
    for (lists, expected) in [(&published[..], shown), (&drafts[..], hidden)] {
        for list in lists {
            assert_eq!(
                store.page_of(list.clone()).await.page.items,
                std::slice::from_ref(&expected),
                "a write must show on every page that it concerns: {list:?}"
            );
        }
    }
}

pub(super) async fn a_find_shows_every_write_before_it(store: Store) {
    let ann = author(&store).await;
    let first = post(&ann, "First");
    assert_eq!(store.post(&first).await, None);
    store.add_post(&first).await;
    assert_eq!(
        store.post(&first).await.as_ref(),
        Some(&first),
        "a post must be found from its insertion on"
    );
    let next = retitled(&first, "Next");
    let unit = store.begin().await;
    let updated = unit.posts().update(&next, first.version).await;
    updated.expect("a post is updated");
    unit.commit().await.expect("a unit commits");
    assert_eq!(
        store.post(&first).await.as_ref(),
        Some(&next),
        "a post must be found as it was last committed"
    );
    let deleted = store.posts.delete(next.id, next.version).await;
    deleted.expect("a post is deleted");
    assert_eq!(store.post(&first).await, None, "a post must not be found after its deletion");
}

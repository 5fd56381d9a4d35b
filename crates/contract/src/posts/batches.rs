use basalt_domain::{Post, PostFilter, PostVisibility, Total, User};

use super::order::author;
use crate::{
    Store,
    samples::{draft, post, user},
};

/// Ann with three published posts and two drafts, and Bob with one of each.
async fn ann_and_bob(store: &Store) -> (User, [Post; 2]) {
    let (ann, bob) = (author(store).await, user("bob"));
    store.add(&bob).await;
    for title in ["One", "Two", "Three"] {
        store.add_post(&post(&ann, title)).await;
    }
    for title in ["Four", "Five"] {
        store.add_post(&draft(&ann, title)).await;
    }
    let of_bob = [post(&bob, "Of Bob"), draft(&bob, "Hidden")];
    store.add_posts(&of_bob).await;
    (ann, of_bob)
}

/// How many posts of `author` there are, drafts too.
async fn posts_of(store: &Store, author: &User) -> u64 {
    let mut count = 0;
    for visibility in [PostVisibility::Published, PostVisibility::Drafts] {
        let filter = PostFilter { visibility, author: Some(author.id), search: None };
        let page = store.page_of(filter).await;
        assert_eq!(page.page.total, Total::exact(page.page.items.len() as u64));
        count += page.page.total.rows;
    }
    count
}

pub(super) async fn a_batch_removes_at_most_as_many_as_asked_and_says_how_many(store: Store) {
    let (ann, _) = ann_and_bob(&store).await;
    for (limit, removed, left) in [(2, 2, 3), (0, 0, 3), (2, 2, 1), (2, 1, 0), (2, 0, 0)] {
        let deleted = store.posts.delete_some_of(ann.id, limit).await;
        assert_eq!(
            (deleted.expect("posts are deleted"), posts_of(&store, &ann).await),
            (removed, left),
            "a batch of {limit} must remove no more than that, and say how many and be seen at once"
        );
    }
}

pub(super) async fn a_batch_removes_an_authors_drafts_too_and_nobody_elses_posts(store: Store) {
    let (ann, of_bob) = ann_and_bob(&store).await;
    let deleted = store.posts.delete_some_of(ann.id, 100).await;
    assert_eq!(
        (deleted.expect("posts are deleted"), posts_of(&store, &ann).await),
        (5, 0),
        "a batch must remove an author's drafts too"
    );
    let nobody = store.posts.delete_some_of(user("nobody").id, 100).await;
    assert_eq!(
        nobody.expect("a batch of nobody's posts is no error"),
        0,
        "there must be no posts of nobody"
    );
    for other in of_bob {
        assert_eq!(
            store.post(&other).await,
            Some(other),
            "a batch must remove nobody else's posts"
        );
    }
    assert_eq!(store.user(ann.id).await, Some(ann), "the author must stay");
}

pub(super) async fn a_batch_in_a_unit_happens_with_its_commit(store: Store) {
    const WITH: &str = "a batch in a unit must happen with the unit's commit";
    let (ann, _) = ann_and_bob(&store).await;
    let unit = store.begin().await;
    let deleted = unit.posts().delete_some_of(ann.id, 4).await;
    assert_eq!(deleted.expect("posts are deleted"), 4, "{WITH}");
    let deleted = unit.posts().delete_some_of(ann.id, 4).await;
    assert_eq!(deleted.expect("posts are deleted"), 1, "{WITH}");
    assert_eq!(posts_of(&store, &ann).await, 5, "{WITH}");
    drop(unit);
    assert_eq!(posts_of(&store, &ann).await, 5, "{WITH}");

    let unit = store.begin().await;
    let deleted = unit.posts().delete_some_of(ann.id, 4).await;
    assert_eq!(deleted.expect("posts are deleted"), 4, "{WITH}");
    unit.commit().await.expect("a unit commits");
    assert_eq!(posts_of(&store, &ann).await, 1, "{WITH}");
}

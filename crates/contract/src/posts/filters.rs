use std::collections::BTreeSet;

use basalt_domain::{PostFilter, PostVisibility, Sort, Total, User};

use crate::{
    Store,
    listing::page_request,
    samples::{draft, post, term, user},
};

/// Two authors, each with two published posts and one draft.
async fn two_authors(store: &Store) -> (User, User) {
    let (ann, bob) = (user("ann"), user("bob"));
    store.add_all(&[ann.clone(), bob.clone()]).await;
    for (author, who) in [(&ann, "Ann"), (&bob, "Bob")] {
        store.add_post(&post(author, &format!("{who} one"))).await;
        store.add_post(&post(author, &format!("{who} two"))).await;
        store.add_post(&draft(author, &format!("{who} draft"))).await;
    }
    (ann, bob)
}

async fn assert_holds(store: &Store, filter: &PostFilter, expected: &[&str]) {
    let found = store.posts_in(filter).await;
    let found: Vec<_> = found.iter().map(|post| post.title.as_str()).collect();
    assert_eq!(
        found.iter().copied().collect::<BTreeSet<_>>(),
        expected.iter().copied().collect::<BTreeSet<_>>(),
        "a list must hold exactly what passes {filter:?}"
    );
    assert_eq!(found.len(), expected.len(), "no post may be there twice");
}

pub(super) async fn each_visibility_holds_exactly_its_posts(store: Store) {
    let (ann, bob) = two_authors(&store).await;
    let visible = |visibility| PostFilter { visibility, ..PostFilter::default() };
    for (visibility, expected) in [
        (PostVisibility::Published, &["Ann one", "Ann two", "Bob one", "Bob two"][..]),
        (PostVisibility::DraftsOf(ann.id), &["Ann draft"]),
        (PostVisibility::DraftsOf(bob.id), &["Bob draft"]),
        (PostVisibility::DraftsOf(user("nobody").id), &[]),
        (PostVisibility::Drafts, &["Ann draft", "Bob draft"]),
    ] {
        assert_holds(&store, &visible(visibility), expected).await;
    }
}

pub(super) async fn an_authors_list_holds_only_their_posts(store: Store) {
    let (ann, bob) = two_authors(&store).await;
    let of = |author: &User, visibility| PostFilter {
        visibility,
        author: Some(author.id),
        search: None,
    };
    let published = PostVisibility::Published;
    assert_holds(&store, &of(&ann, published), &["Ann one", "Ann two"]).await;
    assert_holds(&store, &of(&bob, PostVisibility::Drafts), &["Bob draft"]).await;
    let contradiction = of(&bob, PostVisibility::DraftsOf(ann.id));
    assert_holds(&store, &contradiction, &[]).await;
    let searched = PostFilter { search: Some(term("TWO")), ..of(&bob, published) };
    assert_holds(&store, &searched, &["Bob two"]).await;
}

pub(super) async fn the_total_counts_all_that_pass_and_no_other(store: Store) {
    let (ann, _) = two_authors(&store).await;
    let drafts = PostFilter { visibility: PostVisibility::Drafts, ..PostFilter::default() };
    let of_ann = PostFilter { author: Some(ann.id), ..PostFilter::default() };
    let searched = PostFilter { search: Some(term("one")), ..PostFilter::default() };
    for (filter, expected) in [(PostFilter::default(), 4), (drafts, 2), (of_ann, 2), (searched, 2)]
    {
        let page = store.post_page(&filter, Sort::default(), page_request(1, 1)).await;
        assert_eq!(
            page.total,
            Total::exact(expected),
            "the total must count all that pass {filter:?}, beyond the page, and no other"
        );
    }
}

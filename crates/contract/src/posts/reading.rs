use basalt_domain::{Direction, Post, PostFilter, PostId, PostSortField, Version};
use uuid::Uuid;

use crate::{
    Store,
    listing::sort,
    samples::{at, content, post, renamed, user},
};

pub(super) async fn a_post_is_read_as_it_was_written(store: Store) {
    let ann = user("ann");
    store.add_all(&[ann.clone(), user("bob")]).await;
    let written = Post {
        content: content("  two\r\n\tlines, 'quotes' \\ \"and\" 😀 é e\u{301} "),
        published: false,
        version: Version::from_number(9),
        created_at: at(123_456),
        updated_at: at(1_999_999),
        ..post(&ann, "Ünï_%\\ 'title'")
    };
    store.add_post(&post(&ann, "Another")).await;
    store.add_post(&written).await;
    assert_eq!(
        store.post(&written).await,
        Some(written),
        "a post must be read as it was written, byte for byte and to the microsecond"
    );
}

pub(super) async fn an_unknown_post_is_none_and_no_error(store: Store) {
    let found = store.posts.find(PostId::from_uuid(Uuid::from_u128(5))).await;
    let found = found.expect("looking for no post must not be an error");
    assert_eq!(found, None, "an unknown id must be no post");
}

pub(super) async fn a_post_shows_its_authors_present_name_and_version(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    let text = post(&ann, "Text");
    store.add_post(&text).await;
    let anne = renamed(&ann, "Anne");
    store.change_in_unit(&ann, &anne).await;

    let mut expected = text.clone();
    expected.author.name = anne.name;
    expected.author.version = anne.version;
    assert_eq!(
        store.post(&text).await.as_ref(),
        Some(&expected),
        "a post must show its author's present name and version"
    );
    let everything = PostFilter::default();
    let listed = store.posts_in(&everything).await;
    assert_eq!(
        listed,
        [expected.clone()],
        "a page must show its authors' present names and versions"
    );
    let order = sort(PostSortField::Title, Direction::Ascending);
    let walked = store.posts_by_walk(&everything, order, 10).await;
    assert_eq!(walked, [expected], "a walk must show its authors' present names and versions");
}

//! Who sees which post: everyone a published one, its author and administrators a draft.

use std::sync::Arc;

use basalt_application::{Error, Freshness, PostQuery, Posts};
use basalt_domain::{
    Actor, Page, PageRequest, Post, PostFilter, PostListKey, PostPage, PostVisibility,
    Resource as _, SearchTerm, ServedPage, Sort, Total, User, WalkRequest,
    ports::MockPostRepository,
};
use mockall::predicate::eq;

use super::{NOTHING, Viewers};
use crate::support::{World, gone, unavailable_while};

impl World {
    /// The titles on the first page, which must be those of a walk too.
    async fn titles(&self, viewer: Option<&Actor>, query: &PostQuery) -> Vec<String> {
        let (posts, sort) = (self.posts(), Sort::parse("title").unwrap());
        let page = PageRequest::new(1, 10).unwrap();
        let page = posts.page(viewer, query.clone(), sort, page).await.unwrap();
        let walk = WalkRequest::new(None, 10);
        let slice =
            posts.walk(viewer, query.clone(), sort, &walk, Freshness::Present).await.unwrap();
        assert_eq!(page.page.page.items, slice.items);
        let total = Total::exact(slice.items.len() as u64);
        assert_eq!(page.page.page.total, total);
        let titles = slice.items.iter().map(|post| post.title.as_str().to_owned());
        titles.collect()
    }
}

/// A published post and a draft of the author's, and a draft of the other's.
async fn shelf() -> (World, User, Viewers) {
    let world = World::new();
    let (author, viewers) = world.viewers().await;
    let other = world.users().read(viewers.other.id).await.unwrap();
    world.post(&author, "a published", true).await;
    world.post(&author, "b draft", false).await;
    world.post(&other, "c other's draft", false).await;
    (world, author, viewers)
}

#[tokio::test]
async fn a_draft_is_read_by_its_author_and_administrators_and_does_not_exist_for_others() {
    let world = World::new();
    let (author, viewers) = world.viewers().await;
    let draft = world.post(&author, "draft", false).await;
    for viewer in [&viewers.author, &viewers.admin] {
        assert_eq!(world.posts().read(Some(viewer), draft.id).await.unwrap(), draft);
    }
    for viewer in [None, Some(&viewers.other)] {
        let refused = world.posts().read(viewer, draft.id).await;
        assert_refused!(refused, Error::NotFound(Post::NAME));
    }
}

#[tokio::test]
async fn a_published_post_is_read_by_everyone() {
    let world = World::new();
    let (author, viewers) = world.viewers().await;
    let post = world.post(&author, "published", true).await;
    for viewer in [None, Some(&viewers.other), Some(&viewers.author), Some(&viewers.admin)] {
        assert_eq!(world.posts().read(viewer, post.id).await.unwrap(), post);
    }
    let nothing = world.posts().read(None, NOTHING).await;
    assert_refused!(nothing, Error::NotFound(Post::NAME));
}

#[tokio::test]
async fn a_list_holds_published_posts_alone_whoever_asks() {
    let (world, _, viewers) = shelf().await;
    for viewer in [None, Some(&viewers.author), Some(&viewers.other), Some(&viewers.admin)] {
        for published in [None, Some(true)] {
            let query = PostQuery { published, ..PostQuery::default() };
            assert_eq!(world.titles(viewer, &query).await, ["a published"]);
        }
    }
}

#[tokio::test]
async fn a_list_of_drafts_holds_ones_own_for_an_administrator_all_and_for_the_anonymous_none() {
    let (world, _, viewers) = shelf().await;
    let drafts = PostQuery { published: Some(false), ..PostQuery::default() };
    assert_eq!(world.titles(Some(&viewers.author), &drafts).await, ["b draft"]);
    assert_eq!(world.titles(Some(&viewers.other), &drafts).await, ["c other's draft"]);
    let all = world.titles(Some(&viewers.admin), &drafts).await;
    assert_eq!(all, ["b draft", "c other's draft"]);
    assert_eq!(world.titles(None, &drafts).await, Vec::<String>::new());
}

#[tokio::test]
async fn asking_for_an_authors_drafts_shows_them_to_nobody_else() {
    let (world, author, viewers) = shelf().await;
    let drafts = PostQuery {
        published: Some(false),
        author: Some(author.id),
        search: SearchTerm::parse("draft").unwrap(),
    };
    assert_eq!(world.titles(Some(&viewers.author), &drafts).await, ["b draft"]);
    assert_eq!(world.titles(Some(&viewers.admin), &drafts).await, ["b draft"]);
    assert_eq!(world.titles(Some(&viewers.other), &drafts).await, Vec::<String>::new());
}

/// So that one cached page serves all.
#[tokio::test]
async fn everyones_published_posts_are_one_and_the_same_page() {
    let world = World::new();
    let (_, viewers) = world.viewers().await;
    let page = PageRequest::new(2, 5).unwrap();
    let filter = PostFilter {
        visibility: PostVisibility::Published,
        search: SearchTerm::parse("ä").unwrap(),
        author: Some(viewers.author.id),
    };
    let key = PostListKey { filter, sort: Sort::default(), page };
    let mut posts = MockPostRepository::new();
    let expected = posts.expect_page().with(eq(key.clone())).times(3);
    expected.returning(|_| Ok(PostPage::empty()));
    let expected = posts.expect_page_or_stale().with(eq(key)).times(1);
    expected.returning(|_| Ok(ServedPage::fresh(PostPage::empty())));
    let posts = Posts::new(world.ports_with(|ports| ports.posts = Arc::new(posts)));
    for viewer in [None, Some(&viewers.author), Some(&viewers.other), Some(&viewers.admin)] {
        let query = PostQuery {
            published: None,
            search: SearchTerm::parse("Ä").unwrap(),
            author: Some(viewers.author.id),
        };
        posts.page(viewer, query, Sort::default(), page).await.unwrap();
    }
}

#[tokio::test]
async fn the_anonymous_list_of_drafts_asks_no_store() {
    let nothing_to_ask = Arc::new(MockPostRepository::new());
    let posts = Posts::new(World::new().ports_with(|ports| ports.posts = nothing_to_ask));
    let drafts = PostQuery { published: Some(false), ..PostQuery::default() };
    let page = PageRequest::new(1, 10).unwrap();
    let page = posts.page(None, drafts.clone(), Sort::default(), page).await.unwrap();
    assert_eq!(page.page.page, Page::EMPTY);
    let walk = WalkRequest::new(None, 10);
    let slice = posts.walk(None, drafts, Sort::default(), &walk, Freshness::Present).await.unwrap();
    assert!(slice.items.is_empty() && slice.next.is_none());
}

#[tokio::test]
async fn a_store_that_is_away_is_said_to_be_with_what_was_being_done() {
    let mut away = MockPostRepository::new();
    away.expect_find().returning(|_| Err(gone()));
    away.expect_page().returning(|_| Err(gone()));
    away.expect_page_or_stale().returning(|_| Err(gone()));
    away.expect_walk().returning(|_, _, _| Err(gone()));
    let world = World::new();
    let (_, viewers) = world.viewers().await;
    let posts = Posts::new(world.ports_with(|ports| ports.posts = Arc::new(away)));
    let query = PostQuery::default;
    let (first, viewer) = (PageRequest::new(1, 10).unwrap(), viewers.other);
    for viewer in [None, Some(&viewer)] {
        let page = posts.page(viewer, query(), Sort::default(), first).await;
        assert_eq!(unavailable_while(page), "listing posts");
    }
    let walk = WalkRequest::new(None, 10);
    let (sort, present) = (Sort::default(), Freshness::Present);
    let walk = posts.walk(None, query(), sort, &walk, present).await;
    assert_eq!(unavailable_while(posts.read(None, NOTHING).await), "reading a post");
    assert_eq!(unavailable_while(walk), "walking through posts");
}

use basalt_domain::{Content, Post, PostFilter};

use super::order::author;
use crate::{
    Store,
    samples::{content, post, term},
};

/// Asserts that searching for `wanted` finds exactly the posts with these titles.
async fn assert_finds(store: &Store, wanted: &str, expected: &[&str]) {
    let filter = PostFilter { search: Some(term(wanted)), ..PostFilter::default() };
    let found = store.posts_in(&filter).await;
    let mut found: Vec<_> = found.iter().map(|post| post.title.as_str()).collect();
    let mut expected = expected.to_vec();
    found.sort_unstable();
    expected.sort_unstable();
    let start: String = wanted.chars().take(20).collect();
    assert_eq!(found, expected, "a search for {start:?} must find exactly the texts that hold it");
}

async fn add(store: &Store, texts: &[(&str, &str)]) {
    let author = author(store).await;
    for (title, text) in texts {
        let post = Post { content: content(text), ..post(&author, title) };
        store.add_post(&post).await;
    }
}

pub(super) async fn a_search_looks_in_title_and_content_each_by_itself(store: Store) {
    add(&store, &[("Red end", "start blue"), ("Green", "of the red")]).await;
    for (wanted, expected) in [
        ("red", &["Red end", "Green"][..]),
        ("BLUE", &["Red end"]),
        ("green", &["Green"]),
        ("endstart", &[]),
        ("end start", &[]),
        ("bluered", &[]),
        // The author's name is no part of the post.
        ("ann", &[]),
    ] {
        assert_finds(&store, wanted, expected).await;
    }
}

pub(super) async fn a_search_takes_wildcards_and_quotes_as_they_are(store: Store) {
    let texts = [
        ("percent 5%", "x"),
        ("percent 50", "x"),
        ("in content", r"a_b\c'd 'e' %"),
        ("like content", r"aXbYc"),
    ];
    add(&store, &texts).await;
    for (wanted, expected) in [
        ("5%", &["percent 5%"][..]),
        ("%", &["percent 5%", "in content"]),
        ("a_b", &["in content"]),
        (r"b\c", &["in content"]),
        ("'e'", &["in content"]),
        ("a%c", &[]),
        (r"\", &["in content"]),
        (r#"""#, &[]),
    ] {
        assert_finds(&store, wanted, expected).await;
    }
}

pub(super) async fn a_search_finds_other_case_beyond_ascii(store: Store) {
    add(&store, &[("ÉTÉ", "x"), ("Greek", "ὈΔΥΣΣΕΎΣ"), ("Sharp", "GROẞ")]).await;
    for (wanted, expected) in [
        ("été", &["ÉTÉ"][..]),
        ("ete", &[]),
        ("εύς", &["Greek"]),
        ("ὀδυσσεύσ", &["Greek"]),
        ("groß", &["Sharp"]),
        ("gross", &[]),
    ] {
        assert_finds(&store, wanted, expected).await;
    }
}

pub(super) async fn a_search_as_long_as_a_content_finds_it(store: Store) {
    let long = "中".repeat(Content::MAX_CHARS);
    add(&store, &[("Long", &long), ("Short", "中中")]).await;
    assert_finds(&store, &long, &["Long"]).await;
    assert_finds(&store, &format!("{long}中"), &[]).await;
}

use basalt_domain::UserFilter;

use crate::{
    Store,
    samples::{term, user_named},
};

/// Adds users with these names and addresses that no search here looks for.
async fn add_named(store: &Store, names: &[&str]) {
    for (number, called) in names.iter().enumerate() {
        let address = format!("{number}@0.0");
        store.add(&user_named(called, &address)).await;
    }
}

/// Asserts that searching for `wanted` finds exactly the users with these names.
async fn assert_finds(store: &Store, wanted: &str, expected: &[&str]) {
    let filter = UserFilter { search: Some(term(wanted)), ..UserFilter::default() };
    let found = store.users_in(&filter).await;
    let mut found: Vec<_> = found.iter().map(|user| user.name.as_str()).collect();
    let mut expected = expected.to_vec();
    found.sort_unstable();
    expected.sort_unstable();
    let start: String = wanted.chars().take(20).collect();
    assert_eq!(found, expected, "a search for {start:?} must find exactly the texts that hold it");
}

pub(super) async fn a_search_takes_wildcards_and_quotes_as_they_are(store: Store) {
    let names = [
        "rate 100%",
        "rate 1000",
        "under_score",
        "underXscore",
        r"back\slash",
        r"back\\slash",
        "back/slash",
        "O'Brien",
        "O''Brien",
        r#"say "hi""#,
        "star*",
        "what?",
        "[abc]",
        "a",
        "semi;--",
    ];
    add_named(&store, &names).await;
    for (wanted, expected) in [
        ("100%", &["rate 100%"][..]),
        ("%", &["rate 100%"]),
        ("r%0", &[]),
        ("_", &["under_score"]),
        ("r_s", &["under_score"]),
        (r"\", &[r"back\slash", r"back\\slash"]),
        (r"\\", &[r"back\\slash"]),
        (r"\%", &[]),
        ("'", &["O'Brien", "O''Brien"]),
        ("''", &["O''Brien"]),
        (r#"""#, &[r#"say "hi""#]),
        ("*", &["star*"]),
        ("?", &["what?"]),
        ("[abc]", &["[abc]"]),
        ("[a", &["[abc]"]),
        (";--", &["semi;--"]),
        (" ", &["rate 100%", "rate 1000", r#"say "hi""#]),
    ] {
        assert_finds(&store, wanted, expected).await;
    }
}

pub(super) async fn a_search_finds_other_case_beyond_ascii(store: Store) {
    add_named(&store, &["École", "ΣΊΣΥΦΟΣ", "Straẞe", "ЖУК", "ǅ", "Ｗ"]).await;
    for (wanted, expected) in [
        ("ÉCOLE", "École"),
        ("école", "École"),
        ("σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("ΦΟς", "ΣΊΣΥΦΟΣ"),
        ("φοσ", "ΣΊΣΥΦΟΣ"),
        ("straße", "Straẞe"),
        ("жук", "ЖУК"),
        ("Жу", "ЖУК"),
        ("ǆ", "ǅ"),
        ("ｗ", "Ｗ"),
    ] {
        assert_finds(&store, wanted, &[expected]).await;
    }
}

pub(super) async fn a_search_tells_characters_apart_that_only_look_alike(store: Store) {
    add_named(&store, &["résumé", "strasse", "I", "file"]).await;
    for wanted in ["resume", "re\u{301}sume\u{301}", "straße", "İ", "ı", "ﬁle"] {
        assert_finds(&store, wanted, &[]).await;
    }
}

pub(super) async fn a_search_looks_in_name_and_address_each_by_itself(store: Store) {
    store.add(&user_named("Ann Lee", "bob@example.com")).await;
    store.add(&user_named("Cid", "lee@example.org")).await;
    for (wanted, expected) in [
        ("lee", &["Ann Lee", "Cid"][..]),
        ("LEE@", &["Cid"]),
        ("example.com", &["Ann Lee"]),
        ("leebob", &[]),
        ("lee bob", &[]),
        ("bob@example.comann", &[]),
        ("comann", &[]),
    ] {
        assert_finds(&store, wanted, expected).await;
    }
}

pub(super) async fn a_search_may_be_long(store: Store) {
    add_named(&store, &["%", "x"]).await;
    // Longer than the 50,000 bytes that a pattern of SQLite's LIKE may have.
    assert_finds(&store, &"%".repeat(60_000), &[]).await;
    assert_finds(&store, &"中".repeat(20_000), &[]).await;
}

//! Addresses that the release before has stored. It took characters that become ASCII by NFKC, and
//! stored what they become: so what it stored is ASCII, and is read as it stands.

use serde_json::json;

use crate::support::{Process, Stores, only_on_sqlite};

/// What that release stored of a registration as ` ｊＡＮＥ@Example．com `, of one with the oddest
/// address that there is, and of a post.
const DATABASE: &str = include_str!("release_before.sql");

#[tokio::test]
async fn a_database_of_the_release_before_is_read_unchanged() {
    if !only_on_sqlite("it is a file") {
        return;
    }
    let stores = Stores::empty().await;
    std::fs::write(stores.folder().join("basalt.db"), "").expect("an empty database");
    stores.sql().await.run(DATABASE).await;
    let process = Process::start(&stores, &[]);
    let mut raw = process.raw().await;
    let mut login = async |email: &str| {
        let body = json!({"email": email, "password": "correct horse"}).to_string();
        let length = body.len();
        raw.ask(format!(
            "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        ))
        .await
    };
    for email in ["jane@example.com", "o'brien!#$%&*/=?^_`{|}~-@example.org"] {
        let session = login(email).await.is(200).data();
        assert_eq!(session["user"]["email"], email);
    }
    let refused = login("ｊane@example.com").await;
    refused.is_invalid(&[("email", "invalid_email")]);
    let posts = raw.ask("GET /api/posts HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(posts.data()[0]["author"]["name"], "Jane");
}

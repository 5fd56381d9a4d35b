//! Conditional requests.

mod edits;
mod reads;

use crate::support::Client;

/// Makes a post; its path and its tag.
async fn post_of(client: &Client) -> (String, String) {
    let created = client.write("Title", true).await;
    (format!("/api/posts/{}", created.id()), created.etag())
}

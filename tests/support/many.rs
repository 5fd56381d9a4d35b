//! Lists of many posts, which nobody writes one by one.

use super::{Sql, TestServer};

/// A server on which Ann has written so many posts, each a moment older than the one before. Titles
/// are `Post`, `Post1`, `Post2` and so on.
pub(crate) async fn server_with_posts(count: u32) -> TestServer {
    let server = TestServer::start().await;
    server.ann().write("Post", true).await;
    multiply(&server.sql().await, count - 1).await;
    server
}

/// Copies the only post so many times, straight into the database.
pub(crate) async fn multiply(sql: &Sql, times: u32) {
    let insert = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {times})
         INSERT INTO posts (id, author_id, published, version, created_at, updated_at, title,
                            title_folded, content, content_folded)
         SELECT {}, author_id, published, version, created_at - i, updated_at - i,
                title || i, title_folded || i, content, content_folded
         FROM posts, n",
        Sql::random_id(),
    );
    assert_eq!(sql.run(&insert).await, u64::from(times));
}

//! Pages by number.

use serde_json::json;

use crate::support::TestServer;

#[tokio::test]
async fn pages_are_counted_and_one_past_the_end_is_empty() {
    let server = TestServer::start().await;
    for index in 0..5 {
        server.ann().write(&format!("Post {index}"), true).await;
    }
    for (query, rows, pagination) in [
        ("", 5, json!({"page": 1, "limit": 10, "total": 5, "pages": 1, "totalIsExact": true})),
        (
            "?limit=2",
            2,
            json!({"page": 1, "limit": 2, "total": 5, "pages": 3, "totalIsExact": true}),
        ),
        (
            "?limit=2&page=3",
            1,
            json!({"page": 3, "limit": 2, "total": 5, "pages": 3, "totalIsExact": true}),
        ),
        (
            "?limit=2&page=4",
            0,
            json!({"page": 4, "limit": 2, "total": 5, "pages": 3, "totalIsExact": true}),
        ),
        (
            "?limit=5",
            5,
            json!({"page": 1, "limit": 5, "total": 5, "pages": 1, "totalIsExact": true}),
        ),
        (
            "?page=1000",
            0,
            json!({"page": 1000, "limit": 10, "total": 5, "pages": 1, "totalIsExact": true}),
        ),
        (
            "?page=0001",
            5,
            json!({"page": 1, "limit": 10, "total": 5, "pages": 1, "totalIsExact": true}),
        ),
    ] {
        let list = server.anonymous().get(&format!("/api/posts{query}")).await.is(200);
        assert_eq!(list.data().as_array().unwrap().len(), rows, "{query}");
        assert_eq!(list.json()["pagination"], pagination, "{query}");
    }
}

#[tokio::test]
async fn a_limit_over_100_is_used_and_reported_as_100() {
    let server = TestServer::start().await;
    for limit in ["100", "101", "100000", "18446744073709551616", &"9".repeat(1_000)] {
        for path in ["/api/posts", "/api/users"] {
            let list = server.admin().get(&format!("{path}?limit={limit}")).await.is(200);
            assert_eq!(list.json()["pagination"]["limit"], 100, "{limit}");
            let walk = server.admin().get(&format!("{path}?cursor=&limit={limit}")).await;
            assert_eq!(walk.is(200).json()["pagination"]["limit"], 100, "{limit}");
        }
    }
}

#[tokio::test]
async fn what_is_no_positive_whole_number_is_400() {
    let server = TestServer::start().await;
    for bad in [
        "", "0", "00", "-1", "abc", "2abc", "1e3", "1.0", "%2B1", "+1", "%201", "0x10", "NaN", "１",
    ] {
        for path in ["/api/posts", "/api/users"] {
            for field in ["page", "limit"] {
                let answer = server.admin().get(&format!("{path}?{field}={bad}")).await;
                assert_eq!(answer.status, 400, "{field}={bad}");
                answer.is_invalid(&[(field, "out_of_range")]);
            }
            let answer = server.admin().get(&format!("{path}?cursor=&limit={bad}")).await;
            answer.is_invalid(&[("limit", "out_of_range")]);
        }
    }
}

#[tokio::test]
async fn a_page_beyond_row_10_000_is_too_deep_and_told_to_use_a_cursor() {
    let server = TestServer::start().await;
    for fits in ["page=1000", "page=100&limit=100", "page=100&limit=5000", "page=10000&limit=1"] {
        server.anonymous().get(&format!("/api/posts?{fits}")).await.is(200);
    }
    for deep in [
        "page=1001",
        "page=101&limit=100",
        "page=101&limit=5000",
        "page=10001&limit=1",
        "page=3334&limit=3",
        "page=18446744073709551615",
        "page=99999999999999999999999999999",
    ] {
        for path in ["/api/posts", "/api/users"] {
            let answer = server.admin().get(&format!("{path}?{deep}")).await;
            let answer = answer.is_error(400, "page_too_deep");
            assert!(answer.message().contains("cursor"), "{}", answer.message());
        }
    }
}

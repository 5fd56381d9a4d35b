//! Whose units are taken: the client's address, as far as it can be believed.

use super::remaining_of;
use crate::support::{Answer, TestServer};

const LIMIT: (&str, &str) = ("RATE_LIMIT_DEFAULT", "100/86400");
const PROXY: (&str, &str) = ("TRUSTED_PROXIES", "127.0.0.0/8,10.0.0.0/8,2001:db8:ffff::/48");

async fn with(server: &TestServer, lines: &[(&str, &str)]) -> Answer {
    let mut request = server.anonymous().get("/api/posts");
    for (name, value) in lines {
        request = request.header(name, value);
    }
    request.await.is(200)
}

/// Insists that the lines of each group stand for one client, and each group for another.
async fn tells_apart(server: &TestServer, header: &str, groups: &[&[&[&str]]]) {
    for group in groups {
        for (index, lines) in group.iter().enumerate() {
            let lines: Vec<_> = lines.iter().map(|line| (header, *line)).collect();
            let left = remaining_of(&with(server, &lines).await, "default");
            assert_eq!(left, 99 - index as u64, "{lines:?}");
        }
    }
}

#[tokio::test]
async fn without_trusted_proxies_nobody_chooses_their_address() {
    let server = TestServer::with(&[LIMIT]).await;
    let mut left = 100;
    for (name, value) in [
        ("x-forwarded-for", "192.0.2.1"),
        ("x-forwarded-for", "127.0.0.1"),
        ("forwarded", "for=192.0.2.2"),
        ("x-real-ip", "192.0.2.3"),
        ("true-client-ip", "192.0.2.4"),
    ] {
        left -= 1;
        let answer = with(&server, &[(name, value)]).await;
        assert_eq!(remaining_of(&answer, "default"), left, "{name}");
    }
}

#[tokio::test]
async fn a_peer_that_is_no_trusted_proxy_is_not_believed() {
    let server = TestServer::with(&[LIMIT, ("TRUSTED_PROXIES", "10.0.0.0/8")]).await;
    let first = with(&server, &[("x-forwarded-for", "192.0.2.1")]).await;
    let second = with(&server, &[("x-forwarded-for", "192.0.2.2")]).await;
    assert_eq!(remaining_of(&first, "default"), 99);
    assert_eq!(remaining_of(&second, "default"), 98);
}

#[tokio::test]
async fn a_trusted_proxy_is_believed_and_its_header_read_from_the_right() {
    let server = TestServer::with(&[LIMIT, PROXY]).await;
    let groups: [&[&[&str]]; 5] = [
        &[
            &["192.0.2.1"],
            &["192.0.2.1, 10.0.0.7"],
            &["192.0.2.1", "10.0.0.7"],
            &["203.0.113.9, 192.0.2.1, 10.1.2.3, 10.0.0.7"],
            &["203.0.113.9,192.0.2.1 ,  10.1.2.3"],
            &["192.0.2.1:8080"],
            &["::ffff:192.0.2.1"],
            &["[::ffff:192.0.2.1]:443"],
            &["nonsense, 192.0.2.1"],
        ],
        &[&["192.0.2.2"], &["192.0.2.1, 192.0.2.2"]],
        &[
            &["2001:db8:1:2::1"],
            &["2001:db8:1:2:3:4:5:6"],
            &["[2001:db8:1:2::9]:443"],
            &["2001:db8:1:2::1, 2001:db8:ffff::1"],
        ],
        &[&["2001:db8:1:3::1"]],
        // An entry that is no address ends the walk, and the last good hop counts.
        &[&["10.9.9.9"], &["192.0.2.1, unknown, 10.9.9.9"], &["_hidden, 10.9.9.9"]],
    ];
    tells_apart(&server, "x-forwarded-for", &groups).await;
    let none: [&[&[&str]]; 1] = [&[&[], &["unknown"], &[""], &["192.0.2.300"], &["192.0.2.1, "]]];
    tells_apart(&server, "x-forwarded-for", &none).await;
}

#[tokio::test]
async fn only_the_configured_header_counts() {
    let server = TestServer::with(&[LIMIT, PROXY, ("FORWARDED_HEADER", "Forwarded")]).await;
    let groups: [&[&[&str]]; 4] = [
        &[
            &["for=192.0.2.1"],
            &["For=\"192.0.2.1:8080\";proto=https;by=10.0.0.1"],
            &["proto=http;for=192.0.2.1, for=10.0.0.7"],
            &["for=192.0.2.1", "for=10.0.0.7"],
        ],
        &[&["for=\"[2001:db8:1:2::1]:99\""], &["for=\"[2001:db8:1:2::2]\""]],
        &[&["for=10.9.9.9"], &["for=192.0.2.1, for=unknown, for=10.9.9.9"]],
        &[&["for=unknown"], &["for=_secret"], &["proto=https"], &["by=192.0.2.1"], &["192.0.2.1"]],
    ];
    tells_apart(&server, "forwarded", &groups).await;
    let other: [&[&[&str]]; 1] = [&[&["198.51.100.1"]]];
    let lines = with(&server, &[("x-forwarded-for", other[0][0][0])]).await;
    assert_eq!(remaining_of(&lines, "default"), 94, "it is the proxy's own address");
}

#[tokio::test]
async fn a_user_has_the_same_units_wherever_they_are() {
    let server = TestServer::with(&[LIMIT, PROXY]).await;
    for index in 0..4_u64 {
        let from = format!("192.0.2.{index}");
        let request = server.ann().get("/api/posts").header("x-forwarded-for", &from);
        assert_eq!(remaining_of(&request.await.is(200), "default"), 99 - index);
    }
}

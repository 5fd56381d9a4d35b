//! However bytes are cut into segments, they get the same answers.

use super::served::{Here, lasting, statuses};

const GET: &str = "GET /later HTTP/1.1\r\nHost: x\r\n\r\n";

/// Cuts the stream at each offset, and then everywhere.
async fn holds(here: &Here, stream: &str) -> Vec<u16> {
    let bytes = stream.as_bytes();
    let whole = here.answer(&[bytes]).await;
    let expected = lasting(&whole);
    for offset in 1..bytes.len() {
        let (first, second) = bytes.split_at(offset);
        let cut = here.answer(&[first, second]).await;
        assert_eq!(lasting(&cut), expected, "{stream:?} cut at {offset}");
    }
    let single: Vec<_> = bytes.chunks(1).collect();
    let cut = here.answer(&single).await;
    assert_eq!(lasting(&cut), expected, "{stream:?} byte by byte");
    statuses(&whole)
}

#[actix_web::test]
async fn a_head_may_be_cut_at_every_offset_alone_and_among_others() {
    let here = Here::start().await;
    assert_eq!(holds(&here, GET).await, [200]);
    assert_eq!(holds(&here, &GET.repeat(3)).await, [200; 3]);
    let spaced = format!("\r\n{GET}\r\n{GET}\r\n");
    assert_eq!(holds(&here, &spaced).await, [200; 2]);
}

#[actix_web::test]
async fn a_body_may_be_cut_at_every_offset_whether_it_is_read_or_not() {
    let here = Here::start().await;
    for path in ["/echo", "/unread", "/later", "/nowhere"] {
        let expected = if path == "/nowhere" { 404 } else { 200 };
        let post = format!("POST {path} HTTP/1.1\r\nHost: x\r\n");
        let sized = format!("{post}Content-Length: 5\r\n\r\nhello{GET}");
        assert_eq!(holds(&here, &sized).await, [expected, 200], "{path}");
        let chunked = format!(
            "{post}Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nX: y\r\n\r\n{GET}"
        );
        assert_eq!(holds(&here, &chunked).await, [expected, 200], "{path}");
    }
}

#[actix_web::test]
async fn what_is_refused_may_be_cut_at_every_offset() {
    let here = Here::start().await;
    let bad = format!("{GET}GET / HTTP/1.1\r\nHost : x\r\n\r\n{GET}");
    assert_eq!(holds(&here, &bad).await, [200, 400]);
    for body in
        ["fffffffffffffffff\r\nhello", "5;a\nb\r\nhello\r\n0\r\n\r\n", "5\r\nhello0\r\n\r\n"]
    {
        let bad = format!(
            "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{body}{GET}"
        );
        assert_eq!(holds(&here, &bad).await, [400], "{body:?}");
    }
}

#[actix_web::test]
async fn an_answer_is_that_of_its_own_request_whatever_comes_with_it() {
    let here = Here::start().await;
    let head = "HEAD /later HTTP/1.1\r\nHost: x\r\n\r\n";
    let close = "GET /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let old = "GET /later HTTP/1.0\r\n\r\n";
    let answer = here.answer(&[[head, GET].concat().as_bytes()]).await;
    let text = String::from_utf8_lossy(&answer);
    assert_eq!(text.matches("hello").count(), 1, "{text}");
    assert!(text.ends_with("hello"), "{text}");
    let answer = here.answer(&[[GET, head].concat().as_bytes()]).await;
    let text = String::from_utf8_lossy(&answer);
    assert_eq!(text.matches("hello").count(), 1, "{text}");
    assert!(text.ends_with("\r\n\r\n"), "{text}");
    for last in [close, old] {
        assert_eq!(holds(&here, &[last, GET].concat()).await, [200]);
        assert_eq!(holds(&here, &[GET, last, GET].concat()).await, [200; 2]);
    }
}

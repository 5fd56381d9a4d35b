//! The last answer is read, whatever the client does.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::served::{Here, PATIENCE, Server, patient, statuses};

const GET: &str = "GET /later HTTP/1.1\r\nHost: x\r\n\r\n";

#[actix_web::test]
async fn a_client_that_sends_no_more_gets_all_its_answers() {
    let here = Here::start().await;
    // More of them than the dispatcher would take at once.
    let answer = here.answer(&[GET.repeat(50).as_bytes()]).await;
    assert_eq!(statuses(&answer), [200; 50]);
    for length in [5, 70_000, 200_000] {
        let post = format!(
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{}",
            "x".repeat(length)
        );
        let answer = here.answer(&[post.as_bytes()]).await;
        assert_eq!(statuses(&answer), [200]);
        assert!(answer.ends_with(&b"x".repeat(length)), "{length}");
    }
}

#[actix_web::test]
async fn a_request_that_ends_before_its_end_is_refused_or_not_answered() {
    let here = Here::start().await;
    let post = "POST /echo HTTP/1.1\r\nHost: x\r\n";
    for body in ["Content-Length: 6\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhel"] {
        let answer = here.answer(&[format!("{GET}{post}{body}").as_bytes()]).await;
        assert_eq!(statuses(&answer), [200, 400], "{body:?}");
    }
    let answer = here.answer(&[format!("{GET}{post}").as_bytes()]).await;
    assert_eq!(statuses(&answer), [200]);
}

/// The whole of an answer that the server closes after, though the client has more to send than
/// is ever read, and sends on after it.
async fn refused(server: &Server, request: &[u8]) -> Vec<u8> {
    let mut stream = server.connect().await;
    // Anything up to here may have been refused already.
    let _ = stream.write_all(request).await;
    let (mut read, mut write) = stream.split();
    let mut received = Vec::new();
    let more = async {
        while write.write_all(&[b'x'; 1024]).await.is_ok() {
            tokio::task::yield_now().await;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        read = read.read_to_end(&mut received) => assert!(read.is_ok(), "{read:?}"),
        () = more => {}
        () = tokio::time::sleep(PATIENCE) => panic!("the connection stays open"),
    }
    received
}

#[tokio::test]
async fn an_answer_that_is_the_last_arrives_though_the_client_sends_on() {
    let server = Server::start(patient());
    let long = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(300_000));
    let big = "POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n";
    let chunks = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (request, status) in [
        ("nonsense\r\n\r\n".to_owned(), 400),
        (long, 431),
        (big.to_owned(), 200),
        (format!("{chunks}fffffffffffffffff\r\n"), 400),
        (format!("{chunks}5;a\nb\r\nhello\r\n"), 400),
        (GET.replace("Host: x", "Host: x\r\nConnection: close"), 200),
    ] {
        for _ in 0..10 {
            let answer = refused(&server, request.as_bytes()).await;
            let shown: String = request.chars().take(80).collect();
            assert_eq!(statuses(&answer), [status], "{shown:?}");
            let text = String::from_utf8_lossy(&answer);
            assert!(text.contains("connection: close\r\n"), "{text}");
        }
    }
}

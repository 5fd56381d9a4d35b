use actix_http::h1::{Codec, Message};
use tokio_util::codec::Decoder as _;

use super::*;

/// What the dispatcher gets of bytes that come in these pieces, request by request, when it
/// answers at once; and whether the end of the last one is known.
fn handed_over(pieces: &[&[u8]]) -> (Vec<Vec<u8>>, bool, bool) {
    let mut inbound = Inbound::new();
    let mut requests = Vec::<Vec<u8>>::new();
    for piece in pieces {
        inbound.push(piece);
        loop {
            if inbound.begin() {
                requests.push(Vec::new());
            }
            let mut space = [0; 7];
            let mut buf = ReadBuf::new(&mut space);
            if !inbound.give(&mut buf) {
                break;
            }
            let request = requests.last_mut().expect("a head goes first");
            request.extend_from_slice(buf.filled());
        }
    }
    (requests, inbound.is_in_request(), inbound.is_broken())
}

const HEAD: &str = "POST / HTTP/1.1\r\nHost: x\r\n";

fn streams() -> Vec<String> {
    let chunked = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n");
    let bodies = [
        "5\r\nhello\r\n0\r\n\r\n",
        "A;a=\"b\";c\r\n0123456789\r\n00\r\nX: y\r\nZ:\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\n\r\nrest",
        "5\r\nhellO!\r\n0\r\n\r\n",
        "5;a\nb\r\nhello\r\n0\r\n\r\n",
        "5\nhello\n0\n\n",
        "\r\n\r\n",
        ";\r\n\r\n",
        "fffffffffffffffff\r\n",
        "ffffffffffffffff\r\nx",
        "0\r\nX: y\n\r\n\r\n",
        "0\r\n\n",
        "0\r\nno colon\r\n\r\n",
    ];
    let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut streams: Vec<String> =
        bodies.iter().map(|body| format!("{chunked}{body}{get}")).collect();
    streams.extend([
        format!("{get}{get}"),
        format!("\r\n\r\n{get}\r\n{get}\r\n"),
        "GET / HTTP/1.1\nHost: x\n\nGET /".to_owned(),
        format!("{HEAD}Content-Length: 5\r\n\r\nhello{get}"),
        format!("{HEAD}Content-Length: 0\r\n\r\n{get}"),
        format!("{HEAD}Content-Length: 30\r\n\r\n{get}"),
        format!("{HEAD}Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\r\n{get}"),
        format!("{get}\u{16}\u{3}\u{1}\0{get}"),
        format!("GET / HTTP/1.1\r\nHost: a b\r\n\r\n{get}"),
        format!("GET / HTTP/1.1\r\nHost : x\r\n\r\n{get}"),
    ]);
    streams
}

#[test]
fn it_makes_no_difference_how_bytes_are_cut() {
    for stream in streams() {
        let bytes = stream.as_bytes();
        let whole = handed_over(&[bytes]);
        for first in 0..bytes.len() {
            for second in first..bytes.len() {
                let cut = handed_over(&[&bytes[..first], &bytes[first..second], &bytes[second..]]);
                // A refused head ends where the refusal was sure.
                let same =
                    if whole.2 { cut.2 && cut.0.len() == whole.0.len() } else { cut == whole };
                assert!(same, "{stream:?} at {first} and {second}: {cut:?}");
            }
        }
        let bytewise: Vec<_> = bytes.chunks(1).collect();
        assert_eq!(handed_over(&bytewise).2, whole.2, "{stream:?}");
    }
}

#[test]
fn each_request_is_handed_over_from_its_head_to_its_end() {
    let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    let sized = format!("{HEAD}Content-Length: 5\r\n\r\nhello");
    let chunked =
        format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n");
    let stream = [get, &sized, &chunked, get].concat();
    let (requests, is_in_request, is_broken) = handed_over(&[stream.as_bytes()]);
    let expected = [get, &sized, &chunked, get].map(|request| request.as_bytes().to_vec());
    assert_eq!(requests, expected);
    assert!(!is_in_request && !is_broken);
}

#[test]
fn empty_lines_before_a_request_are_not_kept() {
    let get = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut inbound = Inbound::new();
    for _ in 0..3 {
        for _ in 1..MOST_EMPTY / 2 {
            inbound.push(b"\r\n");
            assert!(inbound.is_empty() && !inbound.has_begun());
        }
        inbound.push(get);
        inbound.push(b"\r\n");
        assert!(inbound.begin());
        let mut space = [0; 100];
        let mut buf = ReadBuf::new(&mut space);
        assert!(inbound.give(&mut buf));
        assert_eq!(buf.filled(), get);
        assert!(inbound.is_empty(), "what follows a request is no other");
    }
    // Whoever sends nothing else is taken to have begun, and has the time of a head.
    inbound.push(&[b'\n'; MOST_EMPTY]);
    assert!(inbound.has_begun() && !inbound.begin());
}

#[test]
fn what_asks_for_another_protocol_is_blanked() {
    let head = "GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, UPGRADE\r\nUpgrade: websocket\r\n\r\n";
    let (requests, ..) = handed_over(&[head.as_bytes()]);
    let blanked = head.replace("UPGRADE", "       ").replace("websocket", "         ");
    assert_eq!(requests, [blanked.into_bytes()]);
}

#[test]
fn a_head_that_is_too_long_is_handed_over_without_its_end() {
    for length in [LONGEST_HEAD, LONGEST_HEAD + 1, LONGEST_HEAD + 9_000] {
        let start = "GET / HTTP/1.1\r\nHost: x\r\nX: ";
        let value = "x".repeat(length - start.len() - 4);
        let head = format!("{start}{value}\r\n\r\n");
        assert_eq!(head.len(), length);
        for cut in [0, 1, LONGEST_HEAD - 1, LONGEST_HEAD] {
            let (first, second) = head.as_bytes().split_at(cut);
            let (requests, _, is_broken) = handed_over(&[first, second]);
            assert_eq!(requests[0].len(), LONGEST_HEAD, "{length}, {cut}");
            assert_eq!(is_broken, length > LONGEST_HEAD, "{length}, {cut}");
        }
    }
}

/// What the dispatcher gets of a request whose body is forgone after so many bytes of it, and
/// whether the request behind it is found.
fn forgone(head: &str, body: &str, after: usize) -> (Vec<u8>, bool) {
    let mut inbound = Inbound::new();
    let mut given = Vec::new();
    let mut give = |inbound: &mut Inbound| loop {
        let mut space = [0; 7];
        let mut buf = ReadBuf::new(&mut space);
        if !inbound.give(&mut buf) {
            break;
        }
        given.extend_from_slice(buf.filled());
    };
    inbound.push(head.as_bytes());
    assert!(inbound.begin());
    give(&mut inbound);
    inbound.push(&body.as_bytes()[..after]);
    give(&mut inbound);
    assert_eq!(inbound.is_unread(), after < body.len());
    inbound.forgo();
    give(&mut inbound);
    assert!(!inbound.is_unread());
    assert_eq!(inbound.is_in_request(), after < body.len());
    for byte in body[after..].bytes() {
        inbound.push(&[byte]);
        give(&mut inbound);
    }
    inbound.push(b"GET /");
    give(&mut inbound);
    (given, !inbound.is_in_request() && inbound.has_begun())
}

#[actix_web::test]
async fn a_body_that_nobody_wants_is_ended_for_the_dispatcher_and_dropped_when_it_comes() {
    let head = format!("{HEAD}Content-Length: 10\r\n\r\n");
    for after in 0..=10 {
        let (given, found) = forgone(&head, "0123456789", after);
        assert_eq!(given.len(), head.len() + 10, "{after}");
        assert!(found, "{after}");
    }
    let head = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n");
    let body = "5;a\r\nhello\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n";
    for after in 0..=body.len() {
        let (given, found) = forgone(&head, body, after);
        let length = given.len() - head.len();
        assert_eq!(decoded(&given[head.len()..]), Ok(Some(length)), "{after}");
        assert!(found, "{after}");
    }
}

/// What the decoder of the dispatcher makes of a chunked body: how long it is, or that it is none.
fn decoded(body: &[u8]) -> Result<Option<usize>, ()> {
    let mut codec = Codec::default();
    let mut bytes = BytesMut::from(format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n").as_bytes());
    assert!(matches!(codec.decode(&mut bytes), Ok(Some(Message::Item(_)))));
    bytes.extend_from_slice(body);
    loop {
        match codec.decode(&mut bytes).map_err(|_| ())? {
            Some(Message::Chunk(None)) => return Ok(Some(body.len() - bytes.len())),
            Some(_) => {}
            None => return Ok(None),
        }
    }
}

#[actix_web::test]
async fn what_is_taken_for_a_chunked_body_is_one_to_the_dispatcher_too() {
    let good = "5;a=\"b\"\r\nhello\r\na \r\n0123456789\r\n0\r\nX: y\r\n\r\n";
    let odd = b"\r\n\t ;0fFgG\0\x0b\x7f\x80:-";
    let mut bodies: Vec<Vec<u8>> = Vec::new();
    for at in 0..good.len() {
        for byte in odd {
            let mut changed = good.as_bytes().to_vec();
            changed[at] = *byte;
            bodies.push(changed.clone());
            changed.insert(at, good.as_bytes()[at]);
            bodies.push(changed);
        }
        let mut shorter = good.as_bytes().to_vec();
        shorter.remove(at);
        bodies.push(shorter);
    }
    let (mut taken, mut refused) = (0, 0);
    for body in &bodies {
        let mut chunked = Chunked::new();
        let shown = String::from_utf8_lossy(body);
        match (chunked.look(body), decoded(body)) {
            (Ok(length), theirs) if chunked.is_over() => {
                assert_eq!(theirs, Ok(Some(length)), "{shown:?}");
                taken += 1;
            }
            (Ok(length), theirs) => {
                // What was handed over of it must not be refused.
                let sure = decoded(&body[..length]);
                assert!(sure == Ok(None), "{shown:?}: {sure:?}, {theirs:?}");
            }
            (Err(_), _) => refused += 1,
        }
    }
    assert!(taken > 100 && refused > 100, "{taken}, {refused}");
}

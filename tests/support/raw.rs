//! A connection on which a test says what it likes.

use std::net::SocketAddr;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::{Answer, PATIENCE};

/// One connection.
pub(crate) struct Raw {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Raw {
    /// Connects.
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket takes this");
        Self { stream, received: Vec::new() }
    }

    /// Sends bytes as they are.
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.try_send(bytes).await.expect("the server reads");
    }

    /// Sends bytes as they are; the server may have closed.
    pub(crate) async fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> std::io::Result<()> {
        let sent = timeout(PATIENCE, self.stream.write_all(bytes.as_ref())).await;
        sent.expect("the server reads in time")
    }

    /// Sends a request and reads its answer.
    pub(crate) async fn ask(&mut self, request: impl AsRef<[u8]>) -> Answer {
        let is_head = request.as_ref().starts_with(b"HEAD ");
        self.send(request).await;
        self.read(is_head).await.expect("an answer")
    }

    /// Reads one answer; `None` when the server closed without one.
    pub(crate) async fn answer(&mut self) -> Option<Answer> {
        self.read(false).await
    }

    /// Reads one answer, without a body when it is that of a HEAD.
    pub(crate) async fn read(&mut self, is_head: bool) -> Option<Answer> {
        let end = loop {
            if let Some(at) = find(&self.received, b"\r\n\r\n") {
                break at + 4;
            }
            if !self.receive().await {
                return None;
            }
        };
        let (status, headers) = parse_head(&self.received[..end]);
        self.received.drain(..end);
        if status == 100 {
            return Box::pin(self.read(is_head)).await;
        }
        let announced = headers.get("content-length");
        let length = announced.and_then(|v| v.to_str().ok()?.parse().ok());
        let length = if is_head || matches!(status, 204 | 304) { 0 } else { length.unwrap_or(0) };
        while self.received.len() < length {
            if !self.receive().await {
                return None;
            }
        }
        let body = self.received.drain(..length).collect();
        Some(Answer { status, headers, body })
    }

    /// True when the server has closed and nothing is left to read.
    pub(crate) async fn is_closed(&mut self) -> bool {
        self.received.is_empty() && !self.receive().await
    }

    /// Closes the side that sends.
    pub(crate) async fn finish(&mut self) -> std::io::Result<()> {
        self.stream.shutdown().await
    }

    /// Closes with a reset, as a client that crashes does.
    pub(crate) fn reset(self) {
        self.stream.set_zero_linger().expect("a socket takes this");
    }

    async fn receive(&mut self) -> bool {
        let read = timeout(PATIENCE, self.stream.read_buf(&mut self.received)).await;
        let read = read.expect("the server answers in time");
        read.is_ok_and(|bytes| bytes > 0)
    }
}

fn parse_head(head: &[u8]) -> (u16, HeaderMap) {
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let first = lines.next().unwrap_or_default();
    let is_status_line = first.starts_with("HTTP/1.1 ") || first.starts_with("HTTP/1.0 ");
    assert!(is_status_line, "no status line: {first:?}");
    let status = first[9..12].parse().expect("a status");
    let mut headers = HeaderMap::new();
    for line in lines.filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').expect("a header line");
        let name: HeaderName = name.parse().expect("a header's name");
        let value = HeaderValue::from_str(value.trim()).expect("a header's value");
        headers.append(name, value);
    }
    (status, headers)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

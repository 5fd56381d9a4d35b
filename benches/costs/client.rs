//! One connection that is kept alive, and asks for one answer after the other.

use std::{io, net::SocketAddr};

use memchr::{memchr_iter, memmem};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::wrong;

/// The header that says where an answer ends.
const LENGTH: &[u8] = b"content-length:";

pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    takes_refusals: bool,
}

impl Client {
    /// `takes_refusals`: an answer that is no success is one too.
    pub(crate) async fn connect(address: SocketAddr, takes_refusals: bool) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; 256 * 1024], takes_refusals })
    }

    /// Sends the bytes of a request and reads the whole answer.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> io::Result<()> {
        self.stream.write_all(request).await?;
        let (mut filled, mut expected) = (0, None);
        while expected.is_none_or(|expected| filled < expected) {
            let read = self.stream.read(&mut self.buffer[filled..]).await?;
            if read == 0 {
                return Err(wrong("the server closed the connection"));
            }
            filled += read;
            if expected.is_none()
                && let Some(end) = memmem::find(&self.buffer[..filled], b"\r\n\r\n")
            {
                expected = Some(end + 4 + self.length_of_body(end + 2)?);
            }
        }
        if Some(filled) != expected {
            return Err(wrong("there was more than one answer"));
        }
        Ok(())
    }

    /// A refusal is answered faster than a page and must not count as one.
    fn length_of_body(&self, end: usize) -> io::Result<usize> {
        let head = &self.buffer[..end];
        let shown = || String::from_utf8_lossy(head).into_owned();
        if !self.takes_refusals && !head.starts_with(b"HTTP/1.1 20") {
            return Err(wrong(format!("an answer that is no success: {}", shown())));
        }
        for end in memchr_iter(b'\n', head) {
            let Some((name, value)) = head[end + 1..].split_at_checked(LENGTH.len()) else {
                break;
            };
            if name.eq_ignore_ascii_case(LENGTH) {
                let value = value.split(|&byte| byte == b'\r').next().unwrap_or_default();
                let value = std::str::from_utf8(value).map_err(io::Error::other)?;
                return value.trim().parse().map_err(io::Error::other);
            }
        }
        Err(wrong(format!("an answer without its length: {}", shown())))
    }
}

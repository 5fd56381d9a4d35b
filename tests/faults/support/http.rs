//! Clients over TCP that cost little: they share the machine with what they ask.

use std::{io, net::SocketAddr};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use super::PATIENCE;

/// One answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    /// The value of a header, by its lower-case name.
    pub(crate) fn header(&self, wanted: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str())
    }

    /// Its body.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The id of what it shows.
    pub(crate) fn id(&self) -> String {
        let id = self.json()["data"]["id"].as_str().map(str::to_owned);
        id.unwrap_or_else(|| panic!("an answer with an id, not {self:?}"))
    }

    /// The titles of a list of posts.
    pub(crate) fn titles(&self) -> Vec<String> {
        let json = self.json();
        let rows = json["data"].as_array();
        let rows = rows.unwrap_or_else(|| panic!("a list, not {self:?}"));
        let title = |row: &Value| row["title"].as_str().unwrap_or_default().to_owned();
        rows.iter().map(title).collect()
    }

    /// Itself, when it has this status.
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.json());
        self
    }

    fn is_last(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

/// A request without a body.
pub(crate) fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: x\r\n{}\r\n", bearer(token)).into_bytes()
}

/// A request with a JSON body; an empty token or key is left out.
pub(crate) fn post(path: &str, token: &str, key: &str, body: &Value) -> Vec<u8> {
    with_body("POST", path, token, key, body)
}

/// The same with another method.
pub(crate) fn with_body(method: &str, path: &str, token: &str, key: &str, body: &Value) -> Vec<u8> {
    let key = match key {
        "" => String::new(),
        key => format!("Idempotency-Key: {key}\r\n"),
    };
    let (bearer, body) = (bearer(token), body.to_string());
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         {bearer}{key}Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn bearer(token: &str) -> String {
    match token {
        "" => String::new(),
        token => format!("Authorization: Bearer {token}\r\n"),
    }
}

/// One connection.
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        Self::over(TcpStream::connect(address).await?)
    }

    /// Connects, and will take little at once.
    pub(crate) async fn narrow(address: SocketAddr) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(4096)?;
        Self::over(socket.connect(address).await?)
    }

    fn over(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::new() })
    }

    /// Sends bytes.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        timeout(PATIENCE, self.stream.write_all(bytes)).await?
    }

    /// Sends a request and reads its answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.send(request).await?;
        self.answer().await
    }

    /// Reads one answer.
    pub(crate) async fn answer(&mut self) -> io::Result<Answer> {
        loop {
            if let Some((mut answer, head, length)) = parse(&self.received)? {
                while self.received.len() < head + length {
                    self.receive().await?;
                }
                answer.body = self.received[head..head + length].to_vec();
                self.received.drain(..head + length);
                return Ok(answer);
            }
            self.receive().await?;
        }
    }

    /// Waits until the other side has closed; what it says before is not looked at.
    pub(crate) async fn closed(&mut self) -> io::Error {
        loop {
            if let Err(error) = self.receive().await {
                return error;
            }
            self.received.clear();
        }
    }

    async fn receive(&mut self) -> io::Result<()> {
        match timeout(PATIENCE, self.stream.read_buf(&mut self.received)).await? {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// True while the other side has not closed; nothing is sent to find out.
    fn is_open(&self) -> bool {
        let nothing_yet = |error: &io::Error| error.kind() == io::ErrorKind::WouldBlock;
        let read = self.stream.try_read(&mut [0]);
        read.as_ref().is_err_and(nothing_yet)
    }

    /// Closes with a reset, as a client that crashes does.
    pub(crate) fn reset(self) {
        self.stream.set_zero_linger().expect("a socket takes this");
    }
}

/// The answer without its body, the length of its head and that of its body.
fn parse(received: &[u8]) -> io::Result<Option<(Answer, usize, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let parsed = response.parse(received);
    let httparse::Status::Complete(head) = parsed.map_err(|e| wrong(&e.to_string()))? else {
        return Ok(None);
    };
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = response.headers.iter();
    let answer = Answer {
        status: response.code.unwrap_or_default(),
        headers: headers
            .map(|header| (header.name.to_ascii_lowercase(), text(header.value)))
            .collect(),
        body: Vec::new(),
    };
    let length = match (answer.status, answer.header("content-length")) {
        (204 | 304, _) => 0,
        (_, Some(length)) => length.parse().map_err(|_| wrong("a bad length"))?,
        (_, None) => return Err(wrong("an answer without a length")),
    };
    Ok(Some((answer, head, length)))
}

/// A client that keeps its connection as long as it lasts.
pub(crate) struct Client {
    address: SocketAddr,
    connection: Option<Connection>,
}

impl Client {
    /// Of the server at this address.
    pub(crate) fn of(address: SocketAddr) -> Self {
        Self { address, connection: None }
    }

    /// Asks, on the connection there is unless the other side has closed it.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> io::Result<Answer> {
        let mut connection = match self.connection.take().filter(Connection::is_open) {
            Some(connection) => connection,
            None => Connection::open(self.address).await?,
        };
        let answer = connection.ask(request).await?;
        if !answer.is_last() {
            self.connection = Some(connection);
        }
        Ok(answer)
    }

    /// Asks without a token.
    pub(crate) async fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.ask(&get(path, "")).await
    }
}

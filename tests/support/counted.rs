//! A way to a store on which what is asked is counted.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{TcpListener, TcpStream},
};

/// What a byte stream from a client holds of questions.
type Count = fn(&mut Vec<u8>, &mut bool) -> u64;

/// Passes on what it gets to the store behind a URL.
pub(crate) struct Counted {
    address: SocketAddr,
    asked: Arc<AtomicU64>,
}

impl Counted {
    /// Before the PostgreSQL of this URL: counts statements that are run.
    pub(crate) async fn postgres(url: &str) -> (Self, String) {
        Self::before(url, statements).await
    }

    /// Before the Redis of this URL: counts commands.
    pub(crate) async fn redis(url: &str) -> (Self, String) {
        Self::before(url, commands).await
    }

    async fn before(url: &str, count: Count) -> (Self, String) {
        let (_, rest) = url.split_once("://").expect("a scheme");
        let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
        let store = rest.split(['/', '?']).next().expect("a host with a port").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let counted =
            Self { address: listener.local_addr().expect("it is bound"), asked: Arc::default() };
        let url = url.replacen(&store, &counted.address.to_string(), 1);
        let asked = Arc::clone(&counted.asked);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (store, asked) = (store.clone(), Arc::clone(&asked));
                tokio::spawn(async move { pass_on(client, &store, count, &asked).await });
            }
        });
        (counted, url)
    }

    /// How much was asked so far.
    pub(crate) fn asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }
}

async fn pass_on(client: TcpStream, store: &str, count: Count, asked: &AtomicU64) {
    let Ok(store) = TcpStream::connect(store).await else {
        return;
    };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_store, mut to_store) = store.into_split();
    tokio::spawn(async move { copy(&mut from_store, &mut to_client).await });
    let (mut bytes, mut has_begun) = (Vec::new(), false);
    let mut some = vec![0; 16_384];
    while let Ok(read @ 1..) = from_client.read(&mut some).await {
        bytes.extend_from_slice(&some[..read]);
        asked.fetch_add(count(&mut bytes, &mut has_begun), Ordering::SeqCst);
        if to_store.write_all(&some[..read]).await.is_err() {
            return;
        }
    }
}

/// The messages `Execute` and `Query` (PostgreSQL, chapter 55). Those with which a connection begins
/// have no type.
fn statements(bytes: &mut Vec<u8>, has_begun: &mut bool) -> u64 {
    const STARTUP: [u8; 4] = 196_608_u32.to_be_bytes();
    let mut count = 0;
    loop {
        let typed = usize::from(*has_begun);
        let Some(length) = bytes.get(typed..typed + 4) else {
            return count;
        };
        let length = u32::from_be_bytes(length.try_into().expect("four bytes")) as usize;
        if bytes.len() < typed + length {
            return count;
        }
        if *has_begun {
            count += u64::from(matches!(bytes[0], b'E' | b'Q'));
        } else {
            *has_begun = bytes[4..8] == STARTUP;
        }
        bytes.drain(..typed + length);
    }
}

/// Arrays of bulk strings (RESP). A part of one waits for its rest.
fn commands(bytes: &mut Vec<u8>, _: &mut bool) -> u64 {
    let mut count = 0;
    while let Some(length) = command(bytes) {
        count += 1;
        bytes.drain(..length);
    }
    count
}

/// The length of the first command, once it is there.
fn command(bytes: &[u8]) -> Option<usize> {
    let (arguments, mut at) = number(bytes, 0)?;
    for _ in 0..arguments {
        let (length, begin) = number(bytes, at)?;
        at = begin + length + 2;
    }
    (bytes.len() >= at).then_some(at)
}

/// The number of the line at `at` behind its sign, and where the next line begins.
fn number(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let line = bytes.get(at + 1..)?;
    let end = line.iter().position(|byte| *byte == b'\r')?;
    let number = str::from_utf8(&line[..end]).ok()?.parse().ok()?;
    Some((number, at + 1 + end + 2))
}

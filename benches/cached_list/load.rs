//! The load: connections that ask again as soon as they are answered.

use std::{
    cell::Cell,
    io,
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

use memchr::memmem;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::{JoinSet, LocalSet, yield_now},
    time::sleep,
};

use crate::{basalt::LIST, child::Child};

/// What is asked of a server.
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) connections: usize,
    /// Not counted.
    pub(crate) warm_up: Duration,
    pub(crate) duration: Duration,
    /// The bytes that each answer must have.
    pub(crate) body: usize,
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Round {
    pub(crate) requests: u64,
    pub(crate) elapsed: Duration,
    /// The server's processor time meanwhile.
    pub(crate) processor_time: Duration,
}

impl Load {
    /// Puts the load on `server` for a round.
    pub(crate) fn run(&self, server: &Child) -> io::Result<Round> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        LocalSet::new().block_on(&runtime, self.round(server))
    }

    async fn round(&self, server: &Child) -> io::Result<Round> {
        let answered = Rc::new(Cell::new(0));
        let mut clients = JoinSet::new();
        for _ in 0..self.connections {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            clients.spawn_local(ask_on(stream, self.body, Rc::clone(&answered)));
        }
        // Never asleep: a server would have to wake this thread for an answer, which costs it more
        // the longer the other answers take, and is no work of its own.
        clients.spawn_local(async {
            loop {
                yield_now().await;
            }
        });
        let measured = async {
            sleep(self.warm_up).await;
            let (begun, requests) = (Instant::now(), answered.get());
            let processor_time = server.processor_time()?;
            sleep(self.duration).await;
            Ok(Round {
                requests: answered.get() - requests,
                elapsed: begun.elapsed(),
                processor_time: server.processor_time()?.saturating_sub(processor_time),
            })
        };
        tokio::select! {
            round = measured => round,
            Some(ended) = clients.join_next() => match ended {
                Ok(Err(error)) => Err(error),
                other => Err(io::Error::other(format!("a client ended: {other:?}"))),
            },
        }
    }
}

/// Asks and reads for ever; only a wrong answer ends it.
async fn ask_on(mut stream: TcpStream, body: usize, answered: Rc<Cell<u64>>) -> io::Result<()> {
    let request = format!("GET {LIST} HTTP/1.1\r\nHost: bench\r\n\r\n").into_bytes();
    let length = format!("content-length: {body}\r\n");
    let length = memmem::Finder::new(&length);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        stream.write_all(&request).await?;
        let mut filled = 0;
        let mut expected = usize::MAX;
        while filled < expected {
            let read = stream.read(&mut buffer[filled..]).await?;
            if read == 0 {
                return Err(wrong("the server closed the connection"));
            }
            filled += read;
            if expected == usize::MAX
                && let Some(end) = memmem::find(&buffer[..filled], b"\r\n\r\n")
            {
                check_head(&buffer[..end + 2], &length)?;
                expected = end + 4 + body;
            }
        }
        if filled > expected {
            return Err(wrong("there was more than one answer"));
        }
        answered.set(answered.get() + 1);
    }
}

/// A refusal is answered faster than a page and must not count as one.
fn check_head(head: &[u8], length: &memmem::Finder<'_>) -> io::Result<()> {
    if head.starts_with(b"HTTP/1.1 200") && length.find(head).is_some() {
        Ok(())
    } else {
        let head = String::from_utf8_lossy(head);
        Err(wrong(&format!("another answer than the page: {head}")))
    }
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

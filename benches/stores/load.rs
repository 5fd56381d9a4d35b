//! Connections that ask again as soon as they are answered.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use memchr::memmem;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::sleep,
};

use crate::{child::Child, wrong};

/// Before it counts.
const WARM_UP: Duration = Duration::from_millis(500);

/// How much is asked.
pub(crate) struct Load {
    pub(crate) connections: usize,
    pub(crate) duration: Duration,
}

/// What came of it.
pub(crate) struct Figures {
    /// Processor time of the server for one request.
    pub(crate) cost: Duration,
    /// Requests per second.
    pub(crate) rate: f64,
}

impl Load {
    #[expect(clippy::cast_precision_loss, reason = "a count of some seconds")]
    pub(crate) async fn run(&self, server: &Child, request: &[u8]) -> io::Result<Figures> {
        let answered = Arc::new(AtomicU64::new(0));
        let mut clients = JoinSet::new();
        for _ in 0..self.connections {
            let stream = TcpStream::connect(server.address).await?;
            stream.set_nodelay(true)?;
            clients.spawn(ask(stream, request.to_vec(), Arc::clone(&answered)));
        }
        sleep(WARM_UP).await;
        let (begun, before) = (Instant::now(), answered.load(Ordering::Relaxed));
        let worked = server.processor_time()?;
        sleep(self.duration).await;
        let count = answered.load(Ordering::Relaxed) - before;
        let worked = server.processor_time()?.saturating_sub(worked);
        if let Some(ended) = clients.try_join_next() {
            return Err(wrong(format!("a client ended: {ended:?}")));
        }
        Ok(Figures {
            cost: worked.div_f64(count.max(1) as f64),
            rate: count as f64 / begun.elapsed().as_secs_f64(),
        })
    }
}

/// Asks for ever; only an answer that is no success ends it.
async fn ask(mut stream: TcpStream, request: Vec<u8>, answered: Arc<AtomicU64>) -> io::Result<()> {
    let mut answer = Vec::with_capacity(64 * 1024);
    loop {
        stream.write_all(&request).await?;
        answer.clear();
        while !is_whole(&answer)? {
            if stream.read_buf(&mut answer).await? == 0 {
                return Err(wrong("the server closed the connection"));
            }
        }
        answered.fetch_add(1, Ordering::Relaxed);
    }
}

fn is_whole(answer: &[u8]) -> io::Result<bool> {
    let Some(end) = memmem::find(answer, b"\r\n\r\n") else {
        return Ok(false);
    };
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    if !head.starts_with("http/1.1 20") {
        return Err(wrong(head));
    }
    let length = head.split("content-length: ").nth(1);
    let length = length.and_then(|rest| rest.split('\r').next()?.parse::<usize>().ok());
    Ok(length.is_some_and(|length| answer.len() >= end + 4 + length))
}

//! Closing so that the last answer is read.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// How long to wait until the client closes too.
const LINGER: Duration = Duration::from_secs(1);

/// Says that no more comes, and reads what the client still sends until it closes too. Closing at
/// once would reset the connection when more had come or came, and the client might never see the
/// answer (RFC 9112, 9.6).
pub(super) async fn linger(mut io: TcpStream) {
    let closed = async {
        io.shutdown().await?;
        let mut unread = [0; 4096];
        while io.read(&mut unread).await? > 0 {}
        Ok::<_, io::Error>(())
    };
    // However it ends, the connection is dropped.
    let _ = timeout(LINGER, closed).await;
}

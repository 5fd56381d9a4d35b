//! A cable between a server and a store that can be pulled: nothing is refused, nothing arrives.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

/// The cable. It is gone when this is dropped.
pub(crate) struct Relay {
    address: SocketAddr,
    url: String,
    flows: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Relay {
    /// To the store of this URL.
    pub(crate) async fn to(url: &str) -> Self {
        let target = authority(url).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let (flows, state) = watch::channel(true);
        Self {
            address,
            url: url.replacen(&target, &address.to_string(), 1),
            flows,
            task: tokio::spawn(serve(listener, target, state)),
        }
    }

    /// The URL of the store through it.
    pub(crate) fn url(&self) -> &str {
        debug_assert!(self.url.contains(&self.address.to_string()));
        &self.url
    }

    /// Pulls it: what is sent from now on waits.
    pub(crate) fn pull(&self) {
        self.flows.send_replace(false);
    }

    /// Plugs it in again: what waited arrives.
    pub(crate) fn plug(&self) {
        self.flows.send_replace(true);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Host and port of a URL.
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

async fn serve(listener: TcpListener, target: String, flows: watch::Receiver<bool>) {
    loop {
        let Ok((near, _)) = listener.accept().await else {
            return;
        };
        tokio::spawn(join(near, target.clone(), flows.clone()));
    }
}

async fn join(near: TcpStream, target: String, mut flows: watch::Receiver<bool>) {
    if flows.wait_for(|flows| *flows).await.is_err() {
        return;
    }
    let Ok(far) = TcpStream::connect(target).await else {
        return;
    };
    for stream in [&near, &far] {
        // One that is closed by now shows it at the first read.
        let _ = stream.set_nodelay(true);
    }
    let (near_read, near_write) = near.into_split();
    let (far_read, far_write) = far.into_split();
    tokio::join!(carry(near_read, far_write, flows.clone()), carry(far_read, near_write, flows),);
}

/// Ends when the cable is gone, or one end of it is.
async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut flows: watch::Receiver<bool>) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read) = from.read(&mut buffer).await {
        let flows = flows.wait_for(|flows| *flows).await.map(drop);
        if read == 0 || flows.is_err() || to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

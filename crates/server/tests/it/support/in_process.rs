//! Servers in this process.

use std::{future::Future, net::SocketAddr, time::Duration};

use basalt_server::{
    application::Application,
    config::{Config, Sources},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A configuration with a database of its own, and these variables.
pub(crate) fn config(folder: &TempDir, more: &[(&str, &str)]) -> Config {
    let database = format!("sqlite://{}/basalt.db", folder.path().display());
    let mut sources = Sources::of([
        ("PORT", "0"),
        ("MANAGEMENT_ADDR", ""),
        ("WORKERS", "1"),
        ("DATABASE_URL", &database),
    ]);
    for (name, value) in more {
        sources.env.insert((*name).to_owned(), (*value).to_owned());
    }
    Config::load(&sources).unwrap()
}

/// Runs a server beside `test`, stops it, and waits for its end.
pub(crate) async fn beside(application: Application, test: impl AsyncFnOnce(SocketAddr)) {
    let (address, stopper) = (application.address(), application.stopper());
    let run = tokio::task::spawn_local(application.run());
    test(address).await;
    stopper.stop();
    timeout(PATIENCE, run).await.unwrap().unwrap().unwrap();
}

/// The answer to a request with this head and body, on a connection of its own.
pub(crate) async fn exchange(
    address: SocketAddr,
    head: &str,
    body: &str,
) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let length = body.len();
    let request = format!("{head}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

/// The status of `GET` on this path.
pub(crate) async fn status(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let answer = exchange(address, &format!("GET {path} HTTP/1.1\r\nHost: x\r\n"), "").await?;
    Ok(answer.split(' ').nth(1).unwrap_or_default().to_owned())
}

/// The status of `GET /health/ready`.
pub(crate) async fn ready(address: SocketAddr) -> std::io::Result<String> {
    status(address, "/health/ready").await
}

/// Asks until the answer is `status`.
pub(crate) async fn until_ready_says(address: SocketAddr, status: &str) {
    let asked = async {
        while ready(address).await.unwrap() != status {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, asked).await.expect(status);
}

pub(crate) async fn local<F: Future>(test: F) -> F::Output {
    tokio::task::LocalSet::new().run_until(test).await
}

//! A proxy that serves us under a prefix, as nginx is often told to.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use crate::support::{Raw, eventually};

/// What stands before each of our paths.
pub(super) const PREFIX: &str = "/basalt";

/// A running nginx. It is gone when this is dropped.
pub(super) struct Proxy {
    process: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl Proxy {
    /// Starts one in front of a server.
    pub(super) async fn start(server: SocketAddr) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("it is bound");
        drop(free);
        let here = folder.path().display();
        // The last slash of `proxy_pass` cuts the prefix off; all else is nginx's default.
        let configuration = format!(
            "daemon off; master_process off; pid {here}/pid; error_log stderr; events {{}}\n\
             http {{\n\
             access_log off; client_body_temp_path {here}/body; proxy_temp_path {here}/proxy;\n\
             fastcgi_temp_path {here}/f; uwsgi_temp_path {here}/u; scgi_temp_path {here}/s;\n\
             server {{ listen {address}; location {PREFIX}/ {{ proxy_pass http://{server}/; }} }}\n\
             }}\n"
        );
        let file = folder.path().join("nginx.conf");
        fs::write(&file, configuration).expect("the folder takes a file");
        let process = Command::new("nginx")
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(&file)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx starts");
        eventually("nginx listens", || async move {
            tokio::net::TcpStream::connect(address).await.is_ok()
        })
        .await;
        Self { process, address, _folder: folder }
    }

    /// Where our root is.
    pub(super) fn url(&self) -> String {
        format!("http://{}{PREFIX}", self.address)
    }

    /// A connection to it.
    pub(super) async fn raw(&self) -> Raw {
        Raw::connect(self.address).await
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

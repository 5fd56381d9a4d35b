//! A proxy in front of replicas: `haproxy` of this machine, else of its Docker image.

use std::{
    fmt::Write as _,
    fs,
    io::ErrorKind,
    net::SocketAddr,
    process::{Child, Command, Output, Stdio},
};

use tempfile::TempDir;

use super::{Client, free_port, until};
use crate::scenarios::Missing;

const IMAGE: &str = "haproxy:lts-alpine";

/// A running proxy. It is gone when this is dropped.
pub(crate) struct Proxy {
    process: Child,
    container: Option<String>,
    address: SocketAddr,
    status: SocketAddr,
    _folder: TempDir,
}

impl Proxy {
    /// Starts one in front of servers on these ports.
    pub(crate) async fn start(ports: &[u16]) -> Result<Self, Missing> {
        let folder = TempDir::new().expect("a temporary folder");
        let [address, status] =
            [free_port(), free_port()].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        let file = folder.path().join("haproxy.cfg");
        fs::write(&file, configuration(address, status, ports)).expect("the folder takes a file");
        let mut command = Command::new("haproxy");
        command.arg("-f").arg(&file).args(["-db", "-q"]);
        let (process, container) = match quiet(&mut command).spawn() {
            Ok(process) => (process, None),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                has_image()?;
                let name = format!("basalt-faults-proxy-{}", std::process::id());
                // The file alone: in the container another user reads it, who may not enter the folder.
                let volume = format!("{}:/usr/local/etc/haproxy/haproxy.cfg:ro", file.display());
                let mut command = Command::new("docker");
                command
                    .args(["run", "--rm", "--network", "host", "--name", &name])
                    .args(["-v", &volume, IMAGE]);
                let process = quiet(&mut command).spawn().expect("docker was there");
                (process, Some(name))
            }
            Err(error) => panic!("haproxy: {error}"),
        };
        let proxy = Self { process, container, address, status, _folder: folder };
        proxy.sees(ports.len()).await;
        Ok(proxy)
    }

    /// Where clients connect.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until so many servers are up in its eyes.
    pub(crate) async fn sees(&self, servers: usize) {
        until("the proxy sees the servers", async || {
            let mut client = Client::of(self.status);
            let answer = client.get("/").await;
            answer.is_ok_and(|answer| answer.json() == servers)
        })
        .await;
    }

    /// How it was started.
    pub(crate) fn kind(&self) -> &'static str {
        match self.container {
            None => "haproxy",
            Some(_) => IMAGE,
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(container) = &self.container {
            // It may be gone already.
            drop(output(&["rm", "--force", container]));
        }
        // As above.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The configuration that is shipped, for replicas of this machine.
fn configuration(address: SocketAddr, status: SocketAddr, ports: &[u16]) -> String {
    let mut servers = String::new();
    for (number, port) in ports.iter().enumerate() {
        let _ = writeln!(servers, "    server replica{number} 127.0.0.1:{port}");
    }
    let mut shipped = include_str!("../../../docker/haproxy.cfg").to_owned();
    let said = "content-type text/plain lf-string %[nbsrv(ready)]";
    for (there, here) in [
        ("bind :3000", format!("bind {address}")),
        ("bind 127.0.0.1:3001", format!("bind {status}")),
        ("return status 200\n", format!("return status 200 {said}\n")),
        (" init-addr none resolvers docker", String::new()),
        // These replicas serve no operators: they are asked where everybody is.
        (" check port 9464", " check".to_owned()),
        ("    server-template server 20 server:3000\n", servers),
    ] {
        assert!(shipped.contains(there), "docker/haproxy.cfg has no {there:?}");
        shipped = shipped.replace(there, &here);
    }
    shipped
}

fn quiet(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}

fn has_image() -> Result<(), Missing> {
    let there = output(&["image", "inspect", IMAGE]).is_some_and(|it| it.status.success());
    // An engine that can reach the registry gets it.
    if there || output(&["pull", IMAGE]).is_some_and(|it| it.status.success()) {
        return Ok(());
    }
    Err(Missing(format!(
        "there is no proxy: install haproxy, or let a Docker engine run that has {IMAGE}"
    )))
}

fn output(arguments: &[&str]) -> Option<Output> {
    Command::new("docker").args(arguments).output().ok()
}

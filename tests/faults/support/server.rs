//! The real server, as a process.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, ExitStatus},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::time::sleep;

use super::{Client, Setup, until};

/// A running process, killed when dropped.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
}

impl Server {
    /// Starts one and waits until it is ready.
    pub(crate) async fn start(setup: &Setup) -> Self {
        let server = Self::begin(setup).await;
        until("the server is ready", async || server.is_ready().await).await;
        server
    }

    /// Starts one and waits until it listens.
    pub(crate) async fn begin(setup: &Setup) -> Self {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let log = setup.folder().join(format!("server-{number}.log"));
        let out = File::create(&log).expect("the folder takes a log");
        let child = setup
            .command()
            .stderr(out.try_clone().expect("a file has more than one handle"))
            .stdout(out)
            .spawn()
            .expect("the binary starts");
        let mut server = Self { child, address: SocketAddr::from(([0; 4], 0)), log };
        until("the server listens", async || server.has_said_where()).await;
        server
    }

    fn has_said_where(&mut self) -> bool {
        assert!(self.is_alive(), "the server ended at its start: {}", self.said());
        let address = self.said().lines().find_map(|line| {
            let line: Value = serde_json::from_str(line).ok()?;
            let url = line["address"].as_str()?;
            url.strip_prefix("http://")?.parse().ok()
        });
        self.address = address.unwrap_or(self.address);
        address.is_some()
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// A client that comes back whenever its connection is gone.
    pub(crate) fn client(&self) -> Client {
        Client::of(self.address)
    }

    /// Whether it says so.
    pub(crate) async fn is_ready(&self) -> bool {
        let answer = self.client().get("/health/ready").await;
        answer.is_ok_and(|answer| answer.status == 200)
    }

    /// Whether the process runs.
    pub(crate) fn is_alive(&mut self) -> bool {
        self.ended().is_none()
    }

    fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be asked")
    }

    /// Ends it at once, without a chance to tidy up.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Asks it to end, and waits until it has.
    pub(crate) async fn terminate(mut self) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("it runs");
        loop {
            if let Some(status) = self.ended() {
                return status;
            }
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// The memory it has, in KiB. Only Linux tells.
    pub(crate) fn memory(&self) -> Option<usize> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    }

    /// The lines above info that it has written.
    pub(crate) fn alarms(&self) -> usize {
        let is_alarm = |line: &&Value| matches!(line["level"].as_str(), Some("WARN" | "ERROR"));
        self.lines().iter().filter(is_alarm).count()
    }

    /// Whether it has told of its return, and of requests that were refused until then.
    pub(crate) fn has_told_of_refusals(&self) -> bool {
        let tells = |line: &Value| {
            line["message"] == "ready"
                && line["refused"].as_u64().is_some_and(|refused| refused > 0)
        };
        self.lines().iter().any(tells)
    }

    fn lines(&self) -> Vec<Value> {
        let said = self.said();
        let parse = |line| serde_json::from_str(line).ok();
        said.lines().filter_map(parse).collect()
    }

    /// Everything it has said.
    fn said(&self) -> String {
        fs::read_to_string(&self.log).expect("the folder of the setup is still there")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let said = self.said();
            let lines: Vec<_> = said.lines().collect();
            let last = lines.len().saturating_sub(10);
            eprintln!("the server's last words:\n{}", lines[last..].join("\n"));
        }
    }
}

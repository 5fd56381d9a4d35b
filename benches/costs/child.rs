//! Servers in processes of their own.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::{self, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::wrong;

/// A start that takes longer has failed.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server that runs until this is dropped.
pub(crate) struct Child {
    process: process::Child,
    pub(crate) address: SocketAddr,
}

impl Child {
    /// Starts `command` and waits until `GET path` is answered with 200.
    pub(crate) fn start(mut command: Command, address: SocketAddr, path: &str) -> io::Result<Self> {
        let url = format!("http://{address}{path}");
        let begun = Instant::now();
        let process =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn()?;
        let mut child = Self { process, address };
        while ureq::get(&url).call().is_err() {
            if let Some(status) = child.process.try_wait()? {
                return Err(wrong(format!("a server ended with {status}")));
            }
            if begun.elapsed() > PATIENCE {
                return Err(wrong(format!("{url} does not answer with 200")));
            }
            sleep(Duration::from_millis(1));
        }
        Ok(child)
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // A signal to stop, so that the database is left in good order.
        let asked = Command::new("kill").arg(self.process.id().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// An address where nothing listens.
pub(crate) fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

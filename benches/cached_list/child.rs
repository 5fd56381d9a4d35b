//! Servers in processes of their own.

use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::{self, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// A start that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that runs until this is dropped.
pub(crate) struct Child {
    process: process::Child,
    pub(crate) address: SocketAddr,
    /// From before the process was there until it was ready.
    pub(crate) took: Duration,
}

impl Child {
    /// Starts `command` and waits until `GET path` is answered with 200.
    pub(crate) fn start(mut command: Command, address: SocketAddr, path: &str) -> io::Result<Self> {
        let url = format!("http://{address}{path}");
        let begun = Instant::now();
        let process = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()?;
        let mut child = Self {
            process,
            address,
            took: Duration::ZERO,
        };
        while ureq::get(&url).call().is_err() {
            if let Some(status) = child.process.try_wait()? {
                return Err(io::Error::other(format!("a server ended with {status}")));
            }
            if begun.elapsed() > PATIENCE {
                return Err(io::Error::other(format!("{url} does not answer with 200")));
            }
            sleep(Duration::from_millis(1));
        }
        child.took = begun.elapsed();
        Ok(child)
    }

    /// Its memory that is present, in bytes.
    pub(crate) fn memory(&self) -> io::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
        let kib = kib.ok_or_else(|| io::Error::other("the system does not tell the memory"))?;
        Ok(kib * 1024)
    }

    /// The processor time it has had so far, of all its threads.
    pub(crate) fn processor_time(&self) -> io::Result<Duration> {
        let mut nanos = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.process.id()))? {
            // On-CPU and waiting time in nanoseconds, and the number of time slices.
            let figures = fs::read_to_string(thread?.path().join("schedstat"))?;
            let on_cpu = figures.split_ascii_whitespace().next();
            nanos += on_cpu
                .and_then(|figure| figure.parse::<u64>().ok())
                .unwrap_or(0);
        }
        Ok(Duration::from_nanos(nanos))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // A signal to stop, so that the database is left in good order.
        let asked = Command::new("kill")
            .arg(self.process.id().to_string())
            .status();
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

//! The real binary, as a process of its own: for what only a process does.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
};

use super::{Raw, SECRET, Stores};

/// A running server process, killed when dropped.
pub(crate) struct Process {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Where operators are served.
    pub(crate) management: Option<SocketAddr>,
    lines: mpsc::Receiver<String>,
}

impl Process {
    /// Starts a server on these stores, and waits for its banner.
    pub(crate) fn start(stores: &Stores, variables: &[(&str, &str)]) -> Self {
        Self::of(command(stores, variables))
    }

    /// Starts the server by this command, and waits for its banner.
    pub(crate) fn of(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary starts");
        let stdout = child.stdout.take().expect("it was piped");
        let (tell, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // A test that has ended reads no more.
                let _ = tell.send(line);
            }
        });
        let mut process =
            Self { child, address: SocketAddr::from(([0; 4], 0)), management: None, lines };
        process.read_banner();
        process
    }

    /// Starts the server by this command from a parent that treats a signal so, by an option of
    /// `env`.
    #[cfg(target_os = "linux")]
    pub(crate) fn with_signal(treated: &str, server: &Command) -> Self {
        let mut env = Command::new("/usr/bin/env");
        env.arg(treated)
            .arg(server.get_program())
            .env_clear()
            .current_dir(server.get_current_dir().expect("it has a folder"));
        for (name, value) in server.get_envs() {
            if let Some(value) = value {
                env.env(name, value);
            }
        }
        Self::of(env)
    }

    /// In production every line is one JSON object, the banner too.
    fn read_banner(&mut self) {
        loop {
            let line = self.lines.recv_timeout(super::PATIENCE);
            let line = line.expect("the server tells where it listens");
            let banner: serde_json::Value = serde_json::from_str(&line).expect("one JSON object");
            let Some(address) = banner["address"].as_str() else {
                continue;
            };
            let parse = |url: &str| {
                let address = url.trim_start_matches("http://").split('/').next();
                address.and_then(|a| a.parse().ok())
            };
            self.address = parse(address).expect("an address");
            self.management = banner["metrics"].as_str().and_then(parse);
            return;
        }
    }

    /// Everything that was written to stdout since the last call.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.try_iter().collect()
    }

    /// A connection to it.
    pub(crate) async fn raw(&self) -> Raw {
        Raw::connect(self.address).await
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be asked")
    }

    /// Ends it at once, without a chance to tidy up (SIGKILL).
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The command on these stores, with nothing of this process's environment.
pub(crate) fn command(stores: &Stores, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_basalt-under-test"));
    command
        .env_clear()
        .current_dir(stores.folder())
        .env("PORT", "0")
        .env("MANAGEMENT_ADDR", "127.0.0.1:0")
        .envs(stores.variables())
        .env("JWT_SECRET", SECRET)
        .env("LOG_FORMAT", "json")
        .env("RATE_LIMIT_DEFAULT", "1000000/900")
        // Tests share a machine: what takes long must not look like what is broken.
        .env("DATABASE_ACQUIRE_TIMEOUT_MS", "20000")
        .env("DATABASE_STATEMENT_TIMEOUT_MS", "20000")
        .envs(variables.iter().copied())
        .stdin(Stdio::null());
    command
}

//! How a server is started.

use std::{
    net::TcpListener,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
};

use tempfile::TempDir;

use super::ADMIN;

const SECRET: &str = "a secret of the faults that is long enough for production";

/// Variables of a server, and the folder it runs in. Replicas are started from one.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    folder: Arc<TempDir>,
    variables: Vec<(String, String)>,
}

impl Setup {
    /// With a database file of its own.
    pub(crate) fn sqlite() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("basalt.db").display());
        Self::on(folder, &url)
    }

    /// On this database; the schema is made by the first start.
    pub(crate) fn database(url: &str) -> Self {
        Self::on(TempDir::new().expect("a temporary folder"), url).with("AUTO_MIGRATE", "true")
    }

    fn on(folder: TempDir, url: &str) -> Self {
        let setup = Self { folder: Arc::new(folder), variables: Vec::new() };
        setup
            .with("PORT", "0")
            .with("MANAGEMENT_ADDR", "")
            .with("DATABASE_URL", url)
            .with("JWT_SECRET", SECRET)
            .with("ADMIN_EMAIL", ADMIN.email)
            .with("ADMIN_PASSWORD", ADMIN.password)
            .with("LOG_FORMAT", "json")
            .with("LOG_LEVEL", "warn")
            // No scenario meets them by accident, and yet each request asks for them.
            .with("RATE_LIMIT_DEFAULT", "1000000/900")
            .with("RATE_LIMIT_AUTH", "1000000/900")
            .with("RATE_LIMIT_ACCOUNT", "1000000/900")
    }

    /// The same with this variable.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The value of a variable.
    pub(crate) fn variable(&self, wanted: &str) -> &str {
        let found = self.variables.iter().find(|(name, _)| name == wanted);
        found.map_or("", |(_, value)| value)
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The real command, with nothing of this process's environment.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_basalt-in-trouble"));
        command
            .env_clear()
            .current_dir(self.folder())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }
}

/// A port that stays free while the server that owns it restarts: systems hand out the ports from
/// 32768 on to whoever connects, so it lies below.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 8000).expect("less than 8000");
    loop {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 20_000 + (start + step) % 12_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

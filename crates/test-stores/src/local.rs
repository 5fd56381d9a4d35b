//! A server of this machine's own binaries.

use std::{
    fs::{self, File},
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Mutex,
};

use url::Url;

use crate::{
    kind::{Kind, USER},
    programs,
    watchdog::Watchdog,
};

/// Sends `$1` to the server `$2` and to its children, which PostgreSQL puts into sessions of their
/// own. A server that is to stand still does so first: then it starts no more children.
const SIGNAL: &str = r#"
[ "$1" != STOP ] || kill -s STOP "$2"
children=$(ps -A -o pid=,ppid= | awk -v p="$2" '$2 == p { print $1 }')
kill -s "$1" "$2" || exit 1
# One of them may have ended by itself.
[ -z "$children" ] || kill -s "$1" $children || true
"#;

/// A server on a port of its own, with its files in a folder of its own.
pub(crate) struct LocalServer {
    pub(crate) url: Url,
    kind: Kind,
    program: PathBuf,
    arguments: Vec<String>,
    user: Option<(u32, u32)>,
    folder: PathBuf,
    child: Mutex<Option<Child>>,
    watchdog: Watchdog,
}

impl LocalServer {
    /// Starts it and waits until it answers.
    pub(crate) async fn start(kind: Kind, lasting: bool) -> Result<Self, String> {
        let mut refused = String::new();
        // Somebody else may take the port between the look and the start.
        for _ in 0..3 {
            let server = Self::prepare(kind, lasting)?;
            match server.run().await {
                Ok(()) => return Ok(server),
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    fn prepare(kind: Kind, lasting: bool) -> Result<Self, String> {
        let program = programs::find(kind.program())
            .ok_or_else(|| format!("no {} on this machine", kind.program()))?;
        let folder = tempfile::Builder::new()
            .prefix("basalt-test-")
            .tempdir()
            .map_err(|error| format!("no temporary folder: {error}"))?;
        let user = programs::somebody_else(folder.path());
        if let Some((user, group)) = user {
            let given = std::os::unix::fs::chown(folder.path(), Some(user), Some(group));
            given.map_err(|error| format!("the folder can't be given away: {error}"))?;
        }
        let path = folder.path().display().to_string();
        let watchdog = Watchdog::over_server(&path, kind.end_signal())?;
        // From here on the watchdog removes it.
        let folder = folder.keep();
        let (port, password) = (programs::free_port(), programs::random().simple().to_string());
        let mut server = Self {
            url: kind.url("127.0.0.1", port, &password),
            kind,
            program,
            arguments: kind.options(lasting),
            user,
            folder,
            child: Mutex::new(None),
            watchdog,
        };
        match kind {
            Kind::Postgres => server.prepare_postgres(port, &password)?,
            Kind::Redis => server.prepare_redis(port, &password),
        }
        Ok(server)
    }

    fn prepare_postgres(&mut self, port: u16, password: &str) -> Result<(), String> {
        let initdb = programs::find("initdb").ok_or("postgres is here, but no initdb")?;
        let data = self.folder.join("data").display().to_string();
        let secret = self.folder.join("password");
        fs::write(&secret, password).map_err(|error| error.to_string())?;
        // Of a folder that only the server's user can enter.
        let readable = fs::set_permissions(&secret, fs::Permissions::from_mode(0o644));
        readable.map_err(|error| error.to_string())?;
        let mut command = self.command(&initdb);
        command
            .args(["--pgdata", &data, "--username", USER, "--auth", "password"])
            .args(["--encoding", "UTF8", "--no-sync", "--no-instructions"])
            .arg(format!("--pwfile={}", secret.display()));
        let help = programs::run(Command::new(&initdb).arg("--help"))?;
        if help.contains("--icu-locale") {
            // The order of a language, as most servers have it: what must be in the order of code
            // points has to say so.
            command.args(["--locale-provider", "icu", "--icu-locale", "en-US"]);
        }
        programs::run(command.args(["--locale", "C.UTF-8"]))?;
        let sockets = self.folder.display().to_string();
        let more = ["-D", &data, "-p", &port.to_string(), "-k", &sockets, "-h", "127.0.0.1"];
        self.arguments.extend(more.map(str::to_owned));
        Ok(())
    }

    fn prepare_redis(&mut self, port: u16, password: &str) {
        let (port, folder) = (port.to_string(), self.folder.display().to_string());
        let more = ["--port", &port, "--bind", "127.0.0.1", "--dir", &folder];
        self.arguments.extend(more.map(str::to_owned));
        let secret = ["--requirepass", password];
        self.arguments.extend(secret.map(str::to_owned));
    }

    /// As a user that is not root, in a group of its own: Ctrl-C is for the tests.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder).stdin(Stdio::null()).process_group(0);
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command
    }

    /// Starts it, or starts it again, and waits until it answers.
    pub(crate) async fn run(&self) -> Result<(), String> {
        let log = self.folder.join("log");
        let output = File::options().create(true).append(true).open(&log);
        let output = output.map_err(|error| format!("no log: {error}"))?;
        let errors = output.try_clone().map_err(|error| error.to_string())?;
        let child = self
            .command(&self.program)
            .args(&self.arguments)
            .stdout(output)
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("{} can't be started: {error}", self.program.display()))?;
        self.watchdog.watch(Some(child.id()));
        *self.child() = Some(child);
        let ended = || {
            let mut child = self.child();
            let status = child.as_mut()?.try_wait().ok()??;
            let said = fs::read_to_string(&log).unwrap_or_default();
            Some(format!("{} ended ({status}):\n{said}", self.kind.program()))
        };
        self.kind.until_it_answers(&self.url, ended).await
    }

    /// Has it end in good order, and waits for that.
    pub(crate) fn stop(&self) {
        let id = self.id();
        let mut kill = Command::new("kill");
        let told = kill.args(["-s", self.kind.stop_signal(), &id.to_string()]);
        programs::run(told).expect("the server runs");
        self.wait();
    }

    /// Ends all its processes at once.
    pub(crate) fn kill(&self) {
        self.signal("STOP");
        self.signal("KILL");
        self.wait();
    }

    /// Sends a signal to all its processes.
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.id().to_string();
        let sent = Command::new("sh").args(["-c", SIGNAL, "signal", signal, &id]).status();
        let sent = sent.expect("sh starts");
        assert!(sent.success(), "SIG{signal} can be sent to the server: {sent}");
    }

    fn wait(&self) {
        let child = self.child().take();
        child.expect("it runs").wait().expect("it ends");
        self.watchdog.watch(None);
    }

    fn id(&self) -> u32 {
        self.child().as_ref().expect("the server runs").id()
    }

    fn child(&self) -> std::sync::MutexGuard<'_, Option<Child>> {
        self.child.lock().expect("nobody panics with it")
    }
}

impl Drop for LocalServer {
    fn drop(&mut self) {
        self.watchdog.release();
        // A child that nobody waits for stays there as far as the watchdog can see.
        if let Some(child) = &mut *self.child() {
            let _ = child.wait();
        }
    }
}

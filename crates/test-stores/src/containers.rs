//! A server in a container.

use std::{process::Command, time::Duration};

use testcontainers::{
    ContainerAsync, GenericImage, ImageExt as _,
    core::{IntoContainerPort as _, Mount, WaitFor},
    runners::AsyncRunner as _,
};
use tokio::time::timeout;
use url::Url;

use crate::{
    choice::variable,
    kind::{Kind, USER},
    programs,
    watchdog::Watchdog,
};

/// An image that has to be pulled takes its time.
const PULL: Duration = Duration::from_mins(5);

/// The one that all tests of this process use.
pub(crate) struct SharedContainer {
    pub(crate) url: Url,
    _container: ContainerAsync<GenericImage>,
    _watchdog: Watchdog,
}

impl SharedContainer {
    /// Starts it, where an engine has its image or can get it.
    pub(crate) async fn start(kind: Kind) -> Result<Self, String> {
        engine()?;
        let (name, password) = names(kind);
        // Before the container: there is no moment in which nobody would remove it.
        let watchdog = Watchdog::over_container(&name)?;
        let image = image(kind);
        let (image_name, tag) = match image.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, tag),
            _ => (image.as_str(), "latest"),
        };
        let ready = match kind {
            // The server that prepares the database says it too, but on stdout.
            Kind::Postgres => {
                WaitFor::message_on_stderr("database system is ready to accept connections")
            }
            Kind::Redis => WaitFor::message_on_stdout("Ready to accept connections"),
        };
        let mut request = GenericImage::new(image_name, tag)
            .with_exposed_port(kind.port().tcp())
            .with_wait_for(ready)
            .with_cmd(command(kind, false, &password))
            .with_container_name(name);
        for (variable, value) in variables(kind, &password) {
            request = request.with_env_var(variable, value);
        }
        if kind == Kind::Postgres {
            request = request.with_mount(Mount::tmpfs_mount("/var/lib/postgresql/data"));
        }
        let started = timeout(PULL, request.start()).await;
        let container = started
            .map_err(|_| format!("{image} did not come within {} s", PULL.as_secs()))?
            .map_err(|error| format!("{image}: {error}"))?;
        let host = container.get_host().await;
        let host = host.map_err(|error| error.to_string())?.to_string();
        let port = container.get_host_port_ipv4(kind.port().tcp()).await;
        let port = port.map_err(|error| error.to_string())?;
        let url = kind.url(&host, port, &password);
        kind.until_it_answers(&url, || None).await?;
        Ok(Self { url, _container: container, _watchdog: watchdog })
    }
}

/// One of a test's own, on a port that stays the same. Driven by the command line: the library
/// gives a container that is started again another port.
pub(crate) struct OwnContainer {
    pub(crate) url: Url,
    kind: Kind,
    name: String,
    _watchdog: Watchdog,
}

impl OwnContainer {
    /// Starts it and waits until it answers.
    pub(crate) async fn start(kind: Kind) -> Result<Self, String> {
        engine()?;
        let (name, password) = names(kind);
        let watchdog = Watchdog::over_container(&name)?;
        let port = programs::free_port();
        let mut run = Command::new("docker");
        run.args(["run", "--detach", "--name", &name, "--publish"])
            .arg(format!("127.0.0.1:{port}:{}", kind.port()));
        for (variable, value) in variables(kind, &password) {
            run.args(["--env", &format!("{variable}={value}")]);
        }
        run.arg(image(kind)).args(command(kind, true, &password));
        programs::run(&mut run)?;
        let url = kind.url("127.0.0.1", port, &password);
        kind.until_it_answers(&url, || None).await?;
        Ok(Self { url, kind, name, _watchdog: watchdog })
    }

    /// Has it end in good order, and waits for that.
    pub(crate) fn stop(&self) {
        self.docker(&["kill", "--signal", self.kind.stop_signal()]);
        self.docker(&["wait"]);
    }

    /// Starts it again and waits until it answers.
    pub(crate) async fn run(&self) -> Result<(), String> {
        self.docker(&["start"]);
        self.kind.until_it_answers(&self.url, || None).await
    }

    /// One of `kill`, `pause` and `unpause`.
    pub(crate) fn docker(&self, order: &[&str]) {
        let done = programs::run(Command::new("docker").args(order).arg(&self.name));
        done.unwrap_or_else(|error| panic!("{error}"));
    }
}

/// The image that is used for it.
pub(crate) fn image(kind: Kind) -> String {
    variable(kind.image_variable()).unwrap_or_else(|| kind.default_image().to_owned())
}

/// Whether an engine answers, and the command line that clears up is there.
fn engine() -> Result<(), String> {
    let mut version = Command::new("docker");
    version.args(["version", "--format", "{{.Server.Version}}"]);
    programs::run(&mut version).map(drop)
}

fn names(kind: Kind) -> (String, String) {
    let random = programs::random().simple();
    let name = format!("basalt-test-{}-{random}", kind.program());
    (name, programs::random().simple().to_string())
}

fn command(kind: Kind, lasting: bool, password: &str) -> Vec<String> {
    let mut command = vec![kind.program().to_owned()];
    command.extend(kind.options(lasting));
    if kind == Kind::Redis {
        command.extend(["--requirepass".to_owned(), password.to_owned()]);
    }
    command
}

fn variables(kind: Kind, password: &str) -> Vec<(&'static str, String)> {
    match kind {
        Kind::Postgres => vec![
            ("POSTGRES_USER", USER.to_owned()),
            ("POSTGRES_PASSWORD", password.to_owned()),
            ("POSTGRES_DB", "postgres".to_owned()),
            ("POSTGRES_HOST_AUTH_METHOD", "password".to_owned()),
            // The same in every version of the image.
            ("PGDATA", "/var/lib/postgresql/data/server".to_owned()),
        ],
        Kind::Redis => Vec::new(),
    }
}

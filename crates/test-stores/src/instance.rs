//! A server of a test's own, which it may break and bring back.

use crate::{
    choice::{allows, on_own_runtime, require, tell},
    containers::{OwnContainer, image},
    kind::Kind,
    local::LocalServer,
};

/// A PostgreSQL or Redis on a port that stays the same. It is gone when this is dropped.
///
/// What it acknowledged survives [`Instance::kill`]: only a crash of the machine would lose it.
/// The methods fail the test when their order can't be carried out, such as the stop of a server
/// that does not run.
pub struct Instance(Server);

enum Server {
    Local(Box<LocalServer>),
    Container(Box<OwnContainer>),
}

/// A PostgreSQL of one's own. `None`: there is no way to start one, which is said; with `CI=true`
/// that fails.
pub async fn own_postgres() -> Option<Instance> {
    own(Kind::Postgres).await
}

/// A Redis of one's own. `None`: there is no way to start one, which is said; with `CI=true` that
/// fails.
pub async fn own_redis() -> Option<Instance> {
    own(Kind::Redis).await
}

impl Instance {
    /// Where it is. It is an administrator's URL, of PostgreSQL's database `postgres` or Redis's
    /// number 0.
    pub fn url(&self) -> &str {
        match &self.0 {
            Server::Local(server) => server.url.as_str(),
            Server::Container(container) => container.url.as_str(),
        }
    }

    /// Has it end in good order. Its clients lose their connections.
    pub fn stop(&self) {
        match &self.0 {
            Server::Local(server) => server.stop(),
            Server::Container(container) => container.stop(),
        }
    }

    /// Ends all its processes at once (SIGKILL).
    pub fn kill(&self) {
        match &self.0 {
            Server::Local(server) => server.kill(),
            Server::Container(container) => {
                container.docker(&["kill"]);
                container.docker(&["wait"]);
            }
        }
    }

    /// Has all its processes stand still: connections are taken, and nothing is answered.
    pub fn freeze(&self) {
        match &self.0 {
            Server::Local(server) => server.signal("STOP"),
            Server::Container(container) => container.docker(&["pause"]),
        }
    }

    /// Lets them go on.
    pub fn thaw(&self) {
        match &self.0 {
            Server::Local(server) => server.signal("CONT"),
            Server::Container(container) => container.docker(&["unpause"]),
        }
    }

    /// Starts it again after [`Instance::stop`] or [`Instance::kill`], on the same port with the
    /// same data, and waits until it answers.
    pub async fn start(&self) {
        let started = match &self.0 {
            Server::Local(server) => server.run().await,
            Server::Container(container) => container.run().await,
        };
        started.unwrap_or_else(|error| panic!("the server does not start again: {error}"));
    }
}

/// Binaries first: a signal reaches them at once, an order to an engine takes a second.
async fn own(kind: Kind) -> Option<Instance> {
    let found = on_own_runtime(async move {
        let mut reasons = Vec::new();
        if allows("binaries") {
            match LocalServer::start(kind, true).await {
                Ok(server) => {
                    let what = format!("{} of this machine", kind.program());
                    return Ok((Instance(Server::Local(Box::new(server))), what));
                }
                Err(reason) => reasons.push(format!("No local server: {reason}")),
            }
        }
        if allows("containers") {
            match OwnContainer::start(kind).await {
                Ok(container) => {
                    let what = format!("a container of {}", image(kind));
                    return Ok((Instance(Server::Container(Box::new(container))), what));
                }
                Err(reason) => reasons.push(format!("No container: {reason}")),
            }
        }
        Err(reasons)
    });
    let found = found.await;
    tell(kind, ", to be broken", &found);
    require(kind, found.ok().map(|(instance, _)| instance))
}

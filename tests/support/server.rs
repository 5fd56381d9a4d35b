//! The server under test.

use std::{
    net::SocketAddr,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
};

use basalt_server::{
    application::{Application, Stopper},
    config::{Config, Sources},
};

use super::{ADMIN, ANN, BOB, Client, Forge, Raw, Sql, Stores, template};

/// What tokens are signed with, so that tests can forge them.
pub(crate) const SECRET: &str = "a secret of the tests that is long enough for production";

/// Limits that no test meets by accident. The headers are there all the same.
const WIDE: &str = "1000000/900";

/// A real server, on a free port and stores of its own. It stops when it is dropped.
pub(crate) struct TestServer {
    address: SocketAddr,
    http: reqwest::Client,
    stopper: Stopper,
    thread: Option<JoinHandle<()>>,
    stores: Arc<Stores>,
    variables: Vec<(String, String)>,
}

impl TestServer {
    /// With an administrator and two users: see [`TestServer::admin`], [`TestServer::ann`] and
    /// [`TestServer::bob`].
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// The same, with these variables.
    pub(crate) async fn with(variables: &[(&str, &str)]) -> Self {
        let template = template::get().await;
        Self::on(Stores::like(&template.stores).await, variables).await
    }

    /// With nobody in it.
    pub(crate) async fn empty(variables: &[(&str, &str)]) -> Self {
        Self::on(Stores::empty().await, variables).await
    }

    /// Another server on the same stores, once this one has stopped.
    pub(crate) async fn restart(self, variables: &[(&str, &str)]) -> Self {
        Self::on(self.stopped(), variables).await
    }

    /// Another server on the same stores at the same time: a replica.
    pub(crate) async fn beside(&self, variables: &[(&str, &str)]) -> Self {
        Self::on(Arc::clone(&self.stores), variables).await
    }

    async fn on(stores: Arc<Stores>, variables: &[(&str, &str)]) -> Self {
        let mut sources = Sources::of([
            ("APP_ENV", "test"),
            ("PORT", "0"),
            ("MANAGEMENT_ADDR", ""),
            ("WORKERS", "2"),
            // Tests share two cores: what takes long must not look like what is broken.
            ("DATABASE_ACQUIRE_TIMEOUT_MS", "20000"),
            ("DATABASE_STATEMENT_TIMEOUT_MS", "20000"),
            ("REQUEST_TIMEOUT_MS", "30000"),
            ("HASH_QUEUE_MS", "20000"),
            ("JWT_SECRET", SECRET),
            ("RATE_LIMIT_DEFAULT", WIDE),
            ("RATE_LIMIT_AUTH", WIDE),
            ("RATE_LIMIT_ACCOUNT", WIDE),
        ]);
        let of_stores = stores.variables();
        let of_stores = of_stores.iter().map(|(name, value)| (*name, value.as_str()));
        for (name, value) in of_stores.chain(variables.iter().copied()) {
            sources.env.insert(name.to_owned(), value.to_owned());
        }
        let config = Config::load(&sources).expect("the configuration is good");
        let (tell, told) = mpsc::channel();
        let thread = thread::spawn(move || serve(config, &tell));
        let started = tokio::task::spawn_blocking(move || told.recv()).await;
        let (address, stopper) = started.expect("no panic").expect("the server starts");
        Self {
            address,
            http: http_client(),
            stopper,
            thread: Some(thread),
            stores,
            variables: sources.env.into_iter().collect(),
        }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Somebody without a token.
    pub(crate) fn anonymous(&self) -> Client {
        let limited = self.variable("RATE_LIMIT_DEFAULT") != "off";
        Client::new(self.http.clone(), self.address, limited)
    }

    /// The administrator.
    pub(crate) fn admin(&self) -> Client {
        self.known(ADMIN)
    }

    /// A user.
    pub(crate) fn ann(&self) -> Client {
        self.known(ANN)
    }

    /// Another user.
    pub(crate) fn bob(&self) -> Client {
        self.known(BOB)
    }

    /// Registers somebody and logs them in.
    pub(crate) async fn register_user(&self, name: &str) -> Client {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        template::register(&self.anonymous(), name, &email).await
    }

    /// A connection of its own, for bytes that no client library sends.
    pub(crate) async fn raw(&self) -> Raw {
        Raw::connect(self.address).await
    }

    /// Its database, from below.
    pub(crate) async fn sql(&self) -> Sql {
        self.stores.sql().await
    }

    /// What it keeps its data in.
    pub(crate) fn stores(&self) -> &Stores {
        &self.stores
    }

    /// The URL of its database.
    pub(crate) fn database_url(&self) -> String {
        self.stores.url()
    }

    /// Makes tokens with the server's secret.
    pub(crate) fn forge(&self) -> Forge {
        Forge::after(self.ann().token())
    }

    /// Begins the stop and does not wait for it.
    pub(crate) fn begin_to_stop(&self) {
        self.stopper.stop();
    }

    /// Stops it, and keeps its stores.
    pub(crate) fn stopped(self) -> Arc<Stores> {
        Arc::clone(&self.stores)
    }

    fn known(&self, email: &str) -> Client {
        let known = template::known(email);
        self.anonymous().signed_in(&known.token, &known.user)
    }

    fn variable(&self, wanted: &str) -> &str {
        let found = self.variables.iter().find(|(name, _)| name == wanted);
        found.map_or("", |(_, value)| value)
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.stopper.stop();
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            if !thread::panicking() {
                ended.expect("the server ends in good order");
            }
        }
    }
}

/// Runs a server on a thread of its own: its tasks stay on the thread that made them.
fn serve(config: Config, tell: &mpsc::Sender<(SocketAddr, Stopper)>) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let application = Application::build(config).await.expect("the server starts");
        let told = tell.send((application.address(), application.stopper()));
        told.expect("the test waits for its server");
        application.run().await.expect("the server runs");
    });
}

fn http_client() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(super::PATIENCE)
        .build()
        .expect("a client")
}

//! An API on a store in memory, and ports that wait or panic.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::web::Data;
use async_trait::async_trait;
use basalt_adapters::{
    memory::{GovernorLimiter, MemoryStore},
    security::{Argon2Hasher, HashingOptions, JwtOptions, JwtTokens},
    system::{SystemClock, UuidV7Ids},
};
use basalt_api::{Api, Health, Ready, Services, Settings, UseCases};
use basalt_application::Ports;
use basalt_domain::{
    CandidatePassword, Claims, Email, Password, PasswordHash, PersonName, Post, PostFilter,
    PostSortField, Role, Slice, Sort, TokenGeneration, TokenId, User, UserId, WalkRequest,
    ports::{
        Clock as _, HashError, Ids as _, PasswordHasher, PostRepository, PostWalks, StoreError,
        Tokens as _, UnitOfWork, UnitsOfWork, UserRepository, Verification,
    },
};
use serde_json::Value;
use tokio::sync::{
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    oneshot,
};
use tracing::{Dispatch, subscriber::DefaultGuard};

/// The API on these ports, and the token of an administrator.
pub(super) async fn api(adapt: impl FnOnce(Ports) -> Ports) -> (Data<Api>, String) {
    let store = MemoryStore::new();
    let (hasher, clock, ids) =
        (Argon2Hasher::new(HashingOptions::default().cheap()), SystemClock, UuidV7Ids);
    let tokens = JwtTokens::new(&JwtOptions { secret: b"a secret".to_vec(), previous: Vec::new() });
    let (name, email) = (PersonName::parse("Root"), Email::parse("root@example.com"));
    let admin =
        User::register(UserId::from_uuid(ids.next()), name.unwrap(), email.unwrap(), clock.now());
    let admin = User { role: Role::Admin, ..admin };
    let hash = hasher.rehash(&CandidatePassword::parse("correct horse").unwrap()).await.unwrap();
    UserRepository::insert(&store, &admin, &hash).await.unwrap();
    let ttl = Duration::from_mins(15);
    let claims = Claims {
        user: admin.id,
        token: TokenId::from_uuid(ids.next()),
        generation: TokenGeneration::FIRST,
        issued_at: clock.now(),
        expires_at: clock.now().plus(ttl),
    };
    let token = tokens.issue(&claims).unwrap();
    let ports = adapt(Ports {
        users: Arc::new(store.clone()),
        posts: Arc::new(store.clone()),
        public_walks: None,
        auth_states: Arc::new(store.clone()),
        idempotency: Arc::new(store.clone()),
        units: Arc::new(store),
        hasher: Arc::new(hasher),
        tokens: Arc::new(tokens),
        clock: Arc::new(clock),
        ids: Arc::new(ids),
        token_ttl: ttl,
        patience: ttl,
    });
    let services = Services {
        limiter: Arc::new(GovernorLimiter::new()),
        health: Arc::new(Healthy),
        traces: None,
    };
    let api = Api::new(Settings::default(), services);
    api.open(UseCases::new(&ports));
    (Data::new(api), token)
}

struct Healthy;

impl Health for Healthy {
    fn ready(&self) -> Ready {
        Ready::Ok
    }

    fn live(&self) -> bool {
        true
    }

    fn note_refusal(&self) -> bool {
        false
    }
}

/// What waits in held ports.
pub(super) struct Held {
    calls: UnboundedSender<oneshot::Sender<()>>,
    waiting: UnboundedReceiver<oneshot::Sender<()>>,
}

impl Default for Held {
    fn default() -> Self {
        let (calls, waiting) = unbounded_channel();
        Self { calls, waiting }
    }
}

impl Held {
    /// Has every write wait that begins or hashes, and one kind of read.
    pub(super) fn hold(&self, ports: Ports) -> Ports {
        let Ports { units, hasher, posts, .. } = ports.clone();
        let calls = &self.calls;
        Ports {
            units: Arc::new(Waits { port: units, calls: calls.clone() }),
            hasher: Arc::new(Waits { port: hasher, calls: calls.clone() }),
            public_walks: Some(Arc::new(Waits { port: posts, calls: calls.clone() })),
            ..ports
        }
    }

    /// The next call that waits; it goes on when it is sent to.
    pub(super) async fn next(&mut self) -> oneshot::Sender<()> {
        self.waiting.recv().await.expect("it has a sender itself")
    }

    /// Later calls don't wait.
    pub(super) fn hold_no_more(&mut self) {
        self.waiting.close();
    }
}

/// A port whose calls wait.
struct Waits<P: ?Sized> {
    calls: UnboundedSender<oneshot::Sender<()>>,
    port: Arc<P>,
}

impl<P: ?Sized> Waits<P> {
    async fn wait(&self) {
        let (go_on, gone_on) = oneshot::channel();
        if self.calls.send(go_on).is_ok() {
            gone_on.await.expect("it is let go on");
        }
    }
}

#[async_trait]
impl UnitsOfWork for Waits<dyn UnitsOfWork> {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        self.wait().await;
        self.port.begin().await
    }
}

#[async_trait]
impl PasswordHasher for Waits<dyn PasswordHasher> {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, HashError> {
        self.wait().await;
        self.port.hash(password).await
    }

    async fn verify<'a>(
        &self,
        candidate: &CandidatePassword,
        stored: Option<&'a PasswordHash>,
    ) -> Result<Verification, HashError> {
        self.wait().await;
        self.port.verify(candidate, stored).await
    }

    async fn rehash(&self, candidate: &CandidatePassword) -> Result<PasswordHash, HashError> {
        self.wait().await;
        self.port.rehash(candidate).await
    }
}

#[async_trait]
impl PostWalks for Waits<dyn PostRepository> {
    async fn walk(
        &self,
        filter: &PostFilter,
        sort: Sort<PostSortField>,
        walk: &WalkRequest,
    ) -> Result<Slice<Post>, StoreError> {
        self.wait().await;
        self.port.walk(filter, sort, walk).await
    }
}

/// Units of work that can't begin.
pub(super) struct Panics;

impl Panics {
    pub(super) const LAST_WORDS: &str = "about to panic";
}

#[async_trait]
impl UnitsOfWork for Panics {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        tracing::info!("{}", Self::LAST_WORDS);
        panic!("as the test wants it");
    }
}

/// What this thread logs. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Logs here until the guards are dropped. As long as a process has one log, `tracing` takes the
    /// first thread's word for whether a line is wanted, which may be one without a log: so there
    /// are two.
    pub(super) fn install(&self) -> (DefaultGuard, Dispatch) {
        let writer = self.clone();
        let lines = tracing_subscriber::fmt().json().with_writer(move || writer.clone());
        let other = Dispatch::new(tracing_subscriber::registry());
        (tracing::subscriber::set_default(lines.finish()), other)
    }

    pub(super) fn lines(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

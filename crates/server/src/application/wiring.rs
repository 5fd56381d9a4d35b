//! Which adapter stands behind which port.

use std::{sync::Arc, time::Duration};

use basalt_adapters::{
    cached::{CachedAuthStates, CachedPosts, CachedRecords, CachedUnits, LatestVersion},
    memory::{GovernorLimiter, MokaPostCache},
    redis::{FallbackLimiter, Redis, RedisOptions, RedisUrlError},
    sea::{SeaOptions, SeaStore},
    security::{Argon2Hasher, HashingOptions, JwtOptions, JwtTokens},
    system::{SystemClock, UuidV7Ids},
};
use basalt_api::{LimitPolicies, Settings};
use basalt_application::Ports;
use basalt_domain::{
    Policy, PolicyName, Quota,
    ports::{Clock, PostCache, PostRepository, RateLimiter, Store, StoreError},
};

use crate::config::{Config, Database, Secret};

/// Pages of posts that are kept, in bytes: some thousands of ten short posts.
const CACHE_BYTES: u64 = 8 * 1024 * 1024;

/// What there is before the store is open.
#[derive(Clone)]
pub(crate) struct Wiring {
    config: Config,
    secret: Secret,
    clock: Arc<dyn Clock>,
    pub(super) redis: Option<Redis>,
    /// What counts in this process, alone or while Redis is gone.
    pub(super) local_limiter: Arc<GovernorLimiter>,
}

impl Wiring {
    /// Connects to nothing yet.
    pub(super) fn of_server(config: &Config, secret: Secret) -> Result<Self, RedisUrlError> {
        let options = config.redis.as_ref().map(|redis| RedisOptions {
            url: redis.url.url.expose().to_owned(),
            timeout: redis.timeout,
            secret: bytes(&secret),
        });
        let redis = options.map(Redis::new).transpose()?;
        Ok(Self { redis, ..Self::of_command(config, secret) })
    }

    /// Without what processes share beside the database.
    pub(crate) fn of_command(config: &Config, secret: Secret) -> Self {
        Self {
            config: config.clone(),
            secret,
            clock: Arc::new(SystemClock),
            redis: None,
            local_limiter: Arc::new(GovernorLimiter::new()),
        }
    }

    pub(super) fn limiter(&self) -> Arc<dyn RateLimiter> {
        let local = Arc::clone(&self.local_limiter);
        match &self.redis {
            Some(redis) => Arc::new(FallbackLimiter::new(redis.rate_limiter(), local)),
            None => local,
        }
    }

    /// Everything below the use cases, on a store that is open.
    pub(crate) fn ports(&self, store: &dyn Store) -> Ports {
        let Config { cache, server, tokens, .. } = &self.config;
        let clock = Arc::clone(&self.clock);
        let states = CachedAuthStates::new(store.auth_states(), Arc::clone(&clock));
        let versions = LatestVersion::new(store.list_versions());
        let units = CachedUnits::new(store.units(), Arc::clone(&versions), &states);
        let idempotency = CachedRecords::new(store.idempotency(), Arc::clone(&versions));
        let posts: Arc<dyn PostRepository> = match cache.ttl {
            Some(ttl) => Arc::new(CachedPosts::new(
                store.posts(),
                versions,
                MokaPostCache::new(ttl, CACHE_BYTES, Arc::clone(&clock)),
                shared_pages(ttl, self.redis.as_ref(), &clock),
                cache.stale_for,
            )),
            None => store.posts(),
        };
        Ports {
            users: store.users(),
            public_walks: store.public_walks(),
            posts,
            auth_states: Arc::new(states),
            idempotency: Arc::new(idempotency),
            units: Arc::new(units),
            hasher: Arc::new(Argon2Hasher::new(HashingOptions {
                max_wait: server.hash_queue,
                ..HashingOptions::default()
            })),
            tokens: Arc::new(JwtTokens::new(&JwtOptions {
                secret: bytes(&self.secret),
                previous: tokens.previous.iter().map(bytes).collect(),
            })),
            clock,
            ids: Arc::new(UuidV7Ids),
            token_ttl: tokens.ttl,
            patience: server.request_timeout / 2,
        }
    }
}

/// Opens the database. `make_file` is for those who begin one: every other command in the wrong
/// folder would work on a new, empty one.
pub(crate) async fn open(
    database: &Database,
    make_file: bool,
) -> Result<Arc<dyn Store>, StoreError> {
    Ok(Arc::new(SeaStore::connect(sea_options(database, make_file)).await?))
}

/// Where there is a Redis.
fn shared_pages(
    ttl: Duration,
    redis: Option<&Redis>,
    clock: &Arc<dyn Clock>,
) -> Option<Arc<dyn PostCache>> {
    let redis = redis?;
    Some(Arc::new(redis.post_cache(ttl, Arc::clone(clock))))
}

/// How the database is opened.
pub(super) fn sea_options(database: &Database, make_file: bool) -> SeaOptions {
    SeaOptions {
        url: database.url.expose().to_owned(),
        make_file,
        read_url: database.read_replica.as_ref().map(|replica| replica.url.expose().to_owned()),
        max_connections: database.max_connections,
        acquire_timeout: database.acquire_timeout,
        statement_timeout: database.statement_timeout,
    }
}

/// What the document depends on; it holds no secret.
pub(crate) fn settings_of(config: &Config) -> Settings {
    settings(config, &Secret::from(""))
}

/// What the API needs to know of the configuration.
pub(super) fn settings(config: &Config, secret: &Secret) -> Settings {
    let policy = |name, quota: Option<Quota>| quota.map(|quota| Policy { name, quota });
    Settings {
        environment: config.environment,
        docs: config.docs.served,
        api_url: config.docs.api_url.clone(),
        trusted_proxies: config.proxies.trusted.clone(),
        forwarded_header: config.proxies.header,
        cors_origins: config.cors_origins.clone(),
        limits: LimitPolicies {
            default: policy(PolicyName::Default, config.limits.default),
            auth: policy(PolicyName::Auth, config.limits.auth),
            account: policy(PolicyName::Account, config.limits.account),
        },
        max_in_flight: config.server.max_in_flight,
        request_timeout: config.server.request_timeout,
        password_policy: config.passwords.policy(),
        secret: bytes(secret),
        previous_secrets: config.tokens.previous.iter().map(bytes).collect(),
    }
}

fn bytes(secret: &Secret) -> Vec<u8> {
    secret.expose().as_bytes().to_vec()
}

//! Which adapter stands behind which port.

use std::{sync::Arc, time::Duration};

use basalt_adapters::{
    cached::{CachedAuthStates, CachedPosts, CachedRecords, CachedUnits, LatestVersion},
    memory::{GovernorLimiter, MokaPostCache},
    redis::{FallbackLimiter, Redis, RedisOptions, RedisUrlError},
    sea::SeaOptions,
    security::{Argon2Hasher, HashingOptions, JwtOptions, JwtTokens},
    system::{SystemClock, UuidV7Ids},
};
use basalt_api::{LimitPolicies, Settings};
use basalt_application::Ports;
use basalt_domain::{
    Policy, PolicyName, Quota,
    ports::{Clock, PostCache, PostRepository, PostWalks, RateLimiter},
};

use super::deferred::DeferredStore;
use crate::config::{Config, Database, Secret};

/// Pages of posts that are kept, in bytes: some thousands of ten short posts.
const CACHE_BYTES: u64 = 8 * 1024 * 1024;

/// Everything below the use cases.
pub(super) struct Adapters {
    pub(super) ports: Ports,
    pub(super) limiter: Arc<dyn RateLimiter>,
    /// What counts in this process, alone or while Redis is gone.
    pub(super) local_limiter: Arc<GovernorLimiter>,
    pub(super) store: DeferredStore,
    pub(super) redis: Option<Redis>,
}

/// What processes share beside the database. Connects to nothing yet.
pub(super) fn redis(config: &Config, secret: &Secret) -> Result<Option<Redis>, RedisUrlError> {
    let options = config.redis.as_ref().map(|redis| RedisOptions {
        url: redis.url.url.expose().to_owned(),
        timeout: redis.timeout,
        secret: bytes(secret),
    });
    options.map(Redis::new).transpose()
}

/// The adapters of a server.
pub(super) fn adapters(config: &Config, secret: &Secret, redis: Option<Redis>) -> Adapters {
    let store = DeferredStore::default();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let states = CachedAuthStates::new(store.clone(), clock.clone());
    let versions = LatestVersion::new(store.clone());
    let units = CachedUnits::new(store.clone(), Arc::clone(&versions), &states);
    let idempotency = CachedRecords::new(store.clone(), Arc::clone(&versions));
    let posts: Arc<dyn PostRepository> = match config.cache.ttl {
        Some(ttl) => Arc::new(CachedPosts::new(
            store.clone(),
            versions,
            MokaPostCache::new(ttl, CACHE_BYTES, Arc::clone(&clock)),
            shared_pages(ttl, redis.as_ref(), &clock),
            config.cache.stale_for,
        )),
        None => Arc::new(store.clone()),
    };
    let adapters = Ports {
        users: Arc::new(store.clone()),
        public_walks: public_walks(config, &store),
        posts,
        auth_states: Arc::new(states),
        idempotency: Arc::new(idempotency),
        units: Arc::new(units),
        hasher: Arc::new(Argon2Hasher::new(HashingOptions {
            max_wait: config.server.hash_queue,
            ..HashingOptions::default()
        })),
        tokens: Arc::new(JwtTokens::new(&JwtOptions {
            secret: bytes(secret),
            previous: config.tokens.previous.iter().map(bytes).collect(),
        })),
        clock,
        ids: Arc::new(UuidV7Ids),
        token_ttl: config.tokens.ttl,
        patience: config.server.request_timeout / 2,
    };
    let local_limiter = Arc::new(GovernorLimiter::new());
    Adapters {
        ports: adapters,
        limiter: match &redis {
            Some(redis) => {
                Arc::new(FallbackLimiter::new(redis.rate_limiter(), local_limiter.clone()))
            }
            None => local_limiter.clone(),
        },
        local_limiter,
        store,
        redis,
    }
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

/// Where there is a replica.
fn public_walks(config: &Config, store: &DeferredStore) -> Option<Arc<dyn PostWalks>> {
    config.database.read_replica.as_ref()?;
    Some(Arc::new(store.public_walks()))
}

/// How the database is opened. `make_file` is for those who begin one: every other command in the
/// wrong folder would work on a new, empty one.
pub(crate) fn sea_options(database: &Database, make_file: bool) -> SeaOptions {
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

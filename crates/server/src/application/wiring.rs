//! Which adapter stands behind which port.

use std::sync::Arc;

use basalt_adapters::{
    cached::{CachedAuthStates, CachedPosts, CachedUnits},
    memory::{GovernorLimiter, MokaPostCache},
    sea::SeaOptions,
    security::{Argon2Hasher, HashingOptions, JwtOptions, JwtTokens},
    system::{SystemClock, UuidV7Ids},
};
use basalt_api::{LimitPolicies, Settings};
use basalt_application::Ports;
use basalt_domain::{
    Policy, PolicyName, Quota,
    ports::{Clock, PostCache, PostRepository},
};

use super::deferred::DeferredStore;
use crate::config::{Config, Database, Secret};

/// Pages of posts that are kept, in bytes: some thousands of ten short posts.
const CACHE_BYTES: u64 = 8 * 1024 * 1024;

/// Everything below the use cases.
pub(super) struct Adapters {
    pub(super) ports: Ports,
    pub(super) limiter: Arc<GovernorLimiter>,
    pub(super) store: DeferredStore,
}

/// The adapters of a server.
pub(super) fn adapters(config: &Config, secret: &Secret) -> Adapters {
    let store = DeferredStore::default();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let cache = config.cache_ttl.map(|ttl| {
        Arc::new(MokaPostCache::new(ttl, CACHE_BYTES, clock.clone())) as Arc<dyn PostCache>
    });
    let states = CachedAuthStates::new(store.clone(), clock.clone());
    let units = CachedUnits::new(store.clone(), cache.clone(), &states);
    let posts: Arc<dyn PostRepository> = match cache {
        Some(cache) => Arc::new(CachedPosts::new(store.clone(), cache)),
        None => Arc::new(store.clone()),
    };
    let adapters = Ports {
        users: Arc::new(store.clone()),
        posts,
        auth_states: Arc::new(states),
        idempotency: Arc::new(store.clone()),
        units: Arc::new(units),
        hasher: Arc::new(Argon2Hasher::new(HashingOptions::default())),
        tokens: Arc::new(JwtTokens::new(&JwtOptions {
            secret: bytes(secret),
            previous: config.tokens.previous.iter().map(bytes).collect(),
        })),
        clock,
        ids: Arc::new(UuidV7Ids),
        token_ttl: config.tokens.ttl,
        patience: config.server.request_timeout / 2,
    };
    Adapters {
        ports: adapters,
        limiter: Arc::new(GovernorLimiter::new()),
        store,
    }
}

/// How the database is opened.
pub(crate) fn sea_options(database: &Database) -> SeaOptions {
    SeaOptions {
        url: database.url.as_str().to_owned(),
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

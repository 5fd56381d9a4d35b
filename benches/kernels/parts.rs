//! Parts of what every request pays.

use std::{net::IpAddr, sync::Arc, time::Duration};

use basalt_adapters::{
    cached::CachedAuthStates,
    memory::{GovernorLimiter, MemoryStore},
    security::{Argon2Hasher, HashingOptions, JwtOptions, JwtTokens},
    system::{SystemClock, UuidV7Ids},
};
use basalt_application::{Auth, Ports};
use basalt_domain::{
    Claims, Email, LimitKey, PasswordHash, PersonName, Policy, PolicyName, Quota, TokenGeneration,
    TokenId, User, UserId,
    ports::{Clock as _, Ids as _, RateLimiter as _, Tokens as _, UserRepository as _},
};

use crate::counted;

const A_DAY: Duration = Duration::from_hours(24);

/// The token of a user who was asked for a moment ago.
pub(crate) async fn token_check(times: u32) {
    let store = MemoryStore::new();
    let tokens = JwtTokens::new(&JwtOptions {
        secret: b"a secret for a bench, of 32 bytes or more".to_vec(),
        previous: Vec::new(),
    });
    let token = token(&store, &tokens).await;
    let clock = Arc::new(SystemClock);
    let auth = Auth::new(Ports {
        users: Arc::new(store.clone()),
        posts: Arc::new(store.clone()),
        public_walks: None,
        auth_states: Arc::new(CachedAuthStates::new(Arc::new(store.clone()), clock.clone())),
        idempotency: Arc::new(store.clone()),
        units: Arc::new(store),
        hasher: Arc::new(Argon2Hasher::new(HashingOptions::default())),
        tokens: Arc::new(tokens),
        clock,
        ids: Arc::new(UuidV7Ids),
        token_ttl: A_DAY,
        patience: Duration::from_secs(5),
    });
    for _ in 0..times {
        let checked = counted(auth.authenticate(&token)).await;
        checked.expect("the token is good");
    }
}

async fn token(store: &MemoryStore, tokens: &JwtTokens) -> String {
    let now = SystemClock.now();
    let name = PersonName::parse("Kernel").expect("a name");
    let email = Email::parse("kernels@example.com").expect("an address");
    let user = User::register(UserId::from_uuid(UuidV7Ids.next()), name, email, now);
    // Nobody logs in.
    let hash = PasswordHash::from_stored("$argon2id$");
    store.insert(&user, &hash).await.expect("nobody is there");
    let claims = Claims {
        user: user.id,
        token: TokenId::from_uuid(UuidV7Ids.next()),
        generation: TokenGeneration::FIRST,
        issued_at: now,
        expires_at: now.plus(A_DAY),
    };
    tokens.issue(&claims).expect("a token")
}

/// The limit that all requests have, from one address.
pub(crate) async fn limiter_take(times: u32) {
    let limiter = GovernorLimiter::new();
    let policy = Policy {
        name: PolicyName::Default,
        quota: Quota { units: 1_000_000, window: Duration::from_secs(1) },
    };
    let key = LimitKey::address(IpAddr::from([192, 0, 2, 7]));
    let asks = [(policy, key)];
    for _ in 0..times {
        let taken = counted(limiter.take(&asks)).await;
        let decisions = taken.expect("nothing can fail here");
        assert!(decisions[0].allowed, "the limit is high");
    }
}

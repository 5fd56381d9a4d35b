//! Passwords and tokens.

use std::{sync::Arc, time::Duration};

use argon2::Params;
use basalt_adapters::security::{Argon2Hasher, HashingOptions, JwtOptions, JwtTokens};
use basalt_contract::{BoundedHasher, Hs256Tokens, SignedTokens};

mod argon2_hasher {
    use super::*;

    async fn fresh() -> BoundedHasher {
        let permits = 2;
        let params = Params::new(1_024, 1, 1, None).expect("parameters within their bounds");
        BoundedHasher {
            hasher: Arc::new(Argon2Hasher::new(HashingOptions {
                permits,
                // Then nobody waits, so that the places are known.
                max_wait: Duration::ZERO,
                params,
            })),
            places: permits,
        }
    }

    basalt_contract::password_hasher_tests!(fresh);
}

mod jwt {
    use super::*;

    const SECRET: &[u8] = b"the secret of these tests, long enough";

    fn tokens(secret: &[u8]) -> Arc<JwtTokens> {
        Arc::new(JwtTokens::new(&JwtOptions { secret: secret.to_vec(), previous: Vec::new() }))
    }

    async fn fresh() -> SignedTokens {
        SignedTokens {
            tokens: tokens(SECRET),
            stranger: tokens(b"another secret of these tests, as long"),
        }
    }

    async fn with_secret() -> Hs256Tokens {
        Hs256Tokens { tokens: tokens(SECRET), secret: SECRET.to_vec() }
    }

    basalt_contract::tokens_tests!(fresh);
    basalt_contract::hs256_tokens_tests!(with_secret);
}

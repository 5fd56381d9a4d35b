//! Tokens that are believed too easily.

pub(crate) mod proofs;

use std::sync::Arc;

use basalt_adapters::security::{JwtOptions, JwtTokens};
use basalt_contract::{Hs256Tokens, SignedTokens};
use basalt_domain::{
    Claims, Timestamp, TokenGeneration, TokenId, UserId,
    ports::{Cause, TokenError, Tokens},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value, json};
use sha2::Sha256;

const SECRET: &[u8] = b"the secret of these tests, long enough";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// Never looks at the time.
    IgnoresExpiry,
    /// Gives a minute's grace.
    Leeway,
    /// Looks at the time before anything else.
    ExpiryFirst,
    /// Wants the time of issue to be past.
    WantsIssued,
    /// Never looks at the signature.
    IgnoresSignature,
    /// Compares the start of the signature.
    ShortSignature,
    /// Believes what says that it is not signed.
    BelievesNone,
    /// Never looks at the algorithm in the header.
    IgnoresAlgorithm,
    /// Never looks at `kid`.
    IgnoresKeyId,
    /// Never looks at `crit`.
    IgnoresCritical,
    /// Never looks at `nbf`.
    IgnoresNotBefore,
    /// Never looks at `iss` and `aud`.
    IgnoresAudience,
    /// Fills in claims that are missing.
    FillsIn,
    /// Signs with a key that it makes of the secret.
    DerivesKey,
    /// Believes another deployment, whose secret and so whose `kid` is another.
    BelievesStrangers,
    /// Cuts blanks around a token.
    Trims,
    /// Brings times back into the calendar.
    BoundsTimes,
    /// Reads ids in any spelling.
    AnySpelling,
    /// Cuts generations to a byte.
    ShortGeneration,
}

struct Faulty {
    inner: JwtTokens,
    secret: Vec<u8>,
    fault: Fault,
}

/// Whether a time is a number, and of no moment in the calendar.
fn is_beyond(time: &Value) -> bool {
    const MOST: u64 = 1 << 40;
    time.is_number() && time.as_i64().is_none_or(|time| time.unsigned_abs() > MOST)
}

fn decode(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

impl Faulty {
    fn signature(&self, message: &str) -> String {
        let mac = Hmac::<Sha256>::new_from_slice(&self.secret);
        let mut mac = mac.expect("HMAC takes keys of any length");
        mac.update(message.as_bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    fn sign(&self, header: &Map<String, Value>, claims: &Map<String, Value>) -> String {
        let part = |map: &Map<String, Value>| {
            URL_SAFE_NO_PAD.encode(Value::Object(map.clone()).to_string())
        };
        let message = format!("{}.{}", part(header), part(claims));
        format!("{message}.{}", self.signature(&message))
    }

    /// A good header and good claims.
    fn model(&self) -> (Map<String, Value>, Map<String, Value>) {
        let moment = Timestamp::from_micros(0).expect("1970");
        let id = uuid::Uuid::from_u128(1);
        let token = self.inner.issue(&Claims {
            user: UserId::from_uuid(id),
            token: TokenId::from_uuid(id),
            generation: TokenGeneration::FIRST,
            issued_at: moment,
            expires_at: Timestamp::from_micros(4_000_000_000_000_000).expect("2096"),
        });
        let token = token.expect("a token is issued");
        let mut parts = token.split('.').filter_map(decode);
        let header = parts.next().expect("a header");
        (header, parts.next().expect("claims"))
    }

    /// What the fault makes of a token before it is looked at.
    fn mended(&self, token: &str) -> Option<String> {
        let [head, body, signature] = token.split('.').collect::<Vec<_>>().try_into().ok()?;
        let (mut header, mut claims) = (decode(head)?, decode(body)?);
        let right = self.signature(&format!("{head}.{body}"));
        let is_signed = match self.fault {
            Fault::IgnoresSignature | Fault::BelievesStrangers => true,
            Fault::ShortSignature => signature.get(..8) == right.get(..8),
            Fault::BelievesNone if header["alg"] == json!("none") => true,
            _ => signature == right,
        };
        if !is_signed {
            return None;
        }
        let (good_header, good_claims) = self.model();
        match self.fault {
            Fault::BelievesNone | Fault::IgnoresAlgorithm => {
                header.insert("alg".to_owned(), good_header["alg"].clone());
            }
            Fault::IgnoresKeyId | Fault::BelievesStrangers => {
                header.insert("kid".to_owned(), good_header["kid"].clone());
            }
            Fault::BoundsTimes if claims.get("exp").is_some_and(is_beyond) => {
                claims.insert("exp".to_owned(), good_claims["exp"].clone());
            }
            Fault::IgnoresCritical => {
                header.remove("crit");
            }
            Fault::IgnoresNotBefore => {
                claims.remove("nbf");
            }
            Fault::IgnoresAudience => {
                for name in ["iss", "aud"] {
                    claims.insert(name.to_owned(), good_claims[name].clone());
                }
            }
            Fault::FillsIn => {
                for (name, value) in good_claims {
                    claims.entry(name).or_insert(value);
                }
            }
            Fault::AnySpelling => {
                for name in ["sub", "jti"] {
                    let id = uuid::Uuid::try_parse(claims.get(name)?.as_str()?).ok()?;
                    claims.insert(name.to_owned(), json!(id.to_string()));
                }
            }
            _ => {}
        }
        Some(self.sign(&header, &claims))
    }
}

impl Tokens for Faulty {
    fn issue(&self, claims: &Claims) -> Result<String, Cause> {
        let number = claims.generation.number();
        let generation = match self.fault {
            Fault::ShortGeneration => TokenGeneration::from_number(number % 256),
            _ => claims.generation,
        };
        self.inner.issue(&Claims { generation, ..*claims })
    }

    fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
        let long_ago = Timestamp::from_micros(0).expect("1970");
        let minute_ago = Timestamp::from_micros(now.as_micros() - 60_000_000);
        match self.fault {
            Fault::None | Fault::ShortGeneration | Fault::DerivesKey => {
                self.inner.verify(token, now)
            }
            Fault::IgnoresExpiry => self.inner.verify(token, long_ago),
            Fault::Trims => self.inner.verify(token.trim(), now),
            Fault::Leeway => self.inner.verify(token, minute_ago.unwrap_or(now)),
            Fault::ExpiryFirst => {
                let claims = token.split('.').nth(1).and_then(decode);
                let exp = claims.and_then(|claims| claims.get("exp")?.as_i64());
                if exp.is_none_or(|exp| exp <= now.as_seconds()) {
                    return Err(TokenError::Expired);
                }
                self.inner.verify(token, now)
            }
            Fault::WantsIssued => {
                let claims = self.inner.verify(token, now)?;
                if claims.issued_at > now {
                    return Err(TokenError::Invalid);
                }
                Ok(claims)
            }
            _ => {
                let mended = self.mended(token).ok_or(TokenError::Invalid)?;
                self.inner.verify(&mended, now)
            }
        }
    }
}

fn faulty(fault: Fault, secret: &[u8]) -> Arc<Faulty> {
    let mut secret = secret.to_vec();
    if fault == Fault::DerivesKey {
        secret.extend(b"signing");
    }
    Arc::new(Faulty {
        inner: JwtTokens::new(&JwtOptions { secret: secret.clone(), previous: Vec::new() }),
        secret,
        fault,
    })
}

pub(crate) fn with(fault: Fault) -> impl AsyncFn() -> SignedTokens + Sync {
    async move || SignedTokens {
        tokens: faulty(fault, SECRET),
        stranger: faulty(Fault::None, b"another secret of these tests, as long"),
    }
}

pub(crate) fn hs256(fault: Fault) -> impl AsyncFn() -> Hs256Tokens + Sync {
    async move || Hs256Tokens { tokens: faulty(fault, SECRET), secret: SECRET.to_vec() }
}

//! Signed tokens: JWT (RFC 7519) with HS256.

use basalt_domain::{
    Claims, Timestamp, TokenGeneration, TokenId, UserId,
    ports::{Cause, TokenError, Tokens},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, crypto, decode_header};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::Sha256;

use super::hs256;

/// `iss` of every token.
pub const ISSUER: &str = "basalt";
/// `aud` of every token.
pub const AUDIENCE: &str = "basalt-api";

/// A token of ours has about 400 bytes; nothing longer is worth a signature check.
const MAX_BYTES: usize = 2_048;

/// What tokens are signed with.
#[derive(Clone, Default)]
pub struct JwtOptions {
    /// Signs and verifies: the bytes as they stand.
    pub secret: Vec<u8>,
    /// Verify only, while keys are rotated.
    pub previous: Vec<Vec<u8>>,
}

/// Writes and reads tokens, without I/O.
///
/// Each secret has a key id (`kid`), derived from it by HKDF, so that a token names the secret it
/// was signed with and a rotation needs no guessing.
pub struct JwtTokens {
    signing: EncodingKey,
    /// The present secret first: nearly every token is signed with it.
    keys: Vec<Key>,
}

/// A secret, prepared.
struct Key {
    id: String,
    /// The first part of every token signed with it. Comparing bytes is a tenth of the work of
    /// reading JSON, and this runs on every signed-in request.
    header: String,
    verifying: DecodingKey,
}

impl JwtTokens {
    /// Prepares the keys.
    pub fn new(options: &JwtOptions) -> Self {
        hs256::install();
        let secrets = std::iter::once(&options.secret).chain(&options.previous);
        Self {
            signing: EncodingKey::from_secret(&options.secret),
            keys: secrets.map(|secret| Key::new(secret)).collect(),
        }
    }

    fn key_of(&self, header: &str) -> Option<&Key> {
        if let Some(key) = self.keys.iter().find(|key| key.header == header) {
            return Some(key);
        }
        // The same header may be spelt in another way by whoever else holds the secret.
        let header = decode_header(format!("{header}..")).ok()?;
        let understood = header.alg == Algorithm::HS256
            && header.crit.is_none()
            && header.typ.is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"));
        let id = header.kid.filter(|_| understood)?;
        self.keys.iter().find(|key| key.id == id)
    }
}

impl Key {
    fn new(secret: &[u8]) -> Self {
        let mut id = [0; 8];
        Hkdf::<Sha256>::new(None, secret)
            .expand(b"basalt token key id", &mut id)
            .expect("eight bytes are less than HKDF can give");
        let id = format!("{:016x}", u64::from_be_bytes(id));
        Self {
            header: URL_SAFE_NO_PAD
                .encode(format!(r#"{{"typ":"JWT","alg":"HS256","kid":"{id}"}}"#)),
            verifying: DecodingKey::from_secret(secret),
            id,
        }
    }
}

/// The second part of a token.
#[derive(Serialize, Deserialize)]
struct Payload<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    jti: &'a str,
    iat: i64,
    exp: i64,
    #[serde(rename = "gen")]
    generation: i64,
    #[serde(default, deserialize_with = "present", skip_serializing)]
    nbf: Option<i64>,
}

/// A claim that may be absent, but not null.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    i64::deserialize(deserializer).map(Some)
}

impl Payload<'_> {
    /// What the payload says, if it is one of ours; what it says about time is not looked at.
    fn claims(&self) -> Option<Claims> {
        if self.iss != ISSUER || self.aud != AUDIENCE {
            return None;
        }
        Some(Claims {
            user: UserId::parse(self.sub)?,
            token: TokenId::parse(self.jti)?,
            generation: TokenGeneration::from_number(self.generation),
            issued_at: at_second(self.iat)?,
            expires_at: at_second(self.exp)?,
        })
    }
}

fn at_second(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_micros(seconds.checked_mul(1_000_000)?)
}

impl Tokens for JwtTokens {
    fn issue(&self, claims: &Claims) -> Result<String, Cause> {
        let payload = Payload {
            iss: ISSUER,
            aud: AUDIENCE,
            sub: &claims.user.to_string(),
            jti: &claims.token.to_string(),
            iat: claims.issued_at.as_seconds(),
            exp: claims.expires_at.as_seconds(),
            generation: claims.generation.number(),
            nbf: None,
        };
        let json = serde_json::to_vec(&payload).map_err(into_cause)?;
        let mut token = self.keys[0].header.clone();
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(json, &mut token);
        let signature =
            crypto::sign(token.as_bytes(), &self.signing, Algorithm::HS256).map_err(into_cause)?;
        token.push('.');
        token.push_str(&signature);
        Ok(token)
    }

    // Not `jsonwebtoken::decode`: it reads the header three times and the claims twice, asks the
    // machine's clock, and takes a mistyped `nbf` for an absent one.
    fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
        if token.len() > MAX_BYTES {
            return Err(TokenError::Invalid);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Invalid)?;
        let (header, payload) = message.split_once('.').ok_or(TokenError::Invalid)?;
        let key = self.key_of(header).ok_or(TokenError::Invalid)?;
        match crypto::verify(signature, message.as_bytes(), &key.verifying, Algorithm::HS256) {
            Ok(true) => {}
            Ok(false) | Err(_) => return Err(TokenError::Invalid),
        }
        read(payload, now)
    }
}

/// Reads a payload whose signature is good.
fn read(payload: &str, now: Timestamp) -> Result<Claims, TokenError> {
    let json = URL_SAFE_NO_PAD.decode(payload).map_err(|_| TokenError::Invalid)?;
    let payload: Payload = serde_json::from_slice(&json).map_err(|_| TokenError::Invalid)?;
    let claims = payload.claims().ok_or(TokenError::Invalid)?;
    let begins = payload.nbf.map_or(Some(now), at_second);
    if begins.is_none_or(|begins| begins > now) {
        return Err(TokenError::Invalid);
    }
    if claims.expires_at <= now {
        return Err(TokenError::Expired);
    }
    Ok(claims)
}

fn into_cause(error: impl std::error::Error + Send + Sync + 'static) -> Cause {
    std::sync::Arc::new(error)
}

#[cfg(test)]
mod tests;

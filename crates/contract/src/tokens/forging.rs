//! Signs what no adapter would.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::{Sha256, Sha384, Sha512};

use super::{Hs256Tokens, claims, issue};

/// A token of the adapter, taken apart.
pub(super) struct Parts {
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
}

impl Parts {
    /// Of a token that is good for an hour.
    pub(super) fn of(subject: &Hs256Tokens) -> Self {
        let token = issue(&*subject.tokens, &claims());
        let mut parts = token.split('.').map(decode);
        let mut next = || parts.next().expect("a JWT has a header and claims");
        Self { header: next(), claims: next() }
    }

    pub(super) fn with_header(&self, name: &str, value: Value) -> Self {
        let mut header = self.header.clone();
        header.insert(name.to_owned(), value);
        Self { header, claims: self.claims.clone() }
    }

    pub(super) fn with_claim(&self, name: &str, value: Value) -> Self {
        let mut claims = self.claims.clone();
        claims.insert(name.to_owned(), value);
        Self { header: self.header.clone(), claims }
    }

    /// What is signed.
    pub(super) fn message(&self) -> String {
        let header = Value::Object(self.header.clone());
        message(&header, &Value::Object(self.claims.clone()))
    }

    /// The token, well signed with HS256.
    pub(super) fn signed(&self, subject: &Hs256Tokens) -> String {
        sign(&self.message(), &subject.secret, Hash::Sha256)
    }
}

/// The parts of a JWT that are signed.
pub(super) fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// The hashes that RFC 7518 has for HMAC.
#[derive(Clone, Copy)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// `message` with its signature.
pub(super) fn sign(message: &str, secret: &[u8], hash: Hash) -> String {
    let signature = match hash {
        Hash::Sha256 => mac::<Hmac<Sha256>>(message, secret),
        Hash::Sha384 => mac::<Hmac<Sha384>>(message, secret),
        Hash::Sha512 => mac::<Hmac<Sha512>>(message, secret),
    };
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn mac<M: Mac + KeyInit>(message: &str, secret: &[u8]) -> Vec<u8> {
    let mut mac = <M as KeyInit>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn decode(part: &str) -> Map<String, Value> {
    let bytes = URL_SAFE_NO_PAD.decode(part).expect("a JWT is base64url");
    serde_json::from_slice(&bytes).expect("the parts of a JWT are JSON objects")
}

//! Tokens that a test makes itself.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use super::SECRET;

/// Makes tokens after a genuine one: whoever holds the secret could.
#[derive(Clone)]
pub(crate) struct Forge {
    /// The first part.
    pub(crate) header: Value,
    /// The second part.
    pub(crate) claims: Value,
    secret: String,
}

impl Forge {
    /// Takes a token apart.
    pub(crate) fn after(token: &str) -> Self {
        let mut parts = token.split('.');
        let mut part = || {
            let raw = parts.next().expect("a token has three parts");
            let json = URL_SAFE_NO_PAD.decode(raw).expect("a part is base64");
            serde_json::from_slice(&json).expect("a part is JSON")
        };
        Self { header: part(), claims: part(), secret: SECRET.to_owned() }
    }

    /// With this in the header; `None` takes it out.
    pub(crate) fn header(mut self, name: &str, value: Option<Value>) -> Self {
        set(&mut self.header, name, value);
        self
    }

    /// With this claim; `None` takes it out.
    pub(crate) fn claim(mut self, name: &str, value: Option<Value>) -> Self {
        set(&mut self.claims, name, value);
        self
    }

    /// Signed with another secret.
    pub(crate) fn secret(mut self, secret: &str) -> Self {
        secret.clone_into(&mut self.secret);
        self
    }

    /// What is signed.
    pub(crate) fn message(&self) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}", part(&self.header), part(&self.claims))
    }

    /// The token.
    pub(crate) fn token(&self) -> String {
        signed(&self.message(), &self.secret)
    }

    /// Any message, signed with the server's secret.
    pub(crate) fn sign(message: &str) -> String {
        signed(message, SECRET)
    }
}

fn signed(message: &str, secret: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
    let mac = mac.expect("any length will do");
    let tag = mac.chain_update(message).finalize().into_bytes();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
}

fn set(object: &mut Value, name: &str, value: Option<Value>) {
    let members = object.as_object_mut().expect("an object");
    match value {
        Some(value) => members.insert(name.to_owned(), value),
        None => members.remove(name),
    };
}

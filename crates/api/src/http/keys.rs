//! Keys derived from the one secret, each for one use.

use basalt_domain::Fingerprint;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A key for HMAC-SHA-256.
type Key = [u8; 32];

/// The keys that the API signs with.
pub struct Keys {
    cursors: Vec<Key>,
    fingerprints: Vec<Key>,
}

impl Keys {
    /// Derives the keys by HKDF (RFC 5869) with a label for each use, so that none of them helps
    /// to forge a token, which is signed with the secret itself. Earlier secrets still
    /// verify.
    pub fn derive(secret: &[u8], previous: &[Vec<u8>]) -> Self {
        let keys = |label: &[u8]| {
            let secrets = std::iter::once(secret).chain(previous.iter().map(Vec::as_slice));
            secrets.map(|secret| derive(secret, label)).collect()
        };
        Self { cursors: keys(b"basalt/cursor/v1"), fingerprints: keys(b"basalt/fingerprint/v1") }
    }

    /// Signs a cursor's parts.
    pub fn sign_cursor(&self, parts: &[&[u8]]) -> [u8; 16] {
        let full = mac(&self.cursors[0], parts).finalize().into_bytes();
        let mut short = [0; 16];
        short.copy_from_slice(&full[..16]);
        short
    }

    /// True when `tag` signs the parts under the present or an earlier secret.
    pub fn cursor_is_signed(&self, parts: &[&[u8]], tag: [u8; 16]) -> bool {
        self.cursors.iter().any(|key| mac(key, parts).verify_truncated_left(&tag).is_ok())
    }

    /// Keyed digests of a body: under the present secret, then under each earlier one.
    pub fn fingerprints(&self, body: &[u8]) -> impl Iterator<Item = Fingerprint> {
        let keys = self.fingerprints.iter();
        keys.map(move |key| Fingerprint(mac(key, &[body]).finalize().into_bytes().into()))
    }
}

fn derive(secret: &[u8], label: &[u8]) -> Key {
    let mut key = Key::default();
    Hkdf::<Sha256>::new(None, secret)
        .expand(label, &mut key)
        .expect("HKDF-SHA-256 gives up to 8,160 bytes");
    key
}

/// HMAC over parts of any length, each with its length before it, so that no two lists of parts
/// are signed alike.
fn mac(key: &Key, parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac
}

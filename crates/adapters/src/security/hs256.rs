//! HMAC-SHA-256 for `jsonwebtoken`. Its own `rust_crypto` set brings an RSA crate with an open
//! advisory (RUSTSEC-2023-0071) and fifty more crates for algorithms that no token of ours has.

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, EncodingKey,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{Error, ErrorKind},
};
use sha2::Sha256;
use signature::{Signer, Verifier};

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| new_signer(*algorithm, key),
    verifier_factory: |algorithm, key| new_verifier(*algorithm, key),
    // Never called: they serve JSON Web Keys only.
    key_utils: KeyUtils::new_unimplemented(),
};

/// Makes this the process's provider; every later call does nothing.
pub(super) fn install() {
    // An error says that a provider is installed already. No other crate here installs one.
    let _ = PROVIDER.install_default();
}

struct HmacSha256(Hmac<Sha256>);

fn new_signer(algorithm: Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    check(algorithm, key.family())?;
    Ok(Box::new(with_key(key.as_bytes())?))
}

fn new_verifier(algorithm: Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    check(algorithm, key.family())?;
    Ok(Box::new(with_key(key.try_get_as_bytes()?)?))
}

fn check(algorithm: Algorithm, family: AlgorithmFamily) -> Result<(), Error> {
    if algorithm == Algorithm::HS256 && family == AlgorithmFamily::Hmac {
        Ok(())
    } else {
        Err(ErrorKind::InvalidAlgorithm.into())
    }
}

fn with_key(key: &[u8]) -> Result<HmacSha256, Error> {
    Hmac::new_from_slice(key).map(HmacSha256).map_err(|_| ErrorKind::InvalidKeyFormat.into())
}

impl Signer<Vec<u8>> for HmacSha256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        let tag = self.0.clone().chain_update(message).finalize();
        Ok(tag.into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for HmacSha256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        // Compares in constant time.
        self.0
            .clone()
            .chain_update(message)
            .verify_slice(signature)
            .map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for HmacSha256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for HmacSha256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

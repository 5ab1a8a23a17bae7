//! JSON Web Tokens (RFC 7519) by Ed25519 (RFC 8037) and nothing else: there is no algorithm to choose, so none to confuse.

use std::sync::Once;

use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::jwk::ThumbprintHash;
use jsonwebtoken::signature::{self, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// Characters of the longest token that is looked at: ours have under a thousand.
const LONGEST: usize = 4_096;

/// Why a token is none.
#[derive(Debug, thiserror::Error)]
pub enum Invalid {
    /// It cannot be read, or its signature is another's.
    #[error("{0}")]
    Token(#[from] Error),
    /// The key cannot be used.
    #[error("the key cannot be used")]
    Key,
    /// It is longer than any that there is.
    #[error("too long")]
    TooLong,
    /// It is a token for something else.
    #[error("a token of another kind")]
    Kind,
    /// It is of or for another centre, device, key or request.
    #[error("it is for another {0}")]
    Other(&'static str),
    /// It is over, or has not begun.
    #[error("it has expired")]
    Expired,
}

struct Ed25519Signer(SigningKey);

impl Signer<Vec<u8>> for Ed25519Signer {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(ed25519_dalek::Signer::sign(&self.0, message)
            .to_bytes()
            .to_vec())
    }
}

impl JwtSigner for Ed25519Signer {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

struct Ed25519Verifier(VerifyingKey);

impl Verifier<Vec<u8>> for Ed25519Verifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let none = |_| signature::Error::new();
        let signature = Signature::from_slice(signature).map_err(none)?;
        self.0.verify_strict(message, &signature).map_err(none)
    }
}

impl JwtVerifier for Ed25519Verifier {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    if *algorithm != Algorithm::EdDSA {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    let key = SigningKey::from_pkcs8_der(key.as_bytes()).map_err(|_| ErrorKind::InvalidEddsaKey)?;
    Ok(Box::new(Ed25519Signer(key)))
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    if *algorithm != Algorithm::EdDSA {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    let bytes = <&[u8; 32]>::try_from(key.try_get_as_bytes()?);
    let bytes = bytes.map_err(|_| ErrorKind::InvalidEddsaKey)?;
    let key = VerifyingKey::from_bytes(bytes).map_err(|_| ErrorKind::InvalidEddsaKey)?;
    Ok(Box::new(Ed25519Verifier(key)))
}

fn digest(data: &[u8], hash: ThumbprintHash) -> Result<Vec<u8>, Error> {
    match hash {
        ThumbprintHash::SHA256 => Ok(Sha256::digest(data).to_vec()),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

static ED25519: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils {
        compute_digest: digest,
        ..KeyUtils::new_unimplemented()
    },
};

/// Tells the library by what it signs. A process that told it before keeps what it has: it knows Ed25519 too.
pub(super) fn ready() {
    static ONCE: Once = Once::new();
    // where another was told before, that one stays
    ONCE.call_once(|| {
        let _ = ED25519.install_default();
    });
}

/// Signs claims.
pub(super) fn sign<T: Serialize>(
    header: &Header,
    claims: &T,
    key: &SigningKey,
) -> Result<String, Invalid> {
    ready();
    let der = key.to_pkcs8_der().map_err(|_| Invalid::Key)?;
    Ok(encode(
        header,
        claims,
        &EncodingKey::from_ed_der(der.as_bytes()),
    )?)
}

/// Reads what this key signed as a token of this kind. Times are not looked at: the library would ask the wall clock.
pub(super) fn read<T: DeserializeOwned + Clone>(
    text: &str,
    kind: &str,
    key: &VerifyingKey,
) -> Result<(Header, T), Invalid> {
    ready();
    if text.len() > LONGEST {
        return Err(Invalid::TooLong);
    }
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let token = decode::<T>(text, &DecodingKey::from_ed_der(key.as_bytes()), &validation)?;
    if token.header.typ.as_deref() != Some(kind) {
        return Err(Invalid::Kind);
    }
    Ok((token.header, token.claims))
}

/// A header for a token of this kind.
pub(super) fn header(kind: &str) -> Header {
    ready();
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(kind.to_owned());
    header
}

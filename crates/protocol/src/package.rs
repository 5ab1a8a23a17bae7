//! A package of the counters' program, and the brand's signature over it: made by minisign's own program, or by Tauri's
//! (`tauri signer sign`), whose files are the same within base64. The key that makes it is the brand's and on no server.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use minisign_verify::{PublicKey, Signature};
use sha2::{Digest, Sha256};
use std::io::Read;

/// Why a package is none that the brand made.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// What is said to be the brand's key is none.
    #[error("the key of the brand's packages cannot be read: {0}")]
    Key(String),
    /// What is said to be a signature is none.
    #[error("the signature of the package cannot be read: {0}")]
    Signature(String),
    /// It is not the brand's signature over this package.
    #[error("the package is not signed by the brand's key")]
    NotSigned,
    /// The package could not be read.
    #[error("the package cannot be read: {0}")]
    Io(#[from] std::io::Error),
}

/// The brand's key, by which packages are known.
#[derive(Debug, Clone)]
pub struct PackageKey(PublicKey);

/// What a package was found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// Its size.
    pub bytes: u64,
    /// SHA-256, 64 hex digits.
    pub sha256: String,
}

impl PackageKey {
    /// Reads a key as minisign or Tauri writes it, or the bare line of it.
    ///
    /// # Errors
    /// [`PackageError::Key`].
    pub fn read(text: &str) -> Result<Self, PackageError> {
        let text = plain(text);
        let read = if text.contains('\n') {
            PublicKey::decode(&text)
        } else {
            PublicKey::from_base64(&text)
        };
        read.map(Self).map_err(|e| PackageError::Key(e.to_string()))
    }

    /// Reads a package to its end and says what it is, where the brand has signed it.
    ///
    /// # Errors
    /// [`PackageError`].
    pub fn verify(
        &self,
        signature: &str,
        mut package: impl Read,
    ) -> Result<Measured, PackageError> {
        let unreadable = |e: minisign_verify::Error| PackageError::Signature(e.to_string());
        let signature = Signature::decode(&plain(signature)).map_err(unreadable)?;
        // signatures of before minisign 0.10 hash nothing ahead, and would need the whole package at once
        let mut verifier = self.0.verify_stream(&signature).map_err(unreadable)?;
        let (mut hash, mut bytes) = (Sha256::new(), 0u64);
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let n = package.read(&mut buffer)?;
            let Some(part) = buffer.get(..n).filter(|part| !part.is_empty()) else {
                break;
            };
            verifier.update(part);
            hash.update(part);
            bytes += n as u64;
        }
        verifier.finalize().map_err(|_| PackageError::NotSigned)?;
        Ok(Measured {
            bytes,
            sha256: hex::encode(hash.finalize()),
        })
    }
}

/// What Tauri has wrapped in base64, unwrapped; anything else as it is.
fn plain(text: &str) -> String {
    let text = text.trim();
    let wrapped = BASE64_STANDARD.decode(text).ok();
    let wrapped = wrapped.and_then(|bytes| String::from_utf8(bytes).ok());
    wrapped
        .filter(|inner| inner.starts_with("untrusted comment:"))
        .unwrap_or_else(|| text.to_owned())
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(package: &[u8]) -> (String, String) {
        let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
        let key = pair.pk.to_box().unwrap().to_string();
        let signature = minisign::sign(None, &pair.sk, package, None, None).unwrap();
        (key, signature.to_string())
    }

    #[test]
    fn what_the_brand_signed_is_measured() {
        let package = vec![7u8; 200_000];
        let (key, signature) = signed(&package);
        let measured = PackageKey::read(&key)
            .unwrap()
            .verify(&signature, package.as_slice());
        let measured = measured.unwrap();
        assert_eq!(measured.bytes, 200_000);
        assert_eq!(measured.sha256, hex::encode(Sha256::digest(&package)));
        // the bare line of the key, and both as Tauri wraps them
        let line = key.lines().last().unwrap();
        let wrapped = BASE64_STANDARD.encode(&key);
        for key in [line, &wrapped] {
            let key = PackageKey::read(key).unwrap();
            let wrapped = BASE64_STANDARD.encode(&signature);
            assert!(key.verify(&wrapped, package.as_slice()).is_ok());
        }
    }

    #[test]
    fn a_byte_more_or_another_key_is_not_the_brands() {
        let package = b"program".to_vec();
        let (key, signature) = signed(&package);
        let key = PackageKey::read(&key).unwrap();
        for other in [&b"program "[..], b"progra", b"", b"Program"] {
            let refused = key.verify(&signature, other).unwrap_err();
            assert!(matches!(refused, PackageError::NotSigned), "{refused}");
        }
        let (stranger, _) = signed(&package);
        let stranger = PackageKey::read(&stranger).unwrap();
        assert!(stranger.verify(&signature, package.as_slice()).is_err());
        for bad in ["", "x", "untrusted comment: a\nb"] {
            assert!(key.verify(bad, package.as_slice()).is_err(), "{bad}");
            assert!(PackageKey::read(bad).is_err(), "{bad}");
        }
    }
}

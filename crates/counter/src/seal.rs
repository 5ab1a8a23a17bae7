//! A clerk's private key as it lies on this device: sealed under the PIN and a secret of the device, so that a copied file
//! alone gives nobody anything to try PINs on. Opening it is checking the PIN.

use crate::error::{Error, Result};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use ed25519_dalek::SigningKey;
use hkdf::Hkdf;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Bytes of what only this device knows.
pub(crate) const SECRET: usize = 32;

/// What a PIN is stretched by: memory in KiB, passes, lanes. The OWASP minimum for Argon2id.
const STRETCH: Stretch = Stretch {
    memory: 19_456,
    passes: 2,
    lanes: 1,
};

/// What a record may ask of the machine at most: it is read from a file.
const MOST: Stretch = Stretch {
    memory: 262_144,
    passes: 16,
    lanes: 4,
};

/// How a PIN was stretched into a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Stretch {
    memory: u32,
    passes: u32,
    lanes: u32,
}

/// A private key, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sealed {
    salt: String,
    stretch: Stretch,
    nonce: String,
    text: String,
}

/// Seals a key. `about` is bound to it: whose it is, where.
pub(crate) fn seal(
    key: &SigningKey,
    pin: &str,
    secret: &[u8; SECRET],
    about: &str,
) -> Result<Sealed> {
    let (mut salt, mut nonce) = ([0u8; 16], [0u8; 12]);
    getrandom::fill(&mut salt)?;
    getrandom::fill(&mut nonce)?;
    let stretch = stretch();
    let unsealable = |what: &str| Error::NotSaved(format!("a clerk's key: {what}"));
    let sealing =
        sealing_key(pin, &salt, stretch, secret).ok_or_else(|| unsealable("no sealing key"))?;
    let bytes = Zeroizing::new(key.to_bytes());
    let text = ChaCha20Poly1305::new(&Key::from(*sealing))
        .encrypt(
            &Nonce::from(nonce),
            Payload {
                msg: bytes.as_slice(),
                aad: about.as_bytes(),
            },
        )
        .map_err(|_| unsealable("not sealed"))?;
    Ok(Sealed {
        salt: hex::encode(salt),
        stretch,
        nonce: hex::encode(nonce),
        text: hex::encode(text),
    })
}

impl Sealed {
    /// The key, where this is the PIN, on this device, of what it was sealed for.
    pub(crate) fn open(&self, pin: &str, secret: &[u8; SECRET], about: &str) -> Option<SigningKey> {
        let salt = hex::decode(&self.salt).ok()?;
        let nonce: [u8; 12] = hex::decode(&self.nonce).ok()?.try_into().ok()?;
        let sealing = sealing_key(pin, &salt, self.stretch, secret)?;
        let opened = ChaCha20Poly1305::new(&Key::from(*sealing))
            .decrypt(
                &Nonce::from(nonce),
                Payload {
                    msg: &hex::decode(&self.text).ok()?,
                    aad: about.as_bytes(),
                },
            )
            .ok()?;
        let bytes: Zeroizing<[u8; 32]> =
            Zeroizing::new(Zeroizing::new(opened).as_slice().try_into().ok()?);
        Some(SigningKey::from_bytes(&bytes))
    }
}

/// Stretched once where somebody types a PIN, and never for an operation.
fn stretch() -> Stretch {
    if cfg!(test) {
        // tests sign in hundreds of times
        return Stretch {
            memory: 8,
            passes: 1,
            lanes: 1,
        };
    }
    STRETCH
}

/// The PIN, stretched, and the device's secret, neither of which gives the key alone.
fn sealing_key(
    pin: &str,
    salt: &[u8],
    stretch: Stretch,
    secret: &[u8; SECRET],
) -> Option<Zeroizing<[u8; 32]>> {
    let Stretch {
        memory,
        passes,
        lanes,
    } = stretch;
    if memory > MOST.memory || passes > MOST.passes || lanes > MOST.lanes {
        return None;
    }
    let params = Params::new(memory, passes, lanes, Some(32)).ok()?;
    let mut stretched = Zeroizing::new([0u8; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(pin.as_bytes(), salt, stretched.as_mut_slice())
        .ok()?;
    let mut key = Zeroizing::new([0u8; 32]);
    Hkdf::<Sha256>::new(Some(secret.as_slice()), stretched.as_slice())
        .expand(b"counterpart.clerk-key-record.1", key.as_mut_slice())
        .ok()?;
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: &str = "device/C1/key/mark";

    #[test]
    fn only_the_pin_on_the_device_opens_it_for_what_it_was_sealed_for() {
        let key = SigningKey::from_bytes(&[9; 32]);
        let sealed = seal(&key, "135790", &[1; 32], ABOUT).unwrap();
        let opened = sealed.open("135790", &[1; 32], ABOUT).unwrap();
        assert_eq!(opened.to_bytes(), key.to_bytes());
        assert!(sealed.open("135791", &[1; 32], ABOUT).is_none());
        // a copied file without what the device alone knows
        assert!(sealed.open("135790", &[2; 32], ABOUT).is_none());
        assert!(
            sealed
                .open("135790", &[1; 32], "device/C2/key/mark")
                .is_none()
        );
        let text = serde_json::to_string(&sealed).unwrap();
        assert!(!text.contains(&hex::encode(key.to_bytes())));
        let again = seal(&key, "135790", &[1; 32], ABOUT).unwrap();
        assert!(again.salt != sealed.salt && again.text != sealed.text);
    }

    #[test]
    fn a_record_that_was_written_into_opens_nothing_and_costs_little() {
        let key = SigningKey::from_bytes(&[9; 32]);
        let sealed = seal(&key, "135790", &[1; 32], ABOUT).unwrap();
        let broken = [
            Sealed {
                salt: "zz".into(),
                ..sealed.clone()
            },
            Sealed {
                salt: String::new(),
                ..sealed.clone()
            },
            Sealed {
                nonce: "00".into(),
                ..sealed.clone()
            },
            Sealed {
                text: "00".repeat(48),
                ..sealed.clone()
            },
            Sealed {
                stretch: Stretch {
                    memory: u32::MAX,
                    ..STRETCH
                },
                ..sealed.clone()
            },
            Sealed {
                stretch: Stretch {
                    passes: u32::MAX,
                    ..STRETCH
                },
                ..sealed
            },
        ];
        for record in broken {
            assert!(
                record.open("135790", &[1; 32], ABOUT).is_none(),
                "{record:?}"
            );
        }
    }

    #[test]
    fn what_ships_is_stretched_by_no_less_than_the_field_asks_for() {
        const { assert!(STRETCH.memory >= 19_456 && STRETCH.passes >= 2) };
    }
}

//! The hash chain over a counter's outbox.
//!
//! Each operation's hash covers all of it and the hash before it, so an outbox that was copied,
//! cut or edited shows at the first push. Personal values are covered only through salted
//! commitments ([`crate::personal`]), so that they can be erased and the chain still verifies.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::fmt;

/// A SHA-256 value; 64 lower-case hex digits where it is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What the first operation of an epoch has before it.
    pub const ZERO: Self = Self([0; 32]);

    /// The hash with these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
    /// Reads 64 hex digits.
    ///
    /// # Errors
    /// Where the text is anything else.
    pub fn from_hex(text: &str) -> Result<Self, hex::FromHexError> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes)?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.to_string())
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::from_hex(&text).map_err(serde::de::Error::custom)
    }
}

/// Hashes parts so that no two lists of parts give the same bytes: each part is preceded by its
/// length, and the whole by a name of what is hashed.
pub struct Transcript(Sha256);

impl Transcript {
    /// Begins a transcript of the thing that `domain` names.
    pub fn new(domain: &str) -> Self {
        let mut hasher = Sha256::new();
        hasher.update((domain.len() as u64).to_be_bytes());
        hasher.update(domain.as_bytes());
        Self(hasher)
    }
    /// Adds one part.
    #[must_use]
    pub fn part(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }
    /// Adds one number.
    #[must_use]
    pub fn number(self, n: u64) -> Self {
        self.part(&n.to_be_bytes())
    }
    /// The hash of all parts in order.
    pub fn finish(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        let a = Transcript::new("t").part(b"ab").part(b"c").finish();
        let b = Transcript::new("t").part(b"a").part(b"bc").finish();
        let c = Transcript::new("ta").part(b"b").part(b"c").finish();
        assert_ne!(a, b);
        assert_ne!(a, c);
    }

    #[test]
    fn hex_comes_back() {
        let h = Transcript::new("t").number(7).finish();
        assert_eq!(Hash::from_hex(&h.to_string()), Ok(h));
        assert!(Hash::from_hex("00").is_err());
        assert!(Hash::from_hex(&"zz".repeat(32)).is_err());
    }
}

//! Checkpoints of the centre's log: what it stood at, signed, to be kept where nobody of the database comes to.

use crate::chain::{Hash, Transcript};
use crate::ids::CentreId;
use crate::signature::{public_key_from_hex, signature_from_hex, verify_statement};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a checkpoint says of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// The log stood so.
    Stood,
    /// It and all before it were removed, by their age.
    Removed,
}

impl Says {
    /// The word that is stored and signed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Stood => "stood",
            Self::Removed => "removed",
        }
    }

    /// What a word says; none where it is none.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        [Self::Stood, Self::Removed]
            .into_iter()
            .find(|says| says.word() == word)
    }
}

/// A signed statement about the log of a centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogCheckpoint {
    /// Whose log.
    pub centre: CentreId,
    /// What it says.
    pub says: Says,
    /// Number of the entry.
    pub n: u64,
    /// Its hash, which covers all before it.
    pub hash: Hash,
    /// When it was said.
    pub at: DateTime<Utc>,
    /// The key that signed it, 64 hex digits.
    pub public_key: String,
    /// The signature, 128 hex digits.
    pub signature: String,
}

impl LogCheckpoint {
    /// Whether this key signed it for this centre.
    #[must_use]
    pub fn is_of(&self, centre: CentreId, public_key: &str) -> bool {
        let key = public_key_from_hex(public_key);
        let signature = signature_from_hex(&self.signature);
        let said = statement(centre, self.says, self.n, &self.hash, self.at);
        self.centre == centre
            && key
                .zip(signature)
                .is_some_and(|(key, signature)| verify_statement(&key, &said, &signature))
    }
}

/// What is signed.
#[must_use]
pub fn statement(centre: CentreId, says: Says, n: u64, hash: &Hash, at: DateTime<Utc>) -> [u8; 32] {
    *Transcript::new("counterpart.log-checkpoint.1")
        .part(centre.as_bytes())
        .part(says.word().as_bytes())
        .number(n)
        .part(hash.as_bytes())
        .part(&at.timestamp_millis().to_be_bytes())
        .finish()
        .as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signer, SigningKey};

    #[test]
    fn a_checkpoint_is_of_one_centre_one_key_and_one_entry() {
        let key = SigningKey::from_bytes(&[5; 32]);
        let public = hex::encode(key.verifying_key().to_bytes());
        let centre = CentreId::fresh();
        let at = DateTime::from_timestamp_millis(1_790_000_000_000).unwrap();
        let hash = Hash::from_bytes([7; 32]);
        let said = statement(centre, Says::Stood, 9, &hash, at);
        let stood = LogCheckpoint {
            centre,
            says: Says::Stood,
            n: 9,
            hash,
            at,
            public_key: public.clone(),
            signature: hex::encode(key.sign(&said).to_bytes()),
        };
        assert!(stood.is_of(centre, &public));
        assert!(!stood.is_of(CentreId::fresh(), &public));
        let other = hex::encode(SigningKey::from_bytes(&[6; 32]).verifying_key().to_bytes());
        assert!(!stood.is_of(centre, &other));
        let changed = |change: fn(&mut LogCheckpoint)| {
            let mut one = stood.clone();
            change(&mut one);
            one.is_of(centre, &public)
        };
        assert!(!changed(|c| c.n = 8));
        assert!(!changed(|c| c.says = Says::Removed));
        assert!(!changed(|c| c.hash = Hash::ZERO));
        assert!(!changed(|c| c.at += chrono::Duration::seconds(1)));
        assert!(!changed(|c| c.signature = "00".repeat(64)));
    }

    #[test]
    fn what_is_said_is_known_by_its_word() {
        for says in [Says::Stood, Says::Removed] {
            assert_eq!(Says::named(says.word()), Some(says));
        }
        assert_eq!(Says::named("forged"), None);
    }
}

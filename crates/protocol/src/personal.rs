//! Personal values of an operation: beside the chain, not in it.
//!
//! The chain holds `SHA-256(name, salt, value)`. Value and salt lie beside the operation; when a
//! member is erased both go and the commitment stays, which says nothing without the salt.

use crate::chain::{Hash, Transcript};
use serde::{Deserialize, Serialize};

/// One personal value of an operation, or what is left of it after erasure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalField {
    /// Which value it is, by its place in the body, for example `member.phone`.
    pub name: String,
    /// What the chain covers.
    pub commitment: Hash,
    /// The value and its salt; none once erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<Opening>,
}

/// What opens a commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// 16 random bytes in hex; without them a phone number could be guessed from its hash.
    pub salt: String,
    /// The value.
    pub value: String,
}

fn commitment(name: &str, salt: &str, value: &str) -> Hash {
    Transcript::new("counterpart.personal.1")
        .part(name.as_bytes())
        .part(salt.as_bytes())
        .part(value.as_bytes())
        .finish()
}

impl PersonalField {
    /// Commits to a value under a fresh salt.
    ///
    /// # Errors
    /// Where the system has no randomness.
    pub fn commit(name: &str, value: &str) -> Result<Self, getrandom::Error> {
        let mut salt = [0u8; 16];
        getrandom::fill(&mut salt)?;
        let salt = hex::encode(salt);
        Ok(Self {
            name: name.to_owned(),
            commitment: commitment(name, &salt, value),
            opening: Some(Opening {
                salt,
                value: value.to_owned(),
            }),
        })
    }

    /// Whether the value, where there is one, is the one committed to.
    pub fn holds(&self) -> bool {
        self.opening
            .as_ref()
            .is_none_or(|o| commitment(&self.name, &o.salt, &o.value) == self.commitment)
    }

    /// The value, where it has not been erased.
    pub fn value(&self) -> Option<&str> {
        self.opening.as_ref().map(|o| o.value.as_str())
    }

    /// Forgets the value; the commitment stays.
    pub fn erase(&mut self) {
        self.opening = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_value_is_seen_and_an_erased_one_still_holds() {
        let mut field = PersonalField::commit("member.phone", "13800005678").unwrap();
        assert!(field.holds());
        let mut forged = field.clone();
        if let Some(o) = forged.opening.as_mut() {
            o.value = "13900005678".into();
        }
        assert!(!forged.holds());
        field.erase();
        assert!(field.holds());
        assert_eq!(field.value(), None);
    }

    #[test]
    fn equal_values_have_unequal_commitments() {
        let a = PersonalField::commit("member.phone", "13800005678").unwrap();
        let b = PersonalField::commit("member.phone", "13800005678").unwrap();
        assert_ne!(a.commitment, b.commitment);
    }
}

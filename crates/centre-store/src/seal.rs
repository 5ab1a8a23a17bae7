//! Sealing: what a column holds under a key that lies outside the database.
//!
//! Whoever has the database alone, a copy of it or its administrator's password reads nothing of it. A value says which
//! key opens it, so that reading needs none to be handed along: a process knows the keys of the databases that it opened.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use protocol::chain::Transcript;

/// What a sealed text begins with.
const SEALED: &str = "sealed:";
/// Bytes of a nonce.
const NONCE: usize = 24;
/// Hex digits of a key's mark.
const MARK: usize = 16;

/// Why a text cannot be sealed.
#[derive(Debug, thiserror::Error)]
pub enum CannotSeal {
    /// The system has no randomness.
    #[error("no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
    /// It is longer than the cipher takes.
    #[error("a text that is too long to seal")]
    TooLong,
}

/// A text that no key opens here, or that no key has sealed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sealed with a key that is not here")]
pub struct NoKey;

/// A key, and the mark by which what it has sealed says so.
#[derive(Clone)]
pub struct SealingKey(Arc<Inner>);

struct Inner {
    mark: String,
    cipher: XChaCha20Poly1305,
    /// Of nonces that follow from what is sealed.
    nonces: [u8; 32],
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey({})", self.0.mark)
    }
}

static OPENED: LazyLock<RwLock<HashMap<String, SealingKey>>> = LazyLock::new(RwLock::default);

fn derived(secret: &[u8; 32], what: &str) -> [u8; 32] {
    *Transcript::new(what).part(secret).finish().as_bytes()
}

impl SealingKey {
    /// The key of a secret. From here on this process opens what it has sealed.
    #[must_use]
    pub fn of(secret: &[u8; 32]) -> Self {
        let key = Self::apart(secret);
        let mut opened = OPENED.write().unwrap_or_else(PoisonError::into_inner);
        opened.insert(key.0.mark.clone(), key.clone());
        key
    }

    /// The key of a secret, which this process opens nothing with by itself.
    #[must_use]
    pub fn apart(secret: &[u8; 32]) -> Self {
        let mark = hex::encode(derived(secret, "counterpart.sealing-mark.1"));
        let cipher = derived(secret, "counterpart.sealing-cipher.1");
        Self(Arc::new(Inner {
            mark: mark.chars().take(MARK).collect(),
            cipher: XChaCha20Poly1305::new(&cipher.into()),
            nonces: derived(secret, "counterpart.sealing-nonces.1"),
        }))
    }

    /// By what it is known: 16 hex digits, which say nothing of it.
    #[must_use]
    pub fn mark(&self) -> &str {
        &self.0.mark
    }

    /// Seals a text, each time otherwise.
    ///
    /// # Errors
    /// [`CannotSeal`].
    pub fn seal(&self, text: &str) -> Result<String, CannotSeal> {
        let mut nonce = [0u8; NONCE];
        getrandom::fill(&mut nonce)?;
        self.with_nonce(nonce, text)
    }

    /// Seals a text so that the same text beside the same salt is sealed alike, for a column by which rows are told
    /// apart. It shows which rows of one salt are alike, and nothing else.
    ///
    /// # Errors
    /// [`CannotSeal::TooLong`].
    pub fn seal_alike(&self, salt: &str, text: &str) -> Result<String, CannotSeal> {
        let nonce = Transcript::new("counterpart.sealing-nonce.1")
            .part(&self.0.nonces)
            .part(salt.as_bytes())
            .part(text.as_bytes())
            .finish();
        let mut bytes = [0u8; NONCE];
        bytes.copy_from_slice(&nonce.as_bytes()[..NONCE]);
        self.with_nonce(bytes, text)
    }

    fn with_nonce(&self, nonce: [u8; NONCE], text: &str) -> Result<String, CannotSeal> {
        let sealed = self.0.cipher.encrypt(&XNonce::from(nonce), text.as_bytes());
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed.map_err(|_| CannotSeal::TooLong)?);
        let mut out = String::with_capacity(SEALED.len() + MARK + 1 + bytes.len() * 4 / 3 + 3);
        out.push_str(SEALED);
        out.push_str(&self.0.mark);
        out.push(':');
        STANDARD_NO_PAD.encode_string(bytes, &mut out);
        Ok(out)
    }

    /// What a text says that this key has sealed; none for any other.
    #[must_use]
    pub fn open(&self, sealed: &str) -> Option<String> {
        let (mark, body) = parts(sealed)?;
        if mark != self.0.mark {
            return None;
        }
        let bytes = STANDARD_NO_PAD.decode(body).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let text = self.0.cipher.decrypt(&XNonce::from(nonce), sealed).ok()?;
        String::from_utf8(text).ok()
    }
}

/// Mark and content of a sealed text; none where it is not sealed.
fn parts(text: &str) -> Option<(&str, &str)> {
    let (mark, body) = text.strip_prefix(SEALED)?.split_once(':')?;
    let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    (mark.len() == MARK && mark.bytes().all(hex)).then_some((mark, body))
}

/// The mark of the key that has sealed a text; none where it is not sealed.
#[must_use]
pub fn mark_of(text: &str) -> Option<&str> {
    parts(text).map(|(mark, _)| mark)
}

/// What a text says, sealed or not.
///
/// # Errors
/// Where it is sealed with a key that this process has not.
pub fn opened(text: String) -> Result<String, NoKey> {
    let Some((mark, _)) = parts(&text) else {
        return Ok(text);
    };
    let key = {
        let opened = OPENED.read().unwrap_or_else(PoisonError::into_inner);
        opened.get(mark).cloned()
    };
    key.and_then(|key| key.open(&text)).ok_or(NoKey)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_key_opens_and_a_changed_text_is_none() {
        let key = SealingKey::of(&[1; 32]);
        let other = SealingKey::of(&[2; 32]);
        let sealed = key.seal("香精").unwrap();
        assert!(!sealed.contains("香精"));
        assert_eq!(key.open(&sealed).as_deref(), Some("香精"));
        assert_eq!(other.open(&sealed), None);
        assert_eq!(opened(sealed.clone()).as_deref(), Ok("香精"));
        assert_ne!(key.seal("香精").unwrap(), sealed, "each time otherwise");
        for at in SEALED.len() + MARK + 1..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(bytes).unwrap();
            assert!(forged == sealed || key.open(&forged).is_none(), "byte {at}");
        }
    }

    #[test]
    fn a_text_of_before_is_taken_as_it_is() {
        for text in [
            "",
            "[]",
            "sealed:",
            "sealed:short:x",
            "香精",
            "sealed:0123456789abcdeg:",
        ] {
            assert_eq!(opened(text.to_owned()).as_deref(), Ok(text));
        }
        let nobodys = "sealed:0123456789abcdef:AAAA".to_owned();
        assert_eq!(opened(nobodys), Err(NoKey));
    }

    #[test]
    fn alike_is_alike_beside_its_salt_alone() {
        let key = SealingKey::of(&[3; 32]);
        let alike = |salt: &str, text: &str| key.seal_alike(salt, text).unwrap();
        let sealed = alike("M1", "allergy:香精");
        assert_eq!(alike("M1", "allergy:香精"), sealed);
        assert_ne!(alike("M2", "allergy:香精"), sealed);
        assert_ne!(alike("M1", "allergy:酒精"), sealed);
        assert_eq!(key.open(&sealed).as_deref(), Some("allergy:香精"));
    }
}

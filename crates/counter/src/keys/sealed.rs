//! The keys behind a manager's passphrase: ChaCha20-Poly1305 under Argon2id.

use crate::error::{Error, Result};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use identity::text;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use zeroize::Zeroizing;

/// What the file is, bound to what is sealed in it.
const FORMAT: &str = "counterpart.keys.sealed.1";
/// What a guess costs: 64 MiB three times over, a third of a second on a slow tablet.
const MEMORY_KIB: u32 = 64 * 1024;
const TIMES: u32 = 3;
/// What a file may ask for at most: it is not ours until it is open.
const MOST_KIB: u32 = 1024 * 1024;
const MOST_TIMES: u32 = 16;

/// Bytes that a new passphrase has at least, and different characters.
const BYTES: usize = 16;
const DIFFERENT: usize = 6;

#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    memory_kib: u32,
    times: u32,
    salt: String,
    nonce: String,
    sealed: String,
}

/// What a passphrase came to: it seals again without being asked for.
pub(super) struct Seal {
    key: Zeroizing<[u8; 32]>,
    memory_kib: u32,
    times: u32,
    salt: [u8; 16],
}

impl Seal {
    /// Of a new passphrase.
    ///
    /// # Errors
    /// [`Error::PassphraseWeak`].
    pub(super) fn new(passphrase: &str) -> Result<Self> {
        let said = as_said(passphrase);
        let different: HashSet<char> = said.chars().collect();
        if said.len() < BYTES || different.len() < DIFFERENT {
            return Err(Error::PassphraseWeak {
                bytes: BYTES,
                characters: BYTES.div_ceil(3),
            });
        }
        let mut salt = [0; 16];
        getrandom::fill(&mut salt)?;
        Self::derived(&said, MEMORY_KIB, TIMES, salt)
    }

    fn derived(said: &str, memory_kib: u32, times: u32, salt: [u8; 16]) -> Result<Self> {
        let broken = |e: argon2::Error| Error::Key(format!("the sealed key: {e}"));
        let params = Params::new(memory_kib, times, 1, Some(32)).map_err(broken)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(said.as_bytes(), &salt, key.as_mut_slice())
            .map_err(broken)?;
        Ok(Self {
            key,
            memory_kib,
            times,
            salt,
        })
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(&Key::from(*self.key))
    }

    /// The file with a text in it.
    ///
    /// # Errors
    /// [`Error::Randomness`].
    pub(super) fn seal(&self, text: &str) -> Result<String> {
        let mut nonce = [0; 12];
        getrandom::fill(&mut nonce)?;
        let payload = Payload {
            msg: text.as_bytes(),
            aad: FORMAT.as_bytes(),
        };
        let sealed = self
            .cipher()
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|e| Error::Key(format!("sealing: {e}")))?;
        Ok(serde_json::to_string(&File {
            format: FORMAT.to_owned(),
            memory_kib: self.memory_kib,
            times: self.times,
            salt: hex::encode(self.salt),
            nonce: hex::encode(nonce),
            sealed: hex::encode(sealed),
        })?)
    }
}

/// Opens a file.
///
/// # Errors
/// [`Error::PassphraseWrong`]; [`Error::Key`] where it is no such file.
pub(super) fn open(file: &str, passphrase: &str) -> Result<(Zeroizing<String>, Seal)> {
    let no_file = || Error::Key("the file of the sealed key is damaged".into());
    let file: File = serde_json::from_str(file).map_err(|_| no_file())?;
    if file.format != FORMAT || file.memory_kib > MOST_KIB || file.times > MOST_TIMES {
        return Err(no_file());
    }
    let (mut salt, mut nonce) = ([0; 16], [0; 12]);
    hex::decode_to_slice(&file.salt, &mut salt).map_err(|_| no_file())?;
    hex::decode_to_slice(&file.nonce, &mut nonce).map_err(|_| no_file())?;
    let sealed = hex::decode(&file.sealed).map_err(|_| no_file())?;
    let seal = Seal::derived(&as_said(passphrase), file.memory_kib, file.times, salt)?;
    let payload = Payload {
        msg: &sealed,
        aad: FORMAT.as_bytes(),
    };
    let opened = seal
        .cipher()
        .decrypt(&Nonce::from(nonce), payload)
        .map_err(|_| Error::PassphraseWrong)?;
    let opened = Zeroizing::new(opened);
    let text = std::str::from_utf8(&opened).map_err(|_| no_file())?;
    Ok((Zeroizing::new(text.to_owned()), seal))
}

/// A passphrase by what was said: an input method's wide letters are the same ones.
fn as_said(passphrase: &str) -> Zeroizing<String> {
    Zeroizing::new(text::narrow(passphrase).trim().to_owned())
}

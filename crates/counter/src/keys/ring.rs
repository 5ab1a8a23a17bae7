//! Settling where the keys are, once at each start.

use super::access::KeyAccess;
use super::keychain::{Keychain, Unusable, probe};
use super::sealed::{self, Seal};
use super::words::{CacheKey, Words};
use crate::error::{Error, Result};
use crate::home::{FileKey, Home, erase_private, read_private, write_private};
use crate::view::KeyPlace;
use std::fs::File;
use std::sync::Arc;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Where the keys are kept.
enum Place {
    /// In the system's keychain, under this name.
    Keychain {
        chain: Arc<dyn Keychain>,
        name: String,
    },
    /// Behind a passphrase.
    Sealed(Seal),
    /// In a plain file.
    Plain,
}

/// The keys of a counter's files.
pub(crate) struct Keyring {
    home: Home,
    place: Place,
    words: Words,
}

impl Keyring {
    /// Finds the keys, or makes them for a counter that begins. Those in the plain file of a build before are brought
    /// over: written where they will be, read back, and only then erased. Cut off anywhere, it goes on at the next start.
    ///
    /// # Errors
    /// [`Error::PassphraseNeeded`], [`Error::PassphraseChoose`], [`Error::PassphraseWrong`], [`Error::PassphraseWeak`];
    /// [`Error::KeychainLocked`]; [`Error::Key`] where the files are there and their key is not.
    pub(crate) fn open(home: &Home, access: &KeyAccess) -> Result<Self> {
        let _turn = turn(home);
        let plain = plain(home)?;
        if let Some(file) = read_private(&home.sealed_key())? {
            return Self::sealed(home, access, &file, plain);
        }
        let name = read_private(&home.id())?.map(|name| name.trim().to_owned());
        match (name, plain) {
            (Some(name), plain) => Self::in_keychain(home, access, name, plain),
            (None, Some(words)) if access.insecure => Ok(Self::in_file(home, words)),
            (None, Some(words)) => Self::put_away(home, access, words),
            (None, None) if home.is_used() => Err(Error::Key(format!(
                "{} has the files of a counter, and no key",
                home.dir().display()
            ))),
            (None, None) => Self::begin(home, access),
        }
    }

    fn sealed(home: &Home, access: &KeyAccess, file: &str, plain: Option<Words>) -> Result<Self> {
        let passphrase = access.passphrase.as_ref().ok_or(Error::PassphraseNeeded)?;
        let (text, seal) = sealed::open(file, passphrase)?;
        let words = read(&text)?;
        erase_plain(home, plain, &words)?;
        Ok(Self {
            home: home.clone(),
            place: Place::Sealed(seal),
            words,
        })
    }

    fn in_keychain(
        home: &Home,
        access: &KeyAccess,
        name: String,
        plain: Option<Words>,
    ) -> Result<Self> {
        let found = access.chain.get(&name);
        match (found, plain) {
            (Ok(Some(text)), plain) => {
                let words = read(&text)?;
                erase_plain(home, plain, &words)?;
                let chain = Arc::clone(&access.chain);
                Ok(Self {
                    home: home.clone(),
                    place: Place::Keychain { chain, name },
                    words,
                })
            }
            // it was on its way there
            (_, Some(words)) if access.insecure => Ok(Self::in_file(home, words)),
            (_, Some(words)) => Self::put_away(home, access, words),
            // it was on its way to its first start
            (Ok(None) | Err(_), None) if !home.is_used() => Self::begin(home, access),
            (Ok(None), None) => Err(match probe(access.chain.as_ref(), &name) {
                Ok(()) => Error::Key(format!(
                    "the keychain of this user has no key named {name}: the folder is a copy, or another user's"
                )),
                Err(Unusable(why)) => Error::KeychainLocked(why),
            }),
            (Err(Unusable(why)), None) => Err(Error::KeychainLocked(why)),
        }
    }

    fn in_file(home: &Home, words: Words) -> Self {
        tracing::warn!(
            "INSECURE: the keys of this counter's files lie in {} as they are; whoever copies the folder can read \
             everything in it",
            home.key().display()
        );
        Self {
            home: home.clone(),
            place: Place::Plain,
            words,
        }
    }

    /// The keys of a counter that begins.
    fn begin(home: &Home, access: &KeyAccess) -> Result<Self> {
        let words = Words {
            outbox: FileKey::fresh()?,
            cache: CacheKey::Own(FileKey::fresh()?),
            device: None,
        };
        if access.insecure {
            let keys = Self::in_file(home, words);
            keys.save()?;
            return Ok(keys);
        }
        Self::put_away(home, access, words)
    }

    /// Puts keys where they will be: into the keychain, or behind a passphrase. The plain file of a build before goes
    /// once they have been read back from there.
    fn put_away(home: &Home, access: &KeyAccess, words: Words) -> Result<Self> {
        let name = match read_private(&home.id())? {
            Some(name) => name.trim().to_owned(),
            None => {
                // before anything lies under it: it is found again, whatever comes in between
                let name = Uuid::now_v7().to_string();
                write_private(&home.id(), &name)?;
                name
            }
        };
        let place = match (probe(access.chain.as_ref(), &name), &access.passphrase) {
            (Ok(()), _) => Place::Keychain {
                chain: Arc::clone(&access.chain),
                name,
            },
            (Err(_), Some(passphrase)) => Place::Sealed(Seal::new(passphrase)?),
            (Err(Unusable(why)), None) => return Err(Error::PassphraseChoose { why }),
        };
        let keys = Self {
            home: home.clone(),
            place,
            words,
        };
        keys.save()?;
        if *keys.kept(access)? != *keys.words.text() {
            return Err(Error::Key("what was put away is not read again".into()));
        }
        if home.key().exists() {
            erase_private(&home.key())?;
            tracing::info!("the keys have left the plain file in which a build before kept them");
        }
        Ok(keys)
    }

    /// What lies in their place now.
    fn kept(&self, access: &KeyAccess) -> Result<Zeroizing<String>> {
        let gone = || Error::Key("what was put away is gone".into());
        match &self.place {
            Place::Keychain { chain, name } => {
                let found = chain.get(name).map_err(|e| Error::KeychainLocked(e.0))?;
                found.ok_or_else(gone)
            }
            Place::Sealed(_) => {
                let file = read_private(&self.home.sealed_key())?.ok_or_else(gone)?;
                let passphrase = access.passphrase.as_ref().ok_or(Error::PassphraseNeeded)?;
                Ok(sealed::open(&file, passphrase)?.0)
            }
            Place::Plain => read_private(&self.home.key())?.ok_or_else(gone),
        }
    }

    fn save(&self) -> Result<()> {
        let text = self.words.text();
        match &self.place {
            Place::Keychain { chain, name } => chain
                .set(name, &text)
                .map_err(|e| Error::KeychainLocked(e.0)),
            Place::Sealed(seal) => write_private(&self.home.sealed_key(), &seal.seal(&text)?),
            Place::Plain => write_private(&self.home.key(), &text),
        }
    }

    /// Changes what is kept, where that is a change.
    fn change(&mut self, change: impl FnOnce(&mut Words)) -> Result<()> {
        let before = self.words.clone();
        change(&mut self.words);
        if self.words == before {
            return Ok(());
        }
        let saved = self.save();
        if saved.is_err() {
            self.words = before;
        }
        saved
    }

    /// Where they are kept.
    pub(crate) fn place(&self) -> KeyPlace {
        match self.place {
            Place::Keychain { .. } => KeyPlace::Keychain,
            Place::Sealed(_) => KeyPlace::Passphrase,
            Place::Plain => KeyPlace::File,
        }
    }

    /// The key of the outbox.
    pub(crate) fn outbox(&self) -> &FileKey {
        &self.words.outbox
    }

    /// The key of the cache, made where it has none of its own.
    pub(crate) fn cache(&mut self) -> Result<FileKey> {
        if let CacheKey::Own(key) = &self.words.cache {
            return Ok(key.clone());
        }
        let fresh = FileKey::fresh()?;
        match self.change(|words| words.cache = CacheKey::Own(fresh.clone())) {
            Ok(()) => Ok(fresh),
            // on a disk that cannot be written, what a build before left is read as it is
            Err(e) if self.words.cache == CacheKey::Shared => {
                tracing::warn!("the cache stays with the outbox's key: {e}");
                Ok(self.words.outbox.clone())
            }
            Err(e) => Err(e),
        }
    }

    /// Destroys the key of the cache, for good.
    pub(crate) fn destroy_cache(&mut self) -> Result<()> {
        self.change(|words| words.cache = CacheKey::Destroyed)
    }

    /// Destroys all of them, for good: what they encrypt is nobody's to read any more.
    pub(crate) fn destroy(self) -> Result<()> {
        match &self.place {
            Place::Keychain { chain, name } => chain
                .remove(name)
                .map_err(|e| Error::KeychainLocked(e.0))
                .and_then(|()| erase_private(&self.home.id())),
            Place::Sealed(_) => erase_private(&self.home.sealed_key()),
            Place::Plain => erase_private(&self.home.key()),
        }
    }

    /// The device's secret, where it is known here.
    pub(crate) fn device(&self) -> Option<&str> {
        self.words.device.as_ref().map(FileKey::hex)
    }

    /// Keeps the device's secret, for the day that the outbox file is damaged.
    pub(crate) fn keep_device(&mut self, secret: &str) -> Result<()> {
        let secret = FileKey::from_hex(secret);
        self.change(|words| words.device = secret)
    }
}

/// One process at a time settles where the keys are; on a disk that cannot be written there is nothing to settle.
fn turn(home: &Home) -> Option<File> {
    let file = File::create(home.key_lock()).ok()?;
    file.lock().ok()?;
    Some(file)
}

fn read(text: &str) -> Result<Words> {
    Words::read(text).ok_or_else(|| Error::Key("what is kept there is no key".into()))
}

/// What the plain file holds, where there is one.
fn plain(home: &Home) -> Result<Option<Words>> {
    let Some(text) = read_private(&home.key())? else {
        return Ok(None);
    };
    let words = Words::read(&text);
    words
        .map(Some)
        .ok_or_else(|| Error::Key(format!("{} does not hold a key", home.key().display())))
}

/// A move was cut off before its end: the plain file goes now.
fn erase_plain(home: &Home, plain: Option<Words>, kept: &Words) -> Result<()> {
    match plain {
        None => Ok(()),
        Some(plain) if plain.outbox == kept.outbox => erase_private(&home.key()),
        Some(_) => Err(Error::Key(format!(
            "{} holds another key than the one that is kept for this counter",
            home.key().display()
        ))),
    }
}

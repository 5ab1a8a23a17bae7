//! What is kept of the keys, as text.

use crate::home::FileKey;
use zeroize::Zeroizing;

/// The key of the cache.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum CacheKey {
    /// It has one of its own.
    Own(FileKey),
    /// A build before gave it the outbox's.
    Shared,
    /// It was destroyed with what the cache held.
    Destroyed,
}

/// The keys, and the device's secret for the day that the outbox file is damaged.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) outbox: FileKey,
    pub(super) cache: CacheKey,
    pub(super) device: Option<FileKey>,
}

const SHARED: &str = "shared";
const NONE: &str = "none";

impl Words {
    /// Reads the text; none where it is no such text. A build before kept one key alone.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let outbox = FileKey::from_hex(words.next()?)?;
        let cache = match words.next() {
            None | Some(SHARED) => CacheKey::Shared,
            Some(NONE) => CacheKey::Destroyed,
            Some(own) => CacheKey::Own(FileKey::from_hex(own)?),
        };
        let device = match words.next() {
            None | Some(NONE) => None,
            Some(own) => Some(FileKey::from_hex(own)?),
        };
        words.next().is_none().then_some(Self {
            outbox,
            cache,
            device,
        })
    }

    /// The text.
    pub(super) fn text(&self) -> Zeroizing<String> {
        let cache = match &self.cache {
            CacheKey::Own(key) => key.hex(),
            CacheKey::Shared => SHARED,
            CacheKey::Destroyed => NONE,
        };
        let device = self.device.as_ref().map_or(NONE, FileKey::hex);
        Zeroizing::new(format!("{} {cache} {device}", self.outbox.hex()))
    }
}

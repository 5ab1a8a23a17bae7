//! Where keys are kept, with a keychain that can be locked, away, or cut off in the middle.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use super::access::KeyAccess;
use super::keychain::{Keychain, Unusable};
use super::words::{CacheKey, Words};
use super::{Keyring, sealed};
use crate::error::Error;
use crate::home::{FileKey, Home};
use crate::view::KeyPlace;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use zeroize::Zeroizing;

const PASSPHRASE: &str = "four lanterns at the well";

/// How a keychain behaves.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Open,
    /// Says of what it has that it is not there, and takes nothing.
    Locked,
    Away,
    /// Works so many times, and is gone then: a power cut in the middle.
    Times(u32),
}

struct Chain {
    kept: Mutex<HashMap<String, String>>,
    mood: Mutex<Mood>,
    reads: Mutex<u32>,
}

impl Chain {
    fn new(mood: Mood) -> Arc<Self> {
        Arc::new(Self {
            kept: Mutex::default(),
            mood: Mutex::new(mood),
            reads: Mutex::default(),
        })
    }

    fn set_mood(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// What lies there, whatever its mood.
    fn words(&self) -> Vec<String> {
        self.kept.lock().unwrap().values().cloned().collect()
    }

    fn works(&self) -> Result<bool, Unusable> {
        let mut mood = self.mood.lock().unwrap();
        match &mut *mood {
            Mood::Open => Ok(true),
            Mood::Locked => Ok(false),
            Mood::Away | Mood::Times(0) => Err(Unusable("nobody answers".into())),
            Mood::Times(left) => {
                *left -= 1;
                Ok(true)
            }
        }
    }
}

impl Keychain for Chain {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<String>>, Unusable> {
        *self.reads.lock().unwrap() += 1;
        if !self.works()? {
            return Ok(None);
        }
        Ok(self
            .kept
            .lock()
            .unwrap()
            .get(name)
            .cloned()
            .map(Zeroizing::new))
    }

    fn set(&self, name: &str, text: &str) -> Result<(), Unusable> {
        if !self.works()? {
            return Err(Unusable("locked".into()));
        }
        self.kept.lock().unwrap().insert(name.into(), text.into());
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), Unusable> {
        if !self.works()? {
            return Err(Unusable("locked".into()));
        }
        self.kept.lock().unwrap().remove(name);
        Ok(())
    }
}

fn by(chain: &Arc<Chain>) -> KeyAccess {
    KeyAccess {
        chain: Arc::clone(chain) as Arc<dyn Keychain>,
        passphrase: None,
        insecure: false,
    }
}

struct Place {
    _dir: tempfile::TempDir,
    home: Home,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::open(&dir.path().join("home")).unwrap();
        Self { _dir: dir, home }
    }

    /// One as the build before left it: one key for both files, in a plain file.
    fn of_before() -> Self {
        let place = Self::new();
        std::fs::write(place.home.key(), KEY).unwrap();
        place.use_it();
        place
    }

    /// Files that the keys are of.
    fn use_it(&self) {
        std::fs::write(self.home.outbox(), "x").unwrap();
    }

    fn open(&self, access: &KeyAccess) -> crate::error::Result<Keyring> {
        Keyring::open(&self.home, access)
    }

    /// Whether a text lies in any file of the folder.
    fn holds(&self, text: &str) -> bool {
        std::fs::read_dir(self.home.dir()).unwrap().any(|entry| {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            bytes.windows(text.len()).any(|w| w == text.as_bytes())
        })
    }
}

const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

#[track_caller]
fn code(of: crate::error::Result<Keyring>) -> &'static str {
    match of {
        Ok(_) => panic!("it opened"),
        Err(e) => e.code().0,
    }
}

#[test]
fn what_is_kept_is_one_text() {
    let key = || FileKey::fresh().unwrap();
    for cache in [CacheKey::Own(key()), CacheKey::Shared, CacheKey::Destroyed] {
        for device in [None, Some(key())] {
            let words = Words {
                outbox: key(),
                cache: cache.clone(),
                device,
            };
            assert!(Words::read(&words.text()).unwrap() == words);
        }
    }
    let before = Words::read(KEY).unwrap();
    assert!(before.cache == CacheKey::Shared && before.outbox.hex() == KEY);
    let long = format!("{KEY} {KEY} {KEY} {KEY}");
    for none in ["", "x", &KEY[1..], &format!("{KEY} x"), &long] {
        assert!(Words::read(none).is_none(), "{none}");
    }
}

#[test]
fn a_new_counters_keys_lie_in_the_keychain_and_are_read_once_a_start() {
    let (place, chain) = (Place::new(), Chain::new(Mood::Open));
    let mut keys = place.open(&by(&chain)).unwrap();
    assert_eq!(keys.place(), KeyPlace::Keychain);
    let (outbox, cache) = (keys.outbox().clone(), keys.cache().unwrap());
    assert!(outbox != cache, "one key each");
    place.use_it();
    for key in [&outbox, &cache] {
        assert!(!place.holds(key.hex()), "a key in a file");
    }
    *chain.reads.lock().unwrap() = 0;
    let mut again = place.open(&by(&chain)).unwrap();
    assert!(*again.outbox() == outbox && again.cache().unwrap() == cache);
    assert_eq!(*chain.reads.lock().unwrap(), 1);
    assert_eq!(chain.words().len(), 1, "what was tried out is gone");
}

#[test]
fn a_home_of_the_build_before_is_brought_over_wherever_that_is_cut_off() {
    for times in 0..12 {
        let place = Place::of_before();
        let chain = Chain::new(Mood::Times(times));
        let cut = place.open(&by(&chain));
        if let Ok(keys) = &cut {
            assert!(keys.outbox().hex() == KEY, "{times}");
        } else {
            assert!(
                place.holds(KEY),
                "{times}: cut off, and the key is not lost"
            );
        }
        chain.set_mood(Mood::Open);
        let mut keys = place.open(&by(&chain)).unwrap();
        assert!(keys.outbox().hex() == KEY, "{times}");
        assert!(!place.home.key().exists() && !place.holds(KEY), "{times}");
        assert_eq!(chain.words().len(), 1, "{times}");
        assert!(keys.cache().unwrap().hex() != KEY, "the cache gets its own");
    }
}

#[test]
fn a_move_that_was_cut_off_before_the_file_was_erased_ends_at_the_next_start() {
    // into the keychain
    let (place, chain) = (Place::of_before(), Chain::new(Mood::Open));
    place.open(&by(&chain)).unwrap();
    std::fs::write(place.home.key(), KEY).unwrap();
    let keys = place.open(&by(&chain)).unwrap();
    assert!(keys.outbox().hex() == KEY && !place.home.key().exists());
    // behind a passphrase
    let (place, away) = (Place::of_before(), Chain::new(Mood::Away));
    let access = by(&away).with_passphrase(PASSPHRASE);
    place.open(&access).unwrap();
    std::fs::write(place.home.key(), KEY).unwrap();
    let keys = place.open(&access).unwrap();
    assert!(keys.outbox().hex() == KEY && !place.home.key().exists());
    // a key that is not the one that is kept is nobody's to erase
    std::fs::write(place.home.key(), KEY.replace('0', "1")).unwrap();
    assert_eq!(code(place.open(&access)), "key_unusable");
    assert!(place.home.key().exists());
}

#[test]
fn without_a_keychain_a_passphrase_is_chosen_and_asked_for() {
    for mood in [Mood::Away, Mood::Locked] {
        for place in [Place::new(), Place::of_before()] {
            let access = by(&Chain::new(mood));
            assert_eq!(code(place.open(&access)), "passphrase_choose");
            for weak in ["short", "aaaaaaaaaaaaaaaaaaaaaaaa", "一二三四"] {
                let weak = place.open(&access.clone().with_passphrase(weak));
                assert_eq!(code(weak), "passphrase_weak");
            }
            let mut keys = place
                .open(&access.clone().with_passphrase(PASSPHRASE))
                .unwrap();
            assert_eq!(keys.place(), KeyPlace::Passphrase);
            let (outbox, cache) = (keys.outbox().clone(), keys.cache().unwrap());
            place.use_it();
            assert!(!place.home.key().exists());
            assert!(!place.holds(outbox.hex()) && !place.holds(cache.hex()));

            assert_eq!(code(place.open(&access)), "passphrase_needed");
            let wrong = access.clone().with_passphrase("four lanterns at the wall");
            assert_eq!(code(place.open(&wrong)), "passphrase_wrong");
            // as an input method may write it
            let wide = " four　lanterns at the ｗell\n";
            let mut again = place.open(&access.clone().with_passphrase(wide)).unwrap();
            assert!(*again.outbox() == outbox && again.cache().unwrap() == cache);
            // a keychain that comes later changes nothing
            assert_eq!(
                code(place.open(&by(&Chain::new(Mood::Open)))),
                "passphrase_needed"
            );
        }
    }
}

#[test]
fn six_chinese_characters_are_a_passphrase() {
    assert!(sealed::Seal::new("灯前井边四盏").is_ok());
}

#[test]
fn a_sealed_file_that_asks_for_too_much_or_was_changed_is_refused() {
    let (place, away) = (Place::new(), Chain::new(Mood::Away));
    let access = by(&away).with_passphrase(PASSPHRASE);
    place.open(&access).unwrap();
    let whole = std::fs::read_to_string(place.home.sealed_key()).unwrap();
    for (from, to) in [
        ("\"memory_kib\":65536", "\"memory_kib\":1073741824"),
        ("\"times\":3", "\"times\":4000000"),
        ("sealed.1", "sealed.9"),
        ("{", ""),
    ] {
        let changed = whole.replacen(from, to, 1);
        assert_ne!(changed, whole, "{from}");
        std::fs::write(place.home.sealed_key(), changed).unwrap();
        assert_eq!(code(place.open(&access)), "key_unusable", "{from}");
    }
    // a weaker cost is another key
    let weaker = whole.replacen("\"times\":3", "\"times\":1", 1);
    std::fs::write(place.home.sealed_key(), weaker).unwrap();
    assert_eq!(code(place.open(&access)), "passphrase_wrong");
}

#[test]
fn a_keychain_that_is_locked_is_no_lost_key_and_makes_no_new_one() {
    let (place, chain) = (Place::new(), Chain::new(Mood::Open));
    let key = place.open(&by(&chain)).unwrap().outbox().clone();
    place.use_it();
    for mood in [Mood::Locked, Mood::Away] {
        chain.set_mood(mood);
        assert_eq!(code(place.open(&by(&chain))), "keychain_locked");
        // neither a passphrase nor a plain file takes its place
        let other = by(&chain).with_passphrase(PASSPHRASE).or_insecure();
        assert_eq!(code(place.open(&other)), "keychain_locked");
    }
    chain.set_mood(Mood::Open);
    assert!(*place.open(&by(&chain)).unwrap().outbox() == key);
}

#[test]
fn a_copied_folder_opens_nothing_elsewhere() {
    let (place, chain) = (Place::new(), Chain::new(Mood::Open));
    place.open(&by(&chain)).unwrap();
    place.use_it();
    for mood in [Mood::Open, Mood::Locked, Mood::Away] {
        let elsewhere = Chain::new(mood);
        for access in [by(&elsewhere), by(&elsewhere).or_insecure()] {
            let said = code(place.open(&access));
            let expected = if mood == Mood::Open {
                "key_unusable"
            } else {
                "keychain_locked"
            };
            assert_eq!(said, expected);
        }
        assert!(elsewhere.words().is_empty(), "no key was made");
    }
    // files without anything that says where their key is
    std::fs::remove_file(place.home.id()).unwrap();
    assert_eq!(code(place.open(&by(&chain))), "key_unusable");
}

#[test]
fn a_plain_file_is_used_where_that_was_asked_for_and_nowhere_else() {
    let (place, chain) = (Place::new(), Chain::new(Mood::Open));
    let insecure = by(&chain).or_insecure();
    let mut keys = place.open(&insecure).unwrap();
    assert_eq!(keys.place(), KeyPlace::File);
    let (outbox, cache) = (keys.outbox().clone(), keys.cache().unwrap());
    place.use_it();
    assert!(place.holds(outbox.hex()) && place.holds(cache.hex()));
    assert!(chain.words().is_empty());
    // once it is not asked for any more, they leave it, and do not come back
    let mut keys = place.open(&by(&chain)).unwrap();
    assert_eq!(keys.place(), KeyPlace::Keychain);
    assert!(*keys.outbox() == outbox && keys.cache().unwrap() == cache);
    assert!(!place.holds(outbox.hex()) && !place.holds(cache.hex()));
    assert_eq!(place.open(&insecure).unwrap().place(), KeyPlace::Keychain);
    assert!(!place.home.key().exists());
}

#[test]
fn a_destroyed_key_is_gone_from_where_it_was_and_the_next_is_another() {
    let (open, away) = (Chain::new(Mood::Open), Chain::new(Mood::Away));
    for access in [
        by(&open),
        by(&away).with_passphrase(PASSPHRASE),
        by(&away).or_insecure(),
    ] {
        let place = Place::new();
        let mut keys = place.open(&access).unwrap();
        let (outbox, cache) = (keys.outbox().clone(), keys.cache().unwrap());
        keys.keep_device(KEY).unwrap();
        place.use_it();
        keys.destroy_cache().unwrap();
        drop(keys);
        assert!(!place.holds(cache.hex()));
        assert!(!open.words().iter().any(|w| w.contains(cache.hex())));
        let mut again = place.open(&access).unwrap();
        assert!(*again.outbox() == outbox && again.device() == Some(KEY));
        assert!(again.cache().unwrap() != cache);
    }
}

#[test]
fn garbage_in_the_plain_file_is_no_key() {
    let (place, chain) = (Place::of_before(), Chain::new(Mood::Open));
    for garbage in ["", "no key", "zz"] {
        std::fs::write(place.home.key(), garbage).unwrap();
        for access in [by(&chain), by(&chain).or_insecure()] {
            let refused = place.open(&access);
            assert!(matches!(refused, Err(Error::Key(_))));
        }
    }
    assert!(chain.words().is_empty());
}

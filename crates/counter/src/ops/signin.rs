//! Signing in by PIN. The PIN opens the clerk's key on this device, with no network; the first time on a device the
//! centre checks it, and the key is made then.

use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::hand::{Hand, Hands};
use crate::home::device_secret;
use crate::outbox::{self, Identity, KeptKey};
use crate::seal::seal;
use crate::sync;
use crate::view::{ClerkCard, Millis, Session};
use argon2::{Argon2, PasswordHash, PasswordVerifier};
use ed25519_dalek::SigningKey;
use protocol::ClerkId;
use protocol::clerk::{ClerkReply, ClerkRequest};
use protocol::entity::{Clerk, Role};
use std::fs::File;
use std::time::Duration;
use zeroize::Zeroizing;

/// How long the first sign-in waits for the centre.
const PATIENCE: Duration = Duration::from_secs(15);

/// Proof that a clerk signed in; only [`Engine::sign_in`] makes one.
#[derive(Debug, Clone)]
pub struct SignedIn {
    hand: Hand,
    role: Role,
    name: String,
    since: Millis,
}

impl SignedIn {
    /// Who it is, for the screens.
    pub fn session(&self) -> Session {
        Session {
            clerk: ClerkCard {
                id: self.hand.clerk().to_string(),
                name: self.name.clone(),
                role: ClerkCard::role_word(self.role).to_owned(),
                here: true,
            },
            since: self.since,
        }
    }

    pub(crate) fn clerk(&self) -> &ClerkId {
        self.hand.clerk()
    }

    /// The key that the PIN opened.
    pub(crate) fn hand(&self) -> &Hand {
        &self.hand
    }

    /// By this clerk's hand alone.
    pub(crate) fn hands(&self) -> Hands {
        Hands::of(self.hand.clone())
    }

    pub(crate) fn role(&self) -> Role {
        self.role
    }
}

impl Engine {
    /// Clerks who may sign in here.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub fn clerks(&self) -> Result<Vec<ClerkCard>> {
        let clerks = self.cache(cache::clerks)?;
        let keys = self.shared.outbox().read(outbox::clerk_keys)?;
        let here = |clerk: &Clerk| {
            let kept = |key: &KeptKey| key.clerk == clerk.id && key.pin_mark == clerk.mark();
            !clerk.pin_hash.is_empty() || keys.iter().any(kept)
        };
        let cards = clerks.iter().map(|clerk| ClerkCard {
            here: here(clerk),
            ..ClerkCard::of(clerk)
        });
        Ok(cards.collect())
    }

    /// Signs a clerk in. Each try counts, on the disk, before the PIN is looked at; after five wrong ones whoever tries
    /// must wait, longer each time. The first time on this device the centre checks the PIN.
    ///
    /// # Errors
    /// [`Error::ClerkUnknown`], [`Error::PinWrong`], [`Error::PinLocked`]; [`Error::FirstSignInOffline`] where the clerk
    /// has not signed in here before and the centre cannot be reached.
    pub fn sign_in(&self, clerk: &str, pin: &str) -> Result<SignedIn> {
        let now = self.shared.now()?;
        let found = self
            .cache(|c| cache::one::<Clerk>(c, clerk))?
            .filter(|c| c.active);
        let found = found.ok_or(Error::ClerkUnknown)?;
        // one at a time, in whichever process: several right ones at once are no wrong tries
        let mut turn = Some(self.pin_turn()?);
        let (counted, kept) = self.shared.outbox().write(|tx| {
            let counted = outbox::count_try(tx, clerk, now)?;
            Ok((counted, outbox::clerk_key(tx, clerk)?))
        })?;
        let counted = counted.map_err(|until| Error::PinLocked {
            until: until.timestamp_millis(),
        })?;
        let kept = kept.filter(|kept| kept.pin_mark == found.mark());
        let opened = match kept {
            Some(kept) => self.open_here(kept, pin),
            None if !found.pin_hash.is_empty() => self.make_by_hash(&found, pin),
            None => {
                // nobody waits for the network, and the centre counts for itself
                turn.take();
                let told = self.make_at_centre(&found, pin);
                if told.as_ref().is_err_and(was_not_looked_at) {
                    self.shared
                        .outbox()
                        .write(|tx| outbox::take_back_try(tx, clerk, &counted))?;
                }
                told
            }
        };
        let Some(key) = opened? else {
            return Err(match counted.tries.locked_until(now) {
                Some(until) => Error::PinLocked {
                    until: until.timestamp_millis(),
                },
                None => Error::PinWrong {
                    tries_left: counted.tries.left(),
                },
            });
        };
        self.shared.outbox().write(|tx| {
            outbox::pin_right(tx, clerk)?;
            outbox::note_sign_in(tx, &found.id, now)
        })?;
        drop(turn);
        Ok(SignedIn {
            hand: Hand::new(found.id, key),
            role: found.role,
            name: found.name,
            since: now.into(),
        })
    }

    /// Waits until no other PIN is looked at on this device.
    fn pin_turn(&self) -> Result<File> {
        let lock = self.shared.home().pin_lock();
        let file = File::create(&lock).map_err(Error::home(&lock))?;
        file.lock().map_err(Error::home(&lock))?;
        Ok(file)
    }

    /// Whether somebody who signed in is stopped since: the clerk has left, or has another PIN. What was in hand is the
    /// next clerk's to finish.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn is_stopped(&self, clerk: &SignedIn) -> Result<bool> {
        self.shared
            .outbox()
            .read(|c| outbox::has_ended(c, clerk.hand()))
    }

    /// Opens the key that is here; none where it is another PIN's.
    fn open_here(&self, kept: KeptKey, pin: &str) -> Result<Option<SigningKey>> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let secret = device_secret(self.shared.key())?;
        let about = about(&me, &kept.clerk, &kept.public_key, &kept.pin_mark);
        let opened = kept.sealed.open(pin, &secret, &about);
        if let (Some(key), None) = (&opened, &kept.certificate) {
            self.tell_later(Hand::new(kept.clerk, key.clone()), pin);
        }
        Ok(opened)
    }

    /// By the hash that a centre, or a cache, of an older build has told; the key is made at this moment, and the centre
    /// hears of it at the next contact.
    fn make_by_hash(&self, found: &Clerk, pin: &str) -> Result<Option<SigningKey>> {
        let hash = PasswordHash::new(&found.pin_hash)
            .map_err(|e| Error::CacheDamaged(format!("a clerk's PIN hash: {e}")))?;
        if Argon2::default()
            .verify_password(pin.as_bytes(), &hash)
            .is_err()
        {
            return Ok(None);
        }
        let key = fresh_key()?;
        self.keep_key(&key, found, pin, (&found.mark(), None))?;
        self.tell_later(Hand::new(found.id.clone(), key.clone()), pin);
        Ok(Some(key))
    }

    /// By the centre, which knows the PIN.
    fn make_at_centre(&self, found: &Clerk, pin: &str) -> Result<Option<SigningKey>> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let client = self.shared.client(&me)?;
        let key = fresh_key()?;
        let place = (me.centre, me.device);
        let request = ClerkRequest::by_pin(&key, place, found.id.clone(), pin);
        let asked = self.within(PATIENCE, sync::tell_key(&client, &request));
        let reply = match asked {
            Ok(Some(reply)) => reply,
            Ok(None) | Err(Error::Offline(_)) => return Err(Error::FirstSignInOffline),
            Err(e) => return Err(e),
        };
        self.shared.reached();
        match reply {
            ClerkReply::Known { certificate } => {
                if certificate.public_key != request.public_key || certificate.clerk != found.id {
                    return Err(Error::Nonsense("a certificate of another key".into()));
                }
                let mark = certificate.pin_mark.clone();
                self.keep_key(&key, found, pin, (&mark, Some(certificate)))?;
                Ok(Some(key))
            }
            ClerkReply::PinWrong { tries_left } => Err(Error::PinWrong { tries_left }),
            ClerkReply::Locked { until } => Err(Error::PinLocked {
                until: until.timestamp_millis(),
            }),
            ClerkReply::NotHere => Err(Error::ClerkUnknown),
            ClerkReply::AskPin => Err(Error::Nonsense("the PIN was given".into())),
        }
    }

    fn keep_key(
        &self,
        key: &SigningKey,
        found: &Clerk,
        pin: &str,
        (mark, certificate): (&str, Option<protocol::clerk::Certificate>),
    ) -> Result<()> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let secret = device_secret(self.shared.key())?;
        let public_key = hex::encode(key.verifying_key().to_bytes());
        let about = about(&me, &found.id, &public_key, mark);
        let kept = KeptKey {
            clerk: found.id.clone(),
            sealed: seal(key, pin, &secret, &about)?,
            public_key,
            pin_mark: mark.to_owned(),
            certificate,
        };
        self.shared
            .outbox()
            .write(|tx| outbox::keep_clerk_key(tx, &kept))
    }

    /// The centre is told of the key by the PIN at the next contact of this process, which begins at once where it can. The
    /// PIN is in memory alone until then; where the process ends before, the next sign-in gives it again.
    fn tell_later(&self, hand: Hand, pin: &str) {
        self.shared.tell_key(hand, Zeroizing::new(pin.to_owned()));
        // one of an older build takes none
        let takes = |hello: protocol::hello::HelloReply| hello.unknown_keys.is_some();
        if self.shared.standing_hello().is_some_and(takes) {
            self.shared.keep_hello(None);
            self.shared.wake().notify_one();
        }
    }
}

/// What a sealed key is bound to.
fn about(me: &Identity, clerk: &ClerkId, public_key: &str, mark: &str) -> String {
    format!("{}/{clerk}/{public_key}/{mark}", me.device)
}

fn fresh_key() -> Result<SigningKey> {
    let mut bytes = Zeroizing::new([0u8; 32]);
    getrandom::fill(bytes.as_mut_slice())?;
    Ok(SigningKey::from_bytes(&bytes))
}

/// Whether nobody has looked at the PIN: such a try does not count.
fn was_not_looked_at(error: &Error) -> bool {
    !matches!(error, Error::PinWrong { .. } | Error::PinLocked { .. })
}

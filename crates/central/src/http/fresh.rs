//! What makes a request count once: nonces that this process gives, and proofs that it has taken.
//!
//! A nonce says when it was given, and is sealed with a secret of this process: nothing is kept of those that are out. Of
//! proofs that were taken the ids are kept as long as their nonces hold. A process knows no other's nonces: whoever comes
//! with one is given a new one, and asks again.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// How long a nonce holds.
const HOLDS: Duration = Duration::from_secs(120);
/// Proofs of which the ids are kept at most: more come only from those who have a key, and then all nonces end at once.
const MOST: usize = 1 << 20;
/// Bytes of the seal.
const SEAL: usize = 16;

/// The nonces of this process, and what came with them.
#[derive(Debug)]
pub struct Fresh {
    begun: Instant,
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    secret: [u8; 32],
    /// Ids of proofs that were taken in this span of time, and in the one before.
    taken: [HashSet<Uuid>; 2],
    span: u128,
}

/// Why a proof is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stale;

impl Fresh {
    /// With a secret of its own.
    ///
    /// # Errors
    /// Where the system has no randomness.
    pub fn new() -> Result<Self, getrandom::Error> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)?;
        Ok(Self {
            begun: Instant::now(),
            kept: Mutex::new(Kept {
                secret,
                taken: Default::default(),
                span: 0,
            }),
        })
    }

    /// A nonce for the next proof.
    pub fn nonce(&self) -> String {
        self.nonce_at(self.begun.elapsed())
    }

    /// Takes a proof once, where its nonce holds.
    ///
    /// # Errors
    /// [`Stale`]: another nonce is to be asked for.
    pub fn take(&self, nonce: &str, proof: Uuid) -> Result<(), Stale> {
        self.take_at(nonce, proof, self.begun.elapsed())
    }

    fn nonce_at(&self, now: Duration) -> String {
        let given = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.text(given)
    }

    fn take_at(&self, nonce: &str, proof: Uuid, now: Duration) -> Result<(), Stale> {
        let digits = nonce.get(..16).ok_or(Stale)?;
        let given = u64::from_str_radix(digits, 16).map_err(|_| Stale)?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.check(given, nonce)?;
        let age = now.checked_sub(Duration::from_millis(given)).ok_or(Stale)?;
        if age > HOLDS {
            return Err(Stale);
        }
        kept.go_to(now.as_millis() / HOLDS.as_millis())?;
        let [own, before] = &mut kept.taken;
        if before.contains(&proof) || !own.insert(proof) {
            return Err(Stale);
        }
        Ok(())
    }
}

impl Kept {
    fn seal(&self, given: u64) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).ok()?;
        mac.update(&given.to_be_bytes());
        Some(mac)
    }

    fn text(&self, given: u64) -> String {
        let seal = self.seal(given).map(|mac| mac.finalize().into_bytes());
        let seal = seal.as_ref().and_then(|seal| seal.get(..SEAL));
        format!("{given:016x}{}", hex::encode(seal.unwrap_or_default()))
    }

    fn check(&self, given: u64, nonce: &str) -> Result<(), Stale> {
        let seal = nonce.get(16..).ok_or(Stale)?;
        let seal = hex::decode(seal).map_err(|_| Stale)?;
        if seal.len() != SEAL {
            return Err(Stale);
        }
        let mac = self.seal(given).ok_or(Stale)?;
        mac.verify_truncated_left(&seal).map_err(|_| Stale)
    }

    /// Forgets what came with nonces that are over.
    fn go_to(&mut self, span: u128) -> Result<(), Stale> {
        if span > self.span {
            let [own, before] = &mut self.taken;
            if span == self.span + 1 {
                std::mem::swap(own, before);
            } else {
                before.clear();
            }
            own.clear();
            self.span = span;
        }
        let [own, before] = &mut self.taken;
        if own.len() + before.len() >= MOST {
            tracing::warn!("too many requests to remember them: all nonces end");
            own.clear();
            before.clear();
            getrandom::fill(&mut self.secret).map_err(|_| Stale)?;
            return Err(Stale);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_proof_counts_once_and_a_nonce_for_two_minutes() {
        let fresh = Fresh::new().unwrap();
        let nonce = fresh.nonce_at(at(1));
        let (one, other) = (Uuid::new_v4(), Uuid::new_v4());
        assert_eq!(fresh.take_at(&nonce, one, at(2)), Ok(()));
        assert_eq!(fresh.take_at(&nonce, one, at(3)), Err(Stale));
        assert_eq!(fresh.take_at(&nonce, other, at(119)), Ok(()));
        // into the next span of time it is remembered as well
        assert_eq!(fresh.take_at(&nonce, other, at(120)), Err(Stale));
        assert_eq!(fresh.take_at(&nonce, Uuid::new_v4(), at(121)), Ok(()));
        assert_eq!(fresh.take_at(&nonce, Uuid::new_v4(), at(122)), Err(Stale));
        let later = fresh.nonce_at(at(1_000));
        assert_eq!(fresh.take_at(&later, one, at(1_001)), Ok(()), "forgotten");
    }

    #[test]
    fn a_nonce_that_nobody_gave_is_none() {
        let (fresh, another) = (Fresh::new().unwrap(), Fresh::new().unwrap());
        let nonce = fresh.nonce_at(at(1));
        assert_eq!(nonce.len(), 48);
        let mut younger = nonce.clone();
        younger.replace_range(..16, &format!("{:016x}", 90_000));
        for wrong in [
            another.nonce_at(at(1)),
            younger,
            nonce[..47].to_owned(),
            format!("{nonce}00"),
            nonce[..16].to_owned(),
            String::new(),
            "花".repeat(16),
            fresh.nonce_at(at(500)),
        ] {
            let taken = fresh.take_at(&wrong, Uuid::new_v4(), at(91));
            assert_eq!(taken, Err(Stale), "{wrong}");
        }
    }

    #[test]
    fn what_is_remembered_has_a_bound() {
        let fresh = Fresh::new().unwrap();
        let nonce = fresh.nonce_at(at(1));
        let taken = (0..MOST).all(|_| fresh.take_at(&nonce, Uuid::new_v4(), at(2)).is_ok());
        assert!(taken);
        assert_eq!(fresh.take_at(&nonce, Uuid::new_v4(), at(2)), Err(Stale));
        let next = fresh.nonce_at(at(2));
        assert_eq!(fresh.take_at(&next, Uuid::new_v4(), at(2)), Ok(()));
    }
}

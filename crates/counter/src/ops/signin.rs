//! Signing in by PIN, with no network.

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::view::{ClerkCard, Millis, Session};
use crate::{cache, outbox};
use argon2::{Argon2, PasswordHash, PasswordVerifier};
use protocol::ClerkId;
use protocol::entity::{Clerk, Role};

/// Proof that a clerk signed in; only [`Engine::sign_in`] makes one.
#[derive(Debug, Clone)]
pub struct SignedIn {
    id: ClerkId,
    role: Role,
    name: String,
    since: Millis,
}

impl SignedIn {
    /// Who it is, for the screens.
    pub fn session(&self) -> Session {
        Session {
            clerk: ClerkCard {
                id: self.id.to_string(),
                name: self.name.clone(),
                role: ClerkCard::role_word(self.role).to_owned(),
            },
            since: self.since,
        }
    }

    pub(crate) fn clerk(&self) -> &ClerkId {
        &self.id
    }

    pub(crate) fn role(&self) -> Role {
        self.role
    }
}

impl Engine {
    /// Clerks who may sign in here.
    ///
    /// # Errors
    /// Where the cache cannot be read.
    pub fn clerks(&self) -> Result<Vec<ClerkCard>> {
        Ok(self
            .cache(cache::clerks)?
            .iter()
            .map(ClerkCard::of)
            .collect())
    }

    /// Signs a clerk in. Five wrong PINs lock the clerk for five minutes on this counter; the
    /// count outlives a restart.
    ///
    /// # Errors
    /// [`Error::ClerkUnknown`], [`Error::PinWrong`], [`Error::PinLocked`].
    pub fn sign_in(&self, clerk: &str, pin: &str) -> Result<SignedIn> {
        let now = self.shared.now()?;
        let found = self
            .cache(|c| cache::one::<Clerk>(c, clerk))?
            .filter(|c| c.active);
        let found = found.ok_or(Error::ClerkUnknown)?;
        let locked = self
            .shared
            .outbox()
            .read(|c| outbox::locked_until(c, clerk, now.timestamp_millis()))?;
        if let Some(until) = locked {
            return Err(Error::PinLocked { until });
        }
        let hash = PasswordHash::new(&found.pin_hash)
            .map_err(|e| Error::CacheDamaged(format!("a clerk's PIN hash: {e}")))?;
        if Argon2::default()
            .verify_password(pin.as_bytes(), &hash)
            .is_err()
        {
            let left = self
                .shared
                .outbox()
                .write(|tx| outbox::pin_wrong(tx, clerk, now.timestamp_millis()))?;
            return Err(match left {
                0 => Error::PinLocked {
                    until: now.timestamp_millis() + outbox::LOCK_MS,
                },
                tries_left => Error::PinWrong { tries_left },
            });
        }
        self.shared
            .outbox()
            .write(|tx| outbox::pin_right(tx, clerk))?;
        Ok(SignedIn {
            id: found.id,
            role: found.role,
            name: found.name,
            since: now.into(),
        })
    }
}

//! By whose hand something is done: a clerk with the key that the PIN has opened on this device, and perhaps the manager
//! who approved it.

use ed25519_dalek::SigningKey;
use protocol::ClerkId;
use protocol::operation::{BY_ITSELF, Operation};
use std::sync::Arc;

/// A clerk, and the key that signs what the clerk does here.
#[derive(Clone)]
pub(crate) struct Hand {
    clerk: ClerkId,
    key: Arc<SigningKey>,
}

impl std::fmt::Debug for Hand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // never the key
        f.debug_tuple("Hand").field(&self.clerk).finish()
    }
}

impl Hand {
    pub(crate) fn new(clerk: ClerkId, key: SigningKey) -> Self {
        Self {
            clerk,
            key: Arc::new(key),
        }
    }

    pub(crate) fn clerk(&self) -> &ClerkId {
        &self.clerk
    }

    pub(crate) fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The public half, 64 hex digits.
    pub(crate) fn public_key(&self) -> String {
        hex::encode(self.key.verifying_key().to_bytes())
    }
}

/// Who did an operation, and who approved it.
#[derive(Debug, Clone)]
pub(crate) struct Hands {
    clerk: Option<Hand>,
    manager: Option<Hand>,
}

impl Hands {
    /// The counter does it by itself.
    pub(crate) fn nobody() -> Self {
        Self {
            clerk: None,
            manager: None,
        }
    }

    /// A clerk does it.
    pub(crate) fn of(clerk: Hand) -> Self {
        Self {
            clerk: Some(clerk),
            manager: None,
        }
    }

    /// And a manager approved it.
    #[must_use]
    pub(crate) fn approved_by(self, manager: Option<Hand>) -> Self {
        Self { manager, ..self }
    }

    /// The clerk's id as it stands in the operation.
    pub(crate) fn name(&self) -> ClerkId {
        self.clerk
            .as_ref()
            .map_or_else(|| ClerkId::new(BY_ITSELF), |hand| hand.clerk.clone())
    }

    /// Those whose keys sign it.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Hand> {
        self.clerk.iter().chain(&self.manager)
    }

    /// Signs an operation that is whole.
    pub(crate) fn sign(&self, op: &mut Operation) {
        if let Some(clerk) = &self.clerk {
            op.sign_as_clerk(&clerk.key);
        }
        if let Some(manager) = &self.manager {
            op.sign_as_manager(&manager.clerk, &manager.key);
        }
    }
}

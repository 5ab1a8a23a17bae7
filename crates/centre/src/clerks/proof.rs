//! Whether who did something is proven: by the signatures of the clerk's key on that device, and of the key of the manager
//! who approved it.

use std::collections::HashMap;

use centre_store::column::Proof;
use centre_store::tables::{clerk_key, device};
use chrono::{DateTime, Utc};
use ed25519_dalek::VerifyingKey;
use protocol::operation::{BY_ITSELF, Operation, OperationKind as _, Release};
use protocol::signature::public_key_from_hex;
use protocol::{ClerkId, Epoch, Hash, Seq};
use sea_orm::ConnectionTrait;

use super::hashes;
use super::keys::of;
use crate::error::ServiceError;

/// On the manager's list: nothing proves that the clerk who is named did it.
pub(crate) const CLERK_UNPROVEN: &str = "clerk_unproven";
/// On the manager's list: nothing proves that the manager who is named approved it.
pub(crate) const APPROVAL_UNPROVEN: &str = "approval_unproven";

/// What is proven of one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proven {
    /// That its clerk did it.
    pub clerk: Proof,
    /// That the manager whom it names approved it.
    pub approval: Proof,
    /// Whether its device signs what it does: what it claims without a signature is its store's to bear.
    pub signs: bool,
}

/// Which keys verify an operation's signatures, by their place among the device's keys.
#[derive(Debug, Clone, Copy, Default)]
struct Verified {
    clerk: Option<usize>,
    manager: Option<usize>,
}

/// A device's keys, and what they verify.
#[derive(Debug)]
pub struct Proofs {
    keys: Vec<(clerk_key::Model, VerifyingKey)>,
    /// From which operation on the device signs; none where it never said that it does.
    signs_after: Option<(Epoch, Seq)>,
    /// No build that signs nothing is believed any more.
    all_sign: bool,
    verified: HashMap<Hash, Verified>,
}

impl Proofs {
    /// Reads a device's keys, and verifies the signatures of these operations: before a unit of work begins, so that none
    /// waits for it.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn of<C: ConnectionTrait>(
        db: &C,
        device: &device::Model,
        ops: &[Operation],
    ) -> Result<Self, ServiceError> {
        let signs_after = device
            .signs_since
            .map(|_| (*device.signs_after_epoch, *device.signs_after_seq));
        let signed =
            |op: &&Operation| op.clerk_signature.is_some() || op.approval_signature.is_some();
        let rows = if ops.iter().any(|op| signed(&op)) {
            of(db, *device.id, None).await?
        } else {
            Vec::new()
        };
        let keys = rows.into_iter().filter_map(|row| {
            let key = public_key_from_hex(&row.public_key)?;
            Some((row, key))
        });
        let mut proofs = Self {
            keys: keys.collect(),
            signs_after,
            all_sign: signs_after.is_none() && hashes::stopped(db).await?.is_some(),
            verified: HashMap::new(),
        };
        for op in ops.iter().filter(signed) {
            let found = proofs.verify(op);
            proofs.verified.insert(op.act_hash(), found);
        }
        Ok(proofs)
    }

    fn verify(&self, op: &Operation) -> Verified {
        let manager = approver(op);
        let by = |who: &ClerkId, is: &dyn Fn(&VerifyingKey) -> bool| {
            // the key that holds before those that ended
            let own = self.keys.iter().enumerate();
            let mut own: Vec<_> = own.filter(|(_, (row, _))| *row.clerk_id == *who).collect();
            own.sort_by_key(|(_, (row, _))| row.ended_at.is_some());
            own.into_iter()
                .find(|(_, (_, key))| is(key))
                .map(|(n, _)| n)
        };
        Verified {
            clerk: by(&op.clerk, &|key: &VerifyingKey| op.is_by_clerk(key)),
            manager: manager
                .as_ref()
                .and_then(|who| by(who, &|key: &VerifyingKey| op.is_by_manager(who, key))),
        }
    }

    /// What is proven of an operation that counts at a moment.
    pub fn judge(&self, op: &Operation, at: DateTime<Utc>) -> Proven {
        let signs = self.all_sign
            || self
                .signs_after
                .is_some_and(|after| (op.epoch, op.seq) > after);
        let verified = self.verified.get(&op.act_hash()).copied();
        let verified = verified.unwrap_or_default();
        let holds = |n: usize| {
            let ended = self.keys.get(n).map(|(row, _)| row.ended_at);
            ended.is_some_and(|ended| ended.is_none_or(|ended| at < *ended))
        };
        let proof = |signature: &Option<String>, by: Option<usize>| match signature {
            None if !signs => Proof::Older,
            None => Proof::Unproven,
            Some(_) if by.is_some_and(holds) => Proof::Proven,
            Some(_) => Proof::Unproven,
        };
        let by_itself = op.clerk.as_str() == BY_ITSELF && op.kind == Release::NAME;
        Proven {
            clerk: if by_itself {
                Proof::Nobody
            } else {
                proof(&op.clerk_signature, verified.clerk)
            },
            approval: match approver(op) {
                None => Proof::Nobody,
                Some(_) => proof(&op.approval_signature, verified.manager),
            },
            signs,
        }
    }
}

/// Who approved it, by its own word.
fn approver(op: &Operation) -> Option<ClerkId> {
    // most have none, and are not read for it
    if !op.body.get().contains("\"approval\"") {
        return None;
    }
    let body = op.body().ok().flatten()?;
    body.approval().map(|approval| approval.manager.clone())
}

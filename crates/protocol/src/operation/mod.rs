//! One thing that a clerk did: immutable, numbered, chained. Each kind has a file of its own, and is declared once here.
//!
//! What must be known of a kind everywhere is a method of [`OperationKind`], which does not compile where a kind does not
//! answer it. What one place alone must know is an exhaustive `match` over [`Body`] there.

mod approval;
mod behaviour;
mod envelope;
mod extension;
mod freeze;
mod member_ref;
mod redemption;
mod release;
mod returns;
mod reveal;
mod reversal;
mod sale;
mod sample_given;
mod sign_up;
mod spend;
#[cfg(test)]
mod tests;

use loyalty::deed::Deed;
use loyalty::{OpId, Points};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::entity::MovementKind;
use crate::ids::{MemberId, StoreId};
use crate::personal::PersonalField;

pub use crate::profile::Profile;
pub use crate::sold::SoldAs;
pub use approval::{Approval, Presence, REASONS, reason_word};
pub use behaviour::{Behaviour, JOIN};
pub use envelope::{BY_ITSELF, Operation};
pub use extension::Extension;
pub use freeze::{Freeze, Unfreeze};
pub use member_ref::{MemberRef, PHONE};
pub use redemption::{Redeemed, Redemption};
pub use release::Release;
pub use returns::{REACTION, Return, ReturnLine, what_comes_back};
pub use reveal::Reveal;
pub use reversal::Reversal;
pub use sale::{Sale, SaleLine, recorded_by, sale_lines};
pub use sample_given::{SAMPLE_NAME_CHARS, SAMPLE_REASONS, SampleGiven, sample_reason};
pub use sign_up::{Agreeing, SignUp, TOLD, Told};
pub use spend::{Spend, add_up};

/// What every kind of operation says of itself.
pub trait OperationKind: Serialize + DeserializeOwned {
    /// Its name on the wire and in databases.
    const NAME: &'static str;

    /// When a store's manager has to approve it.
    const APPROVING: Approving;

    /// Whether a clerk does it while the member stands before her.
    const IN_HER_PRESENCE: bool;

    /// Whether a clerk who does it has helped the member: a sale of the next days may be credited to her too.
    const HELPS_MEMBER: bool;

    /// Whether the customer gets a slip of it.
    const GETS_SLIP: bool;

    /// Whether it may give out pieces of a reward: [`OperationKind::pieces`] says which.
    const GIVES_PIECES: bool;

    /// Whether it may spend from allowances or use coupons: the deed's needs say which.
    const SPENDS: bool;

    /// Whether it counts where it comes from a device that was revoked, after that: a paid sale is never refused, what was
    /// handed over is on the store's books; whatever else somebody does with a device that nobody should have is kept for
    /// a manager, and has no effect.
    const TAKEN_AFTER_REVOCATION: bool;

    /// The member whom it names by her id: it is about her account. None where it names nobody, or in another way.
    fn member(&self) -> Option<&MemberId>;

    /// The store that it names; none where it is about no store.
    fn store(&self) -> Option<&StoreId>;

    /// Allowances that it spends from, and how many points of each.
    fn spends(&self) -> &[Spend];

    /// Where a manager's approval of it is kept; none where it has no place for one.
    fn approval_mut(&mut self) -> Option<&mut Option<Approval>>;

    /// The manager's approval that it has.
    fn approval(&self) -> Option<&Approval>;

    /// Whether it is within the limits of amounts and lengths, the personal values of its operation included. What is not is
    /// set aside.
    fn fits(&self, op: &Operation) -> bool;

    /// The deed that it is; none where it does nothing to points, tier or coupons.
    ///
    /// `op_id` is the operation's id, by which a sale and a redemption are known in a book. `of` is the sale that a
    /// return is about, by its own operation's id, where it is known: a receipt's number does not say it.
    fn deed(&self, op_id: &str, of: Option<&str>) -> Option<Deed>;

    /// Takes in what of it stands beside the operation as personal values, where it has such.
    ///
    /// # Errors
    /// Where a value is not what its name says.
    fn take_in(&mut self, _personal: &[PersonalField]) -> Result<(), serde_json::Error> {
        Ok(())
    }

    /// The till's number that it names.
    fn receipt(&self) -> Option<&str> {
        None
    }

    /// Points of the member that it gives out for something.
    fn points(&self) -> Points {
        Points::ZERO
    }

    /// What showed that she was there whose points it gives out.
    fn presence(&self) -> Option<Presence> {
        None
    }

    /// The reward whose pieces it takes out of the store, and how many.
    fn pieces(&self) -> Option<(&str, u32)> {
        None
    }

    /// The redemption that it undoes.
    fn undoes(&self) -> Option<&OpId> {
        None
    }

    /// How points that it moved are told to counters beside sales and redemptions; none where the accounts between which
    /// they moved say all.
    fn moves_points_as(&self) -> Option<MovementKind> {
        None
    }
}

/// When a store's manager has to approve an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approving {
    /// Never: there is no place for an approval.
    Never,
    /// Where it goes beyond what a clerk may do by herself.
    Sometimes,
    /// Always.
    Always,
}

/// Declares the bodies: all that is the same for each follows from its line here.
macro_rules! bodies {
    ($($(#[$doc:meta])* $Kind:ident,)*) => {
        /// What an operation says, by its kind.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Body {
            $($(#[$doc])* $Kind($Kind),)*
        }

        /// Names of all kinds that this build knows.
        pub const KINDS: &[&str] = &[$($Kind::NAME,)*];

        /// Names of the kinds that may give out pieces of a reward.
        #[must_use]
        pub fn kinds_that_give_pieces() -> Vec<&'static str> {
            names_where(&[$(($Kind::NAME, $Kind::GIVES_PIECES),)*])
        }

        /// Names of the kinds that may spend from allowances or use coupons.
        #[must_use]
        pub fn kinds_that_spend() -> Vec<&'static str> {
            names_where(&[$(($Kind::NAME, $Kind::SPENDS),)*])
        }

        /// Names of the kinds of which the customer gets a slip.
        #[must_use]
        pub fn kinds_with_slips() -> Vec<&'static str> {
            names_where(&[$(($Kind::NAME, $Kind::GETS_SLIP),)*])
        }

        $(impl From<$Kind> for Body {
            fn from(body: $Kind) -> Self {
                Self::$Kind(body)
            }
        })*

        /// Asks the kind that a body is of.
        macro_rules! of_body {
            ($body:expr, $it:ident => $asked:expr) => {
                match $body { $(Body::$Kind($it) => $asked,)* }
            };
        }

        impl Body {
            /// Reads a body; `None` for a kind that is not known.
            ///
            /// # Errors
            /// Where the text is not a body of the kind.
            pub fn parse(kind: &str, json: &str) -> Result<Option<Self>, serde_json::Error> {
                Ok(Some(match kind {
                    $(<$Kind as OperationKind>::NAME => Self::$Kind(serde_json::from_str(json)?),)*
                    _ => return Ok(None),
                }))
            }
        }
    };
}

bodies! {
    /// A till's sale.
    Sale,
    /// Points given for something.
    Redemption,
    /// Goods brought back.
    Return,
    /// An allowance given back.
    Release,
    /// A look at a member's full name and phone number.
    Reveal,
    /// A change of a member's profile.
    Profile,
    /// A redemption undone.
    Reversal,
    /// Something valued that a member did.
    Behaviour,
    /// Points frozen.
    Freeze,
    /// Points usable again.
    Unfreeze,
    /// Points that last longer.
    Extension,
    /// A sample handed to a member.
    SampleGiven,
    /// Somebody signed up without the network.
    SignUp,
}

fn names_where(kinds: &[(&'static str, bool)]) -> Vec<&'static str> {
    let said_so = kinds.iter().filter(|(_, says)| *says);
    said_so.map(|(name, _)| *name).collect()
}

impl Body {
    /// Reads a body with what of it stands beside the operation; `None` for a kind that is not known.
    ///
    /// # Errors
    /// Where the text is not a body of the kind, or a value not what its name says.
    pub fn read(
        kind: &str,
        json: &str,
        personal: &[PersonalField],
    ) -> Result<Option<Self>, serde_json::Error> {
        let Some(mut body) = Self::parse(kind, json)? else {
            return Ok(None);
        };
        of_body!(&mut body, it => it.take_in(personal))?;
        Ok(Some(body))
    }

    /// The kind's name on the wire.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        fn name<K: OperationKind>(_: &K) -> &'static str {
            K::NAME
        }
        of_body!(self, it => name(it))
    }

    /// The body as JSON text, in one canonical form: fields in declared order, no spaces.
    ///
    /// # Errors
    /// Never for the bodies above; kept so that nothing is unwrapped.
    pub fn to_json(&self) -> Result<Box<RawValue>, serde_json::Error> {
        of_body!(self, it => serde_json::value::to_raw_value(it))
    }

    /// As [`OperationKind::APPROVING`].
    #[must_use]
    pub fn approving(&self) -> Approving {
        fn approving<K: OperationKind>(_: &K) -> Approving {
            K::APPROVING
        }
        of_body!(self, it => approving(it))
    }

    /// As [`OperationKind::TAKEN_AFTER_REVOCATION`].
    #[must_use]
    pub fn taken_after_revocation(&self) -> bool {
        fn taken<K: OperationKind>(_: &K) -> bool {
            K::TAKEN_AFTER_REVOCATION
        }
        of_body!(self, it => taken(it))
    }

    /// As [`OperationKind::IN_HER_PRESENCE`].
    #[must_use]
    pub fn in_her_presence(&self) -> bool {
        fn in_her_presence<K: OperationKind>(_: &K) -> bool {
            K::IN_HER_PRESENCE
        }
        of_body!(self, it => in_her_presence(it))
    }

    /// As [`OperationKind::HELPS_MEMBER`].
    #[must_use]
    pub fn helps_member(&self) -> bool {
        fn helps_member<K: OperationKind>(_: &K) -> bool {
            K::HELPS_MEMBER
        }
        of_body!(self, it => helps_member(it))
    }

    /// As [`OperationKind::GETS_SLIP`].
    #[must_use]
    pub fn gets_slip(&self) -> bool {
        fn gets_slip<K: OperationKind>(_: &K) -> bool {
            K::GETS_SLIP
        }
        of_body!(self, it => gets_slip(it))
    }

    /// As [`OperationKind::member`].
    #[must_use]
    pub fn member(&self) -> Option<&MemberId> {
        of_body!(self, it => it.member())
    }

    /// As [`OperationKind::store`].
    #[must_use]
    pub fn store(&self) -> Option<&StoreId> {
        of_body!(self, it => it.store())
    }

    /// As [`OperationKind::spends`].
    #[must_use]
    pub fn spends(&self) -> &[Spend] {
        of_body!(self, it => it.spends())
    }

    /// As [`OperationKind::approval`].
    #[must_use]
    pub fn approval(&self) -> Option<&Approval> {
        of_body!(self, it => it.approval())
    }

    /// As [`OperationKind::approval_mut`].
    pub fn approval_mut(&mut self) -> Option<&mut Option<Approval>> {
        of_body!(self, it => it.approval_mut())
    }

    /// As [`OperationKind::fits`].
    #[must_use]
    pub fn fits(&self, op: &Operation) -> bool {
        self.approval().is_none_or(Approval::fits) && of_body!(self, it => it.fits(op))
    }

    /// As [`OperationKind::deed`].
    #[must_use]
    pub fn deed(&self, op_id: &str, of: Option<&str>) -> Option<Deed> {
        of_body!(self, it => it.deed(op_id, of))
    }

    /// As [`OperationKind::receipt`].
    #[must_use]
    pub fn receipt(&self) -> Option<&str> {
        of_body!(self, it => it.receipt())
    }

    /// As [`OperationKind::pieces`].
    #[must_use]
    pub fn pieces(&self) -> Option<(&str, u32)> {
        of_body!(self, it => it.pieces())
    }

    /// As [`OperationKind::undoes`].
    #[must_use]
    pub fn undoes(&self) -> Option<&OpId> {
        of_body!(self, it => it.undoes())
    }

    /// As [`OperationKind::moves_points_as`].
    #[must_use]
    pub fn moves_points_as(&self) -> Option<MovementKind> {
        of_body!(self, it => it.moves_points_as())
    }

    /// As [`OperationKind::points`].
    #[must_use]
    pub fn points(&self) -> Points {
        of_body!(self, it => it.points())
    }
}

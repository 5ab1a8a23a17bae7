//! Operations and messages, as far as the allowances care.

use crate::books::Points;

/// An operation's id; it stands for its hash too, as no two operations share one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OpId {
    /// The copy that made it.
    pub copy: u8,
    /// Which of that copy's.
    pub n: u8,
}

/// A grant request's id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RequestId {
    /// The copy that wrote it.
    pub copy: u8,
    /// Which of that copy's.
    pub n: u8,
}

/// A grant's id, fresh for each.
pub type GrantId = u8;

/// What a clerk did.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum What {
    /// Points of a grant spent.
    Spend(GrantId, Points),
    /// Points of a grant given back.
    Release(GrantId, Points),
    /// A sale that earns a point.
    Sale,
    /// A return that takes a point back.
    Return,
    /// The coupon of a grant used.
    UseCoupon(GrantId),
    /// The coupon of a grant given back.
    ReleaseCoupon(GrantId),
}

/// An operation in its outbox's chain.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Op {
    /// The epoch in whose chain it stands.
    pub epoch: u8,
    /// Its place there, from 1.
    pub seq: u8,
    /// Itself.
    pub id: OpId,
    /// The one before it in its epoch.
    pub prev: Option<OpId>,
    /// The device that signs.
    pub device: u8,
    /// What was done.
    pub what: What,
}

/// What a counter says of its outbox at the beginning of a contact.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Hello {
    /// The copy that speaks, to answer to; the centre does not see it.
    pub copy: u8,
    /// The device.
    pub device: u8,
    /// The generation that it knows.
    pub generation: u8,
    /// Its epoch.
    pub epoch: u8,
    /// Its life.
    pub life: u8,
    /// Its last operation of the epoch: place and hash.
    pub head: (u8, Option<OpId>),
    /// Of each epoch the last operation that was answered: epoch, place and hash.
    pub answered: Vec<(u8, u8, OpId)>,
    /// Allowances ever taken in the epoch.
    pub taken: u8,
    /// Its request without an answer.
    pub open: Option<RequestId>,
    /// What the centre said, with its signature.
    pub shown: Shown,
}

/// What an outbox shows of what the centre said: only this proves that the centre has forgotten something.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Shown {
    /// Of each epoch the last operation that it answered, and in which generation.
    pub answered: Vec<(u8, u8, OpId, u8)>,
    /// What it gave to an epoch, last: epoch, the allowance, and in which generation. What came before it is known
    /// wherever this one is.
    pub given: Option<(u8, GrantId, u8)>,
    /// Made up by whoever has the device's key: no signature of the centre's fits.
    pub made_up: bool,
}

/// The centre's answer to a hello.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Welcome {
    /// What it answers.
    pub said: Hello,
    /// The centre's generation.
    pub generation: u8,
    /// The epoch that the outbox shall begin.
    pub begin: Option<u8>,
    /// Another copy has taken this one's place.
    pub superseded: bool,
    /// Report the allowances before pushing.
    pub report: bool,
    /// Of the epochs whose last answered operation the centre does not have, how far it has them: place and
    /// hash.
    pub lacks: Vec<(u8, u8, Option<OpId>)>,
    /// The current epoch of the device.
    pub epoch: u8,
    /// The device was revoked: only deliver.
    pub revoked: bool,
}

/// An allowance as reported to a centre that may have forgotten it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Reported {
    /// The grant.
    pub grant: GrantId,
    /// The epoch that holds it.
    pub epoch: u8,
    /// The request that brought it.
    pub request: RequestId,
    /// Granted in all, by lot.
    pub lots: [Points; 2],
    /// Whether it is the coupon.
    pub coupon: bool,
    /// What became of it, as far as the centre is not known to have heard.
    pub now: Now,
    /// Made up by whoever has the device's key: no signature of the centre's fits.
    pub made_up: bool,
}

/// What became of an allowance.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Now {
    /// Something is left of it.
    InHand,
    /// All was used, by an operation that is sent again.
    Used,
    /// It was given back, by an operation that is sent again.
    GivenBack,
}

/// What was granted.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Granted {
    /// The grant.
    pub grant: GrantId,
    /// The epoch that it was made for.
    pub epoch: u8,
    /// Points by lot.
    pub lots: [Points; 2],
    /// Whether it is the coupon.
    pub coupon: bool,
}

/// An allowance that nobody ever gave.
pub const MADE_UP: GrantId = u8::MAX;

/// A message under way.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Message {
    /// A contact begins.
    Hello(Hello),
    /// Its answer.
    Welcome(Welcome),
    /// A request for an allowance.
    Ask {
        /// The copy that asks.
        copy: u8,
        /// Its device.
        device: u8,
        /// Its generation.
        generation: u8,
        /// Its epoch.
        epoch: u8,
        /// Its life.
        life: u8,
        /// The request.
        request: RequestId,
        /// For the coupon instead of points.
        coupon: bool,
    },
    /// Its answer.
    Grant {
        /// The copy that asked.
        copy: u8,
        /// The generation in which it was asked.
        generation: u8,
        /// The request.
        request: RequestId,
        /// What was granted, if anything.
        granted: Option<Granted>,
        /// In which generation the centre says that it gave it.
        said_in: u8,
        /// Whether the centre keeps this answer.
        stored: bool,
    },
    /// Operations of one epoch in order.
    Push {
        /// The copy that pushes.
        copy: u8,
        /// Its device.
        device: u8,
        /// Its generation.
        generation: u8,
        /// The operations.
        ops: Vec<Op>,
    },
    /// Its answer.
    Pushed {
        /// The copy that pushed.
        copy: u8,
        /// The generation in which it was pushed.
        generation: u8,
        /// The operations that the centre has dealt with.
        answered: Vec<OpId>,
    },
    /// The allowances that an outbox holds.
    Report {
        /// The copy that reports.
        copy: u8,
        /// Its device.
        device: u8,
        /// The generation that it reports in.
        generation: u8,
        /// The allowances.
        list: Vec<Reported>,
    },
    /// Its answer.
    ReportTaken {
        /// The copy that reported.
        copy: u8,
        /// The generation.
        generation: u8,
    },
    /// Wrong variant: a redemption paid a second way, after its push timed out.
    PayOnline(u8, Op),
    /// Wrong variant: paid now, or `exists`.
    PaidOnline(u8, OpId),
    /// Wrong variant: a release that is no operation.
    LooseRelease(u8, GrantId, Points),
    /// Wrong variant: its answer.
    LooseReleased(u8, GrantId),
}

impl Message {
    /// The copy that the message goes to; `None` for the centre.
    #[must_use]
    pub const fn to_copy(&self) -> Option<u8> {
        match self {
            Self::Welcome(w) => Some(w.said.copy),
            Self::Grant { copy, .. }
            | Self::Pushed { copy, .. }
            | Self::ReportTaken { copy, .. }
            | Self::PaidOnline(copy, _)
            | Self::LooseReleased(copy, _) => Some(*copy),
            _ => None,
        }
    }
}

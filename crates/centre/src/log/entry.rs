//! An entry before it has its place.

use chrono::{DateTime, Utc};
use protocol::ids::MemberId;

use super::{Kind, Who};

/// What is to be noted.
#[derive(Debug, Clone)]
pub struct Entry {
    pub(super) kind: Kind,
    pub(super) who: Option<Who>,
    pub(super) member: Option<MemberId>,
    pub(super) op_id: Option<String>,
    pub(super) happened_at: Option<DateTime<Utc>>,
    pub(super) what: String,
    pub(super) why: String,
}

impl Entry {
    /// Something of this kind, by whoever the unit of work is for, now, about nobody.
    #[must_use]
    pub fn of(kind: Kind) -> Self {
        Self {
            kind,
            who: None,
            member: None,
            op_id: None,
            happened_at: None,
            what: String::new(),
            why: String::new(),
        }
    }

    /// By somebody else than the unit of work is for.
    #[must_use]
    pub fn by(mut self, who: Who) -> Self {
        self.who = Some(who);
        self
    }

    /// About a member.
    #[must_use]
    pub fn about(mut self, member: &MemberId) -> Self {
        self.member = Some(member.clone());
        self
    }

    /// Said by an operation, done at a time.
    #[must_use]
    pub fn said_by(mut self, op_id: impl ToString, at: DateTime<Utc>) -> Self {
        self.op_id = Some(op_id.to_string());
        self.happened_at = Some(at);
        self
    }

    /// Done at a time before now: a counter may have been offline.
    #[must_use]
    pub fn happened(mut self, at: DateTime<Utc>) -> Self {
        self.happened_at = Some(at);
        self
    }

    /// What precisely: words and figures, nobody's name or number.
    #[must_use]
    pub fn what(mut self, what: impl Into<String>) -> Self {
        self.what = what.into();
        self
    }

    /// Why.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }
}

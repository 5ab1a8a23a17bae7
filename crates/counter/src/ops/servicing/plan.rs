//! An act that is planned: all that it is made from, and what it would do.

use crate::books::Books;
use chrono::NaiveDate;
use loyalty::{Money, Points, Program};
use protocol::entity::{Behaved, Member, Redemption};
use protocol::operation::Body;
use protocol::{DeviceId, StoreId};

/// Why a manager has to approve: the act itself is so.
pub(super) const ALWAYS: &str = "always";

/// All that a plan is made from.
pub(super) struct Ground {
    pub(super) member: Member,
    pub(super) books: Books,
    pub(super) redemptions: Vec<Redemption>,
    pub(super) behaved: Vec<Behaved>,
    pub(super) device: DeviceId,
    pub(super) store: StoreId,
    /// Of the rules under which an act is recorded.
    pub(super) version: u32,
}

impl Ground {
    /// The rules now.
    pub(super) fn program(&self) -> &Program {
        self.books.program()
    }

    /// The business date.
    pub(super) fn today(&self) -> NaiveDate {
        self.program().business_date(self.books.now())
    }
}

/// An act that the rules allow, before it is recorded.
pub(super) struct Plan {
    pub(super) body: Body,
    pub(super) earned: Points,
    pub(super) given_back: Points,
    pub(super) moved: Points,
    pub(super) what: String,
    pub(super) pieces: u32,
    pub(super) money: Option<Money>,
    pub(super) needs_manager: Option<&'static str>,
    /// It is so already, by this operation; an empty id where another counter did it.
    pub(super) exists: Option<String>,
}

impl Plan {
    pub(super) fn of(body: Body) -> Self {
        Self {
            body,
            earned: Points::ZERO,
            given_back: Points::ZERO,
            moved: Points::ZERO,
            what: String::new(),
            pieces: 0,
            money: None,
            needs_manager: None,
            exists: None,
        }
    }

    /// Points for her that it still brings.
    pub(super) fn points(&self) -> Points {
        if self.exists.is_some() {
            Points::ZERO
        } else {
            self.earned + self.given_back
        }
    }
}

//! Acts of a clerk on a member's account beside sales, redemptions and returns.
//!
//! An act is planned by the rules from what the cache and the outbox say, and planned again inside the
//! transaction that appends it, so that what was done twice at once counts once.

mod approval;
mod behaviour;
mod extension;
mod freeze;
mod overlay;
mod reversal;
#[cfg(test)]
mod tests;

use super::signin::SignedIn;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::lookup::shown_as;
use crate::outbox::{self, Draft, Row, Summary};
use crate::view::{Act, ActDone, ActQuote, ActRequest, ExpiringLot, MemberActs};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use loyalty::{Money, Points, Program};
use protocol::acts::{Approval, reason_word};
use protocol::entity::{Behaved, Member, Redemption};
use protocol::limits::EXTENSION_DAYS;
use protocol::operation::Body;
use protocol::{DeviceId, OpId, StoreId};

/// Why a manager has to approve: the act itself is so.
const ALWAYS: &str = "always";

/// What the cache says of a member, and the circumstances.
struct Cached {
    member: Member,
    redemptions: Vec<Redemption>,
    behaved: Vec<Behaved>,
    program: Program,
    now: DateTime<Utc>,
    device: DeviceId,
    store: StoreId,
    /// Her points with what this counter did since.
    balance: Points,
}

/// All that a plan is made from.
struct Ground<'a> {
    /// As the cache has her, with what this counter did since.
    member: Member,
    redemptions: &'a [Redemption],
    behaved: &'a [Behaved],
    /// What this counter did that the cache does not show yet, in order.
    rows: &'a [Row],
    program: &'a Program,
    now: DateTime<Utc>,
    /// The business date.
    today: NaiveDate,
    device: DeviceId,
    store: StoreId,
}

/// An act that the rules allow, before it is recorded.
struct Plan {
    body: Body,
    earned: Points,
    given_back: Points,
    moved: Points,
    what: String,
    pieces: u32,
    money: Option<Money>,
    needs_manager: Option<&'static str>,
    /// It is so already, by this operation; an empty id where another counter did it.
    exists: Option<String>,
}

impl Plan {
    fn of(body: Body) -> Self {
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
    fn points(&self) -> Points {
        if self.exists.is_some() {
            Points::ZERO
        } else {
            self.earned + self.given_back
        }
    }
}

impl Cached {
    fn ground<'a>(&'a self, rows: &'a [Row]) -> Result<Ground<'a>> {
        Ok(Ground {
            member: overlay::acted(self.member.clone(), rows)?,
            redemptions: &self.redemptions,
            behaved: &self.behaved,
            rows,
            program: &self.program,
            now: self.now,
            today: self.program.business_date(self.now),
            device: self.device,
            store: self.store.clone(),
        })
    }
}

impl Engine {
    /// What may be done to a member's account here.
    ///
    /// # Errors
    /// [`Error::MemberUnknown`], or where the files cannot be read.
    pub fn member_acts(&self, member_id: &str) -> Result<MemberActs> {
        let cached = self.act_ground(member_id)?;
        let rows = self.rows_of(&cached.member)?;
        let ground = cached.ground(&rows)?;
        let catalogue = self.catalogue()?;
        let redemptions = reversal::known(&ground)?
            .into_iter()
            .map(|known| reversal::view(&ground, known, |id| catalogue.store(&id.into())))
            .collect();
        let dated = ground.member.lots.iter().filter_map(|l| {
            let date = l.expires.filter(|_| l.points.is_positive())?;
            Some(ExpiringLot {
                points: l.points,
                date: date.to_string(),
            })
        });
        Ok(MemberActs {
            frozen: ground.member.frozen,
            balance: cached.balance,
            behaviours: behaviour::views(&ground)?,
            redemptions,
            expiring: dated.collect(),
            today: ground.today.to_string(),
            furthest: (ground.today + Duration::days(EXTENSION_DAYS)).to_string(),
            managers: self.managers()?,
        })
    }

    /// What an act would come to, and whether a manager has to approve it. Records nothing.
    ///
    /// # Errors
    /// [`Error::MemberUnknown`], [`Error::BehaviourUnknown`], [`Error::DateInvalid`],
    /// [`Error::NothingToExtend`]; what the rules refuse.
    pub fn quote_act(&self, clerk: &SignedIn, request: &ActRequest) -> Result<ActQuote> {
        let cached = self.act_ground(&request.member_id)?;
        let rows = self.rows_of(&cached.member)?;
        let plan = plan(&cached.ground(&rows)?, request)?;
        let balance = cached.balance;
        let kind = plan.body.kind();
        Ok(ActQuote {
            points: plan.points(),
            balance_before: balance,
            balance_after: balance + plan.points(),
            moved: plan.moved,
            needs_manager: plan.needs_manager.map(str::to_owned),
            exists: plan.exists.is_some(),
            approved: self.approved_before(kind, clerk.clerk().as_str())?,
        })
    }

    /// Records an act. Once this returns it is on the disk; what is so already is not done again.
    ///
    /// # Errors
    /// As [`Engine::quote_act`]; [`Error::ApprovalNeeded`], [`Error::NotAllowed`], [`Error::PinWrong`] and
    /// [`Error::PinLocked`] where a manager has to approve. Nothing is recorded then.
    pub fn record_act(&self, clerk: &SignedIn, request: &ActRequest) -> Result<ActDone> {
        let cached = self.act_ground(&request.member_id)?;
        let rows = self.rows_of(&cached.member)?;
        let first = plan(&cached.ground(&rows)?, request)?;
        let approval = match (&first.exists, first.needs_manager) {
            (None, Some(_)) => {
                let reason = reason_word(&request.reason);
                Some(self.approve(request.approver.as_ref(), reason)?)
            }
            _ => None,
        };
        let done = self.shared.outbox().write(|tx| {
            let rows = outbox::overlay_of(tx, cached.member.id.as_str())?;
            let plan = plan(&cached.ground(&rows)?, request)?;
            let points = plan.points();
            let balance_after = cached.balance + points;
            if let Some(op_id) = plan.exists {
                return Ok(ActDone {
                    op_id,
                    points,
                    balance_after,
                    exists: true,
                });
            }
            if plan.needs_manager.is_some() && approval.is_none() {
                // midnight came between the two plans
                return Err(Error::ApprovalNeeded);
            }
            let draft = draft(&cached, clerk, plan, approval.clone());
            outbox::append(tx, &draft)?;
            Ok(ActDone {
                op_id: draft.op_id.to_string(),
                points,
                balance_after,
                exists: false,
            })
        })?;
        if !done.exists {
            self.appended();
        }
        Ok(done)
    }

    fn rows_of(&self, member: &Member) -> Result<Vec<Row>> {
        self.shared
            .outbox()
            .read(|c| outbox::overlay_of(c, member.id.as_str()))
    }

    fn act_ground(&self, member_id: &str) -> Result<Cached> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let (member, redemptions, behaved) = self.cache(|c| {
            Ok((
                cache::member(c, member_id)?,
                cache::redemptions_of(c, member_id)?,
                cache::behaved_of(c, member_id)?,
            ))
        })?;
        let member = member.ok_or(Error::MemberUnknown)?;
        let balance = self.books(Some(&member), None)?.balance();
        Ok(Cached {
            member,
            balance,
            redemptions,
            behaved,
            program: self.program()?,
            now: self.shared.now()?,
            device: me.device,
            store: me.store,
        })
    }
}

fn plan(ground: &Ground<'_>, request: &ActRequest) -> Result<Plan> {
    match &request.act {
        Act::Behaviour { behaviour } => behaviour::plan(ground, behaviour),
        Act::Reversal { redemption } => reversal::plan(ground, redemption, &request.reason),
        Act::Freeze => Ok(freeze::plan(ground, true)),
        Act::Unfreeze => Ok(freeze::plan(ground, false)),
        Act::Extension { to } => extension::plan(ground, to),
    }
}

fn draft(cached: &Cached, clerk: &SignedIn, plan: Plan, approval: Option<Approval>) -> Draft {
    let member = &cached.member;
    let mut body = plan.body;
    match &mut body {
        Body::Reversal(b) => b.approval = approval,
        Body::Freeze(b) | Body::Unfreeze(b) => b.approval = approval,
        Body::Extension(b) => b.approval = approval,
        _ => {}
    }
    Draft {
        op_id: OpId::fresh(),
        clerk: clerk.clerk().clone(),
        program: cached.program.version(),
        at: cached.now,
        body,
        personal: Vec::new(),
        summary: Summary {
            who: shown_as(&member.name, &member.phone),
            member: Some(member.id.to_string()),
            what: plan.what,
            pieces: plan.pieces,
            money: plan.money,
            earned: plan.earned,
            given_back: plan.given_back,
            ..Summary::default()
        },
    }
}

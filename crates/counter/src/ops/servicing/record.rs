//! What may be done to an account, what an act would come to, and recording it.
//!
//! An act is planned by the rules on the member's books, and appended only where these are what they were:
//! what was done twice at once counts once.

use super::approval::Approved;
use super::plan::{Ground, Plan};
use super::{behaviour, extension, freeze, reversal};
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::ops::signin::SignedIn;
use crate::outbox::{self, Draft, Summary};
use crate::search::mask::shown_as;
use crate::view::{Act, ActDone, ActQuote, ActRequest, ExpiringLot, MemberActs};
use chrono::Duration;
use protocol::OpId;
use protocol::entity::{Behaved, Member, Redemption};
use protocol::limits::EXTENSION_DAYS;
use protocol::operation::reason_word;

impl Engine {
    /// What may be done to a member's account here.
    ///
    /// # Errors
    /// [`Error::MemberUnknown`], or where the files cannot be read.
    pub fn member_acts(&self, member_id: &str) -> Result<MemberActs> {
        self.members_are_shown()?;
        let ground = self.act_ground(member_id)?;
        let catalogue = self.catalogue()?;
        let redemptions = reversal::known(&ground)
            .into_iter()
            .map(|known| reversal::view(&ground, known, |id| catalogue.store(&id.into())))
            .collect();
        let lots = ground.books.dated();
        let soonest = lots.iter().find_map(|(_, date)| *date);
        let dated = lots.iter().filter_map(|(points, date)| {
            let (points, date) = (*points, (*date)?.to_string());
            Some(ExpiringLot { points, date })
        });
        let today = ground.today();
        let furthest = today + Duration::days(EXTENSION_DAYS);
        let extensions = soonest.map(|from| extension::choices(from, furthest));
        Ok(MemberActs {
            frozen: ground.books.frozen(),
            balance: ground.books.balance(),
            behaviours: behaviour::views(&ground),
            redemptions,
            expiring: dated.collect(),
            today: today.to_string(),
            extensions: extensions.unwrap_or_default(),
            managers: self.managers()?,
        })
    }

    /// What an act would come to, and whether a manager has to approve it. Records nothing.
    ///
    /// # Errors
    /// [`Error::MemberUnknown`], [`Error::BehaviourUnknown`], [`Error::DateInvalid`],
    /// [`Error::NothingToExtend`]; what the rules refuse.
    pub fn quote_act(&self, clerk: &SignedIn, request: &ActRequest) -> Result<ActQuote> {
        let ground = self.act_ground(&request.member_id)?;
        let plan = plan(&ground, request)?;
        let balance = ground.books.balance();
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
        let mut approved = None;
        loop {
            let ground = self.act_ground(&request.member_id)?;
            let plan = plan(&ground, request)?;
            let points = plan.points();
            let balance_after = ground.books.balance() + points;
            if let Some(op_id) = plan.exists {
                return Ok(ActDone {
                    op_id,
                    points,
                    balance_after,
                    exists: true,
                });
            }
            if plan.needs_manager.is_some() && approved.is_none() {
                let reason = reason_word(&request.reason);
                approved = Some(self.approve(request.approver.as_ref(), reason)?);
            }
            let draft = draft(&ground, clerk, plan, approved.as_ref());
            let appended = self.shared.outbox().write(|tx| {
                let same = ground.books.still(tx, &ground.member)?;
                if same {
                    outbox::append(tx, &draft)?;
                }
                Ok(same)
            })?;
            // where something came between, somebody else got on: this is planned again
            if appended {
                self.appended(Some(&ground.member.id));
                return Ok(ActDone {
                    op_id: draft.op_id.to_string(),
                    points,
                    balance_after,
                    exists: false,
                });
            }
        }
    }

    fn act_ground(&self, member_id: &str) -> Result<Ground> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let read = || {
            self.cache(|c| cache::one::<Member>(c, member_id))?
                .ok_or(Error::MemberUnknown)
        };
        let mut member = read()?;
        let books = loop {
            let books = self.books(Some(&member), None)?;
            // a pull may have taken over what an operation did to her, before the operations were read
            let now = read()?;
            if now == member {
                break books;
            }
            member = now;
        };
        // after the operations: what a pull takes over from them meanwhile is in both, never in neither
        let (redemptions, behaved) = self.cache(|c| {
            Ok((
                cache::of_member::<Redemption>(c, member_id)?,
                cache::of_member::<Behaved>(c, member_id)?,
            ))
        })?;
        Ok(Ground {
            member,
            version: books.version()?,
            books,
            redemptions,
            behaved,
            device: me.device,
            store: me.store,
        })
    }
}

fn plan(ground: &Ground, request: &ActRequest) -> Result<Plan> {
    match &request.act {
        Act::Behaviour { behaviour } => behaviour::plan(ground, behaviour),
        Act::Reversal { redemption } => reversal::plan(ground, redemption, &request.reason),
        Act::Freeze => Ok(freeze::plan(ground, true)),
        Act::Unfreeze => Ok(freeze::plan(ground, false)),
        Act::Extension { to } => extension::plan(ground, to),
    }
}

fn draft(ground: &Ground, clerk: &SignedIn, plan: Plan, approved: Option<&Approved>) -> Draft {
    let member = &ground.member;
    let mut body = plan.body;
    if let Some(place) = body.approval_mut() {
        *place = approved.map(|by| by.approval.clone());
    }
    Draft {
        op_id: OpId::fresh(),
        hands: clerk
            .hands()
            .approved_by(approved.map(|by| by.hand.clone())),
        program: ground.version,
        at: ground.books.now(),
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

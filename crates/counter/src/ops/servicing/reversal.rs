//! Undoing a redemption: its points go back to where they came from.

use super::plan::{Ground, Plan};
use crate::error::{Error, Result};
use crate::view::{ReceiptState, RedemptionView, StoreCard};
use chrono::{DateTime, Utc};
use loyalty::{OpId, Points, Refusal};
use protocol::operation::reason_word;
use protocol::operation::{Body, Redeemed, Reversal};

/// A redemption as it is now: what the centre shows, and what this counter did since.
pub(super) struct Known {
    id: String,
    at: DateTime<Utc>,
    store: String,
    here: bool,
    points: Points,
    hers: Points,
    what: Redeemed,
    pending: bool,
    undone: Option<Undone>,
}

enum Undone {
    /// The centre shows it.
    Confirmed,
    /// This counter did, by this operation.
    Here(String),
}

/// Her redemptions, newest first.
pub(super) fn known(ground: &Ground) -> Vec<Known> {
    let mut all: Vec<Known> = ground
        .redemptions
        .iter()
        .map(|r| Known {
            id: r.id.to_string(),
            at: r.at,
            store: r.store.to_string(),
            here: r.device == Some(ground.device),
            points: r.points,
            hers: r.hers,
            what: r.what.clone(),
            pending: false,
            undone: r.reversed.map(|_| Undone::Confirmed),
        })
        .collect();
    for op in ground.books.ops() {
        let id = &op.row.op_id;
        if let Some(of) = op.body.undoes() {
            let of = all.iter_mut().find(|known| known.id == of.as_str());
            if let Some(known) = of.filter(|known| known.undone.is_none()) {
                known.undone = Some(Undone::Here(id.clone()));
            }
        }
        let Body::Redemption(r) = &op.body else {
            continue;
        };
        if all.iter().any(|known| known.id == *id) {
            continue;
        }
        all.push(Known {
            id: id.clone(),
            at: op.row.at,
            store: r.store.to_string(),
            here: true,
            points: r.points,
            // out of this counter's own allowance: all of it is hers
            hers: r.points,
            what: r.what.clone(),
            pending: true,
            undone: None,
        });
    }
    all.sort_by_key(|known| std::cmp::Reverse(known.at));
    all
}

/// For the screens.
pub(super) fn view(
    ground: &Ground,
    known: Known,
    store: impl Fn(&str) -> StoreCard,
) -> RedemptionView {
    let needs_manager = needs_manager(ground, &known).map(str::to_owned);
    let (what, pieces, worth) = words(known.what);
    RedemptionView {
        store: store(&known.store),
        op_id: known.id,
        at: known.at.into(),
        here: known.here,
        points: known.points,
        hers: known.hers,
        what,
        pieces,
        worth,
        state: state(known.pending),
        undone: known
            .undone
            .as_ref()
            .map(|undone| state(matches!(undone, Undone::Here(_)))),
        undone_by: match known.undone {
            Some(Undone::Here(op_id)) => Some(op_id),
            Some(Undone::Confirmed) | None => None,
        },
        needs_manager,
    }
}

pub(super) fn plan(ground: &Ground, redemption: &str, reason: &str) -> Result<Plan> {
    let refuse = |refusal| Error::Rules {
        refusal,
        possible: Points::ZERO,
    };
    let known = known(ground)
        .into_iter()
        .find(|known| known.id == redemption)
        .ok_or_else(|| refuse(Refusal::UnknownRedemption))?;
    let exists = match &known.undone {
        Some(Undone::Confirmed) => return Err(refuse(Refusal::AlreadyReversed)),
        Some(Undone::Here(op_id)) => Some(op_id.clone()),
        None => None,
    };
    let needs_manager = needs_manager(ground, &known);
    let body = Reversal {
        of: OpId::from(known.id),
        member: ground.member.id.clone(),
        store: ground.store.clone(),
        reason: reason_word(reason).to_owned(),
        shown_back: known.hers,
        approval: None,
    };
    let (what, pieces, worth) = words(known.what);
    Ok(Plan {
        given_back: known.hers,
        what,
        pieces,
        money: worth,
        needs_manager,
        exists,
        ..Plan::of(Body::Reversal(body))
    })
}

/// A clerk undoes by herself what this counter gave on the same business day.
fn needs_manager(ground: &Ground, known: &Known) -> Option<&'static str> {
    if !known.here {
        Some("other_counter")
    } else if ground.program().business_date(known.at) != ground.today() {
        Some("other_day")
    } else {
        None
    }
}

fn words(what: Redeemed) -> (String, u32, Option<loyalty::Money>) {
    match what {
        Redeemed::Reward { name, qty, .. } => (name, qty, None),
        Redeemed::Cash { worth, .. } => (String::new(), 0, Some(worth)),
    }
}

fn state(pending: bool) -> ReceiptState {
    if pending {
        ReceiptState::Pending
    } else {
        ReceiptState::Confirmed
    }
}

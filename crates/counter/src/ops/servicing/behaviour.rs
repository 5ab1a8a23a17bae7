//! What the brand values and gives points for.

use super::plan::{Ground, Plan};
use crate::books::Op;
use crate::error::{Error, Result};
use crate::view::BehaviourView;
use loyalty::{BehaviourKind, Points};
use protocol::operation::JOIN;
use protocol::operation::{Behaviour, Body};

/// What may be recorded, and whether it counts once more today.
pub(super) fn views(ground: &Ground) -> Vec<BehaviourView> {
    let all = &ground.program().doc().behaviours;
    all.iter()
        .filter(|(kind, _)| kind.as_str() != JOIN)
        .map(|(kind, terms)| BehaviourView {
            behaviour: kind.to_string(),
            points: terms.points,
            per_day: Some(terms.limit()),
            today: counted(ground, kind.as_str()),
            possible: points(ground, kind.as_str()).is_ok(),
        })
        .collect()
}

pub(super) fn plan(ground: &Ground, kind: &str) -> Result<Plan> {
    let points = points(ground, kind)?;
    let body = Behaviour {
        member: ground.member.id.clone(),
        store: ground.store.clone(),
        behaviour: kind.to_owned(),
        shown_points: points,
    };
    Ok(Plan {
        earned: points,
        what: kind.to_owned(),
        ..Plan::of(Body::Behaviour(body))
    })
}

/// Points that it brings now, by the rules.
fn points(ground: &Ground, kind: &str) -> Result<Points> {
    let key = BehaviourKind::from(kind);
    if kind == JOIN || !ground.program().doc().behaviours.contains_key(&key) {
        return Err(Error::BehaviourUnknown);
    }
    ground.books.quote_behaviour(&key, counted(ground, kind))
}

/// How often it counted today: at all counters as the centre last said, and here since.
fn counted(ground: &Ground, kind: &str) -> u32 {
    let today = ground.today();
    let there = ground
        .behaved
        .iter()
        .filter(|b| b.behaviour == kind && b.on == today)
        .map(|b| b.times)
        .sum::<u32>();
    let is_one = |op: &&Op| {
        ground.program().business_date(op.row.at) == today
            && matches!(&op.body, Body::Behaviour(b) if b.behaviour == kind)
    };
    let here = ground.books.ops().iter().filter(is_one).count();
    there.saturating_add(u32::try_from(here).unwrap_or(u32::MAX))
}

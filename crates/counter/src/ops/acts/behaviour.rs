//! What the brand values and gives points for.

use super::{Ground, Plan};
use crate::books::refused;
use crate::error::{Error, Result};

use crate::view::BehaviourView;
use loyalty::{Account, BehaviourKind, Points, Standing};
use protocol::acts::JOIN;
use protocol::operation::{Behaviour, Body};

/// What may be recorded, and whether it counts once more today.
pub(super) fn views(ground: &Ground<'_>) -> Result<Vec<BehaviourView>> {
    let all = &ground.program.doc().behaviours;
    all.iter()
        .filter(|(kind, _)| kind.as_str() != JOIN)
        .map(|(kind, terms)| {
            Ok(BehaviourView {
                behaviour: kind.to_string(),
                points: terms.points,
                per_day: terms.per_day,
                today: counted(ground, kind.as_str())?,
                possible: points(ground, kind.as_str()).is_ok(),
            })
        })
        .collect()
}

pub(super) fn plan(ground: &Ground<'_>, kind: &str) -> Result<Plan> {
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
fn points(ground: &Ground<'_>, kind: &str) -> Result<Points> {
    let key = BehaviourKind::from(kind);
    if kind == JOIN || !ground.program.doc().behaviours.contains_key(&key) {
        return Err(Error::BehaviourUnknown);
    }
    // what an account holds makes no difference to what is added to it
    let mut account = Account::default();
    let now = loyalty::advance(ground.program, &mut account, ground.now).now;
    let that_day = counted(ground, kind)?;
    let standing = Standing::Proposed;
    loyalty::behave(ground.program, &mut account, &now, &key, that_day, standing)
        .map(|done| done.earned)
        .map_err(|e| refused(&e, Points::ZERO))
}

/// How often it counted today: at all counters as the centre last said, and here since.
fn counted(ground: &Ground<'_>, kind: &str) -> Result<u32> {
    let mut times = ground
        .behaved
        .iter()
        .filter(|b| b.behaviour == kind && b.on == ground.today)
        .map(|b| b.times)
        .sum::<u32>();
    for row in ground.rows.iter().filter(|r| r.kind == "behaviour") {
        if ground.program.business_date(row.at) == ground.today
            && let Body::Behaviour(b) = row.body()?
            && b.behaviour == kind
        {
            times = times.saturating_add(1);
        }
    }
    Ok(times)
}

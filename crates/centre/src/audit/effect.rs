//! Whether an operation moved what it is said to have moved.

use std::collections::HashMap;

use protocol::operation::Body;
use protocol::push::{Effect, Outcome};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::report::CheckReport;

/// What one operation moved, by the kinds of accounts.
#[derive(Debug, Clone, Default, FromQueryResult)]
pub(super) struct Moved {
    /// Which operation.
    pub id: String,
    pub earned: i64,
    pub spent: i64,
    pub taken_back: i64,
    pub given_back: i64,
    /// Borne by stores, less what came back to them.
    pub loss: i64,
    pub transfers: i64,
}

/// Points that operations say were spent, by grant.
pub(super) type Claims = HashMap<Uuid, i64>;

/// A kept operation, in the main chain or in a branch.
pub(super) struct Kept<'a> {
    pub place: &'a str,
    pub kind: &'a str,
    pub body: &'a str,
    pub state: &'a str,
    pub outcome: &'a str,
    /// Whether the effect under its id is its own.
    pub owns: bool,
}

/// Compares what became of an operation with what moved, and notes what it claims to have spent.
pub(super) fn judge(
    check: &mut CheckReport,
    kept: &Kept<'_>,
    moved: Option<&Moved>,
    claims: &mut Claims,
) {
    let Ok(outcome) = serde_json::from_str::<Outcome>(kept.outcome) else {
        check.breaks(kept.place, "an outcome", "text that is not an outcome");
        return;
    };
    let fits = match &outcome {
        Outcome::Applied(_) | Outcome::Exists(_) => kept.state == "applied",
        Outcome::Held { .. } => kept.state == "held",
        Outcome::SetAside { .. } => kept.state == "set_aside",
    };
    if !fits {
        check.breaks(
            kept.place,
            "an outcome of its state",
            format!("{} as {}", word(&outcome), kept.state),
        );
    }
    if !kept.owns {
        // what moved under its id belongs to the one that came first
        return;
    }
    let none = Moved::default();
    let moved = moved.unwrap_or(&none);
    match &outcome {
        Outcome::Applied(effect) => {
            if !figures(effect, moved) {
                check.breaks(kept.place, said(effect), told(moved));
            }
            claim(kept, claims);
        }
        // the sale was here before: only what was spent for it twice went back
        Outcome::Exists(_) => {
            if !figures(&Effect::default(), moved) {
                check.breaks(kept.place, "points given back at most", told(moved));
            }
        }
        Outcome::Held { .. } | Outcome::SetAside { .. } => {
            if moved.transfers > 0 {
                check.breaks(kept.place, "no effect", told(moved));
            }
        }
    }
}

fn figures(effect: &Effect, moved: &Moved) -> bool {
    effect.earned.get() == moved.earned
        && effect.spent.get() == moved.spent
        && effect.taken_back.get() == moved.taken_back
        && effect.given_back.get() == moved.given_back
        // an operation that gives a loss back says that it cost nothing
        && effect.loss.get() == moved.loss.max(0)
}

fn said(e: &Effect) -> String {
    format!(
        "earned {}, spent {}, taken back {}, given back {}, loss {}",
        e.earned.get(),
        e.spent.get(),
        e.taken_back.get(),
        e.given_back.get(),
        e.loss.get()
    )
}

fn told(m: &Moved) -> String {
    format!(
        "earned {}, spent {}, taken back {}, given back {}, loss {} by {} transfers",
        m.earned, m.spent, m.taken_back, m.given_back, m.loss, m.transfers
    )
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Applied(_) => "applied",
        Outcome::Exists(_) => "exists",
        Outcome::Held { .. } => "held",
        Outcome::SetAside { .. } => "set aside",
    }
}

/// Notes what an operation spent by its own words; the ledger may hold less (the rest was lost), never
/// more.
fn claim(kept: &Kept<'_>, claims: &mut Claims) {
    let Ok(Some(body)) = Body::parse(kept.kind, kept.body) else {
        return;
    };
    for spend in body.spends() {
        let sum = claims.entry(spend.grant.uuid()).or_default();
        *sum = sum.saturating_add(spend.points.get());
    }
}

//! What of an operation is noted in the log: looks, changes of profiles, and what a manager approved.

use protocol::operation::{Approval, BY_ITSELF, Body, Operation, PHONE, Profile};
use protocol::profile::{CALLED, NAME, NOTE};

use super::case::Case;
use crate::log::{Entry, Kind, Who};

/// Entries of an operation that had its effect; whom it is about is said by its outcome.
pub fn entries(case: &Case<'_>, body: &Body) -> Vec<Entry> {
    let own = match body {
        Body::Reveal(_) => Some(reveal(case)),
        Body::Profile(p) => Some(profile(case, p)),
        Body::SignUp(_) => Some(joined(case)),
        // they stand in the ledger, by their operations
        Body::Sale(_)
        | Body::Redemption(_)
        | Body::Return(_)
        | Body::Release(_)
        | Body::Reversal(_)
        | Body::Behaviour(_)
        | Body::Freeze(_)
        | Body::Unfreeze(_)
        | Body::Extension(_)
        | Body::SampleGiven(_) => None,
    };
    let approved = body.approval().map(|approval| {
        Entry::of(Kind::Approved)
            .by(manager(case, approval))
            .said_by(case.op.op_id, case.at)
            .what(format!("{} by {}", case.op.kind, case.op.clerk))
            .why(approval.reason.clone())
    });
    own.into_iter().chain(approved).collect()
}

/// A look at what of a member is masked.
pub fn reveal(case: &Case<'_>) -> Entry {
    Entry::of(Kind::Viewed)
        .by(clerk(case))
        .said_by(case.op.op_id, case.at)
        .what("name, phone")
}

/// A change of a profile.
pub fn profile(case: &Case<'_>, body: &Profile) -> Entry {
    Entry::of(Kind::ProfileChanged)
        .by(clerk(case))
        .said_by(case.op.op_id, case.at)
        .what(changed(case.op, body))
}

/// Somebody signed up without the network.
fn joined(case: &Case<'_>) -> Entry {
    Entry::of(Kind::Joined)
        .by(clerk(case))
        .said_by(case.op.op_id, case.at)
        .what("without the network")
}

/// Who did it: a clerk, or the counter by itself.
fn clerk(case: &Case<'_>) -> Who {
    let (device, store) = (*case.device.id, case.device.store_id.0.clone());
    if case.op.clerk.as_str() == BY_ITSELF {
        return Who::Device { device, store };
    }
    Who::Clerk {
        clerk: case.op.clerk.clone(),
        device,
        store,
    }
}

fn manager(case: &Case<'_>, approval: &Approval) -> Who {
    Who::Manager {
        clerk: approval.manager.clone(),
        device: *case.device.id,
        store: case.device.store_id.0.clone(),
    }
}

/// Names of the fields that a change is about; never what they say.
fn changed(op: &Operation, body: &Profile) -> String {
    let beside = |name: &str| op.personal.iter().any(|field| field.name == name);
    let consent = |given: Option<bool>, word: &str| {
        given.map(|given| {
            format!(
                "consent {word} {}",
                if given { "given" } else { "withdrawn" }
            )
        })
    };
    let field = |is: bool, word: &str| is.then(|| word.to_owned());
    let set = &body.set;
    let says = &body.consents;
    [
        field(beside(NAME), "name"),
        field(beside(CALLED), "called"),
        field(beside(PHONE), "phone"),
        field(beside(NOTE), "note"),
        field(set.birthday.is_some(), "birthday"),
        field(set.skin.is_some(), "skin"),
        field(set.advisor.is_some(), "advisor"),
        field(set.concerns.is_some(), "concerns"),
        field(!body.allergies_add.is_empty(), "allergies added"),
        field(!body.allergies_remove.is_empty(), "allergies removed"),
        consent(says.skin, "skin"),
        consent(says.marketing, "marketing"),
        consent(says.guardian, "guardian"),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(", ")
}

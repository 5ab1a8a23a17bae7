//! What makes a program sound, each fault with its place.

use std::collections::BTreeSet;

use chrono_tz::Tz;

use super::{Fault, ProgramDoc};
use crate::points::Points;

/// Everything that is wrong with the document, in its own order; empty where it is sound.
pub(super) fn faults(doc: &ProgramDoc) -> Vec<Fault> {
    let mut found = Vec::new();
    let mut fault = |holds: bool, place: &str, reason: &str| {
        if !holds {
            found.push(Fault {
                place: place.to_owned(),
                reason: reason.to_owned(),
            });
        }
    };
    fault(doc.version >= 1, "version", "must be 1 or more");
    fault(
        doc.timezone.parse::<Tz>().is_ok(),
        "timezone",
        "no such timezone; write it as in \"Asia/Shanghai\"",
    );
    fault(
        doc.expiry.months <= 1200,
        "expiry.months",
        "must be 0 to 1200",
    );
    fault(
        doc.expiry.warn_days.len() <= 8
            && doc.expiry.warn_days.iter().all(|d| (1..=366).contains(d)),
        "expiry.warn_days",
        "must be at most eight, each 1 to 366",
    );
    let retention = &doc.retention;
    fault(
        (30..=3_650).contains(&retention.held_days),
        "retention.held_days",
        "must be 30 to 3650",
    );
    fault(
        (180..=3_650).contains(&retention.log_days),
        "retention.log_days",
        "must be 180 to 3650",
    );
    fault(
        retention
            .inactive_months
            .is_none_or(|months| (12..=240).contains(&months)),
        "retention.inactive_months",
        "must be 12 to 240",
    );
    fault(doc.grace_days <= 36_500, "grace_days", "must be 0 to 36500");
    fault(
        doc.redeem.minimum.is_amount(),
        "redeem.minimum",
        "must be 0 to 1000000000000",
    );
    fault(
        doc.redeem.step.is_positive() && doc.redeem.step <= Points::LIMIT,
        "redeem.step",
        "must be 1 to 1000000000000",
    );
    fault(
        doc.redeem.max_share.is_at_most(1),
        "redeem.max_share",
        "must be 0 to 1",
    );
    let presence = &doc.redeem.presence;
    fault(
        presence.floor.is_amount(),
        "redeem.presence.floor",
        "must be 0 to 1000000000000",
    );
    fault(
        presence.ceiling.is_amount() && presence.ceiling >= presence.floor,
        "redeem.presence.ceiling",
        "must be 0 to 1000000000000, and no less than the floor",
    );
    fault(
        (1..=1200).contains(&doc.tier_window_months),
        "tier_window_months",
        "must be 1 to 1200",
    );

    fault(!doc.tiers.is_empty(), "tiers", "at least one tier");
    let mut ids = BTreeSet::new();
    let mut froms = BTreeSet::new();
    for (i, tier) in doc.tiers.iter().enumerate() {
        let id = tier.id.as_str();
        fault(
            !id.trim().is_empty(),
            &format!("tiers[{i}].id"),
            "must not be empty",
        );
        fault(
            ids.insert(id),
            &format!("tiers[{i}].id"),
            &format!("another tier is called {id:?}"),
        );
        fault(
            tier.from.is_amount(),
            &format!("tiers[{i}].from"),
            "must not be below zero",
        );
        for (n, label) in tier.benefits.iter().enumerate() {
            fault(
                !label.zh.trim().is_empty() || !label.en.trim().is_empty(),
                &format!("tiers[{i}].benefits[{n}]"),
                "a benefit without words",
            );
        }
        fault(
            froms.insert(tier.from),
            &format!("tiers[{i}].from"),
            "another tier begins there",
        );
    }
    for (i, factor) in doc.factors.iter().enumerate() {
        let day = factor
            .day_of_month
            .is_none_or(|day| (1..=31).contains(&day));
        fault(
            day,
            &format!("factors[{i}].day_of_month"),
            "must be 1 to 31",
        );
    }
    for (kind, behaviour) in &doc.behaviours {
        fault(
            behaviour.points.is_amount(),
            &format!("behaviours.{kind}.points"),
            "must be 0 to 1000000000000",
        );
        fault(
            behaviour.growth.is_amount(),
            &format!("behaviours.{kind}.growth"),
            "must be 0 to 1000000000",
        );
        fault(
            !kind.as_str().trim().is_empty(),
            "behaviours",
            "a kind without a name",
        );
    }
    let allowance = &doc.allowance;
    fault(
        allowance.store_share.is_at_most(1),
        "allowance.store_share",
        "must be 0 to 1",
    );
    fault(
        allowance.device_cap.is_amount(),
        "allowance.device_cap",
        "must be 0 to 1000000000000",
    );
    fault(
        allowance.member_cap.is_amount(),
        "allowance.member_cap",
        "must be 0 to 1000000000000",
    );
    fault(
        (1..=8784).contains(&allowance.lease_hours),
        "allowance.lease_hours",
        "must be 1 to 8784",
    );
    fault(
        (1..=8784).contains(&allowance.idle_hours),
        "allowance.idle_hours",
        "must be 1 to 8784",
    );
    fault(
        (1..=8784).contains(&allowance.offline_hours),
        "allowance.offline_hours",
        "must be 1 to 8784",
    );
    let awards = &doc.awards;
    for (money, place) in [
        (awards.per_receipt, "awards.per_receipt"),
        (awards.per_member_day, "awards.per_member_day"),
        (awards.per_clerk_day, "awards.per_clerk_day"),
    ] {
        fault(money.is_amount(), place, "must be 0.00 to 1000000000.00");
    }
    fault(
        awards
            .drop_after_days
            .is_none_or(|days| (1..=3660).contains(&days)),
        "awards.drop_after_days",
        "must be 1 to 3660, or left out",
    );
    let watch = &doc.watch;
    fault(
        (1..=1440).contains(&watch.velocity_minutes),
        "watch.velocity_minutes",
        "must be 1 to 1440",
    );
    for (hour, place) in [
        (watch.night_from, "watch.night_from"),
        (watch.night_until, "watch.night_until"),
    ] {
        fault(hour <= 23, place, "must be 0 to 23");
    }
    fault(
        watch.unmatched_days <= 3660,
        "watch.unmatched_days",
        "must be 0 to 3660",
    );
    if let Some(invite) = &doc.invite {
        fault(
            invite.from.is_amount(),
            "invite.from",
            "must be 0.00 to 1000000000.00",
        );
        fault(
            invite.after_days <= 3660,
            "invite.after_days",
            "must be 0 to 3660",
        );
        fault(
            (1..=3660).contains(&invite.within_days),
            "invite.within_days",
            "must be 1 to 3660",
        );
        fault(
            invite.most_a_year <= 10_000,
            "invite.most_a_year",
            "must be 0 to 10000",
        );
        for kind in [crate::REFERRAL, crate::INVITED] {
            fault(
                doc.behaviours.contains_key(&kind.into()),
                "invite",
                &format!("behaviours.{kind} says what it brings, and is not there"),
            );
        }
    }
    found
}

/// What a document leaves out and is worth a word to whoever publishes it.
pub(super) fn notes(doc: &ProgramDoc) -> Vec<Fault> {
    let mut found: Vec<Fault> = doc
        .behaviours
        .iter()
        .filter(|(_, behaviour)| behaviour.per_day.is_none())
        .map(|(kind, behaviour)| Fault {
            place: format!("behaviours.{kind}.per_day"),
            reason: format!("not said: it counts {} time a day", behaviour.limit()),
        })
        .collect();
    let awards = &doc.awards;
    let mut note = |holds: bool, place: &str, reason: String| {
        if holds {
            found.push(Fault {
                place: place.to_owned(),
                reason,
            });
        }
    };
    note(
        awards.per_member_day < awards.per_receipt,
        "awards.per_member_day",
        format!(
            "below per_receipt: no receipt counts beyond {}",
            awards.per_member_day
        ),
    );
    note(
        awards.per_clerk_day < awards.per_member_day,
        "awards.per_clerk_day",
        format!(
            "below per_member_day: nobody's day counts beyond {}",
            awards.per_clerk_day
        ),
    );
    found
}

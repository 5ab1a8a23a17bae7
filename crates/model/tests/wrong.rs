//! Each rule, broken by itself, is found out: the search must find a violation, and prints the shortest way.

mod common;

use common::{small, told};
use model::{Bounds, Rules, Setup};

fn fails(name: &str, property: &'static str, breaks: fn(&mut Rules), bounds: Bounds) {
    let mut setup = Setup {
        bounds,
        only: Some(property),
        ..Setup::default()
    };
    breaks(&mut setup.rules);
    let found = told(name, &setup, 1);
    assert!(found.states > 1, "no such property");
    assert!(found.violation.is_some(), "{name} went unnoticed");
}

/// Grant, spend, the lease ends, the centre reclaims, the push comes late.
#[test]
fn freed_by_the_clock() {
    fails(
        "freed by the clock",
        "I6",
        |rules| rules.no_reclaim_by_clock = false,
        Bounds {
            points: [0, 1],
            want: 1,
            cap: 1,
            ..Bounds::default()
        },
    );
}

/// Paid from escrow, on time-out spent again online, and `exists` restores the allowance.
#[test]
fn paid_a_second_way() {
    fails(
        "paid a second way",
        "I3",
        |rules| rules.one_way_to_spend = false,
        Bounds {
            points: [0, 1],
            want: 1,
            cap: 1,
            ..Bounds::default()
        },
    );
}

/// The reply is lost, and nobody knows the points any more.
#[test]
fn request_without_id() {
    fails(
        "request without id",
        "Q1",
        |rules| rules.request_on_disk = false,
        Bounds {
            points: [0, 1],
            want: 1,
            cap: 1,
            ..Bounds::default()
        },
    );
}

/// Sent twice, it takes escrow below zero.
#[test]
fn release_outside_the_outbox() {
    fails(
        "release outside the outbox",
        "I2",
        |rules| rules.release_in_outbox = false,
        Bounds {
            points: [0, 1],
            want: 1,
            cap: 1,
            ..Bounds::default()
        },
    );
}

/// They are the old epoch's, which the lost disk may have spent.
#[test]
fn restored_counter_keeps_its_allowances() {
    fails(
        "restored counter keeps its allowances",
        "I6",
        |rules| rules.new_epoch_is_empty = false,
        Bounds {
            disk_restores: 1,
            asks: 2,
            ..small()
        },
    );
}

/// Others get what a counter holds that has not reported yet.
#[test]
fn restored_centre_grants_at_once() {
    fails(
        "restored centre grants at once",
        "H",
        |rules| rules.hold_while_recovering = false,
        Bounds {
            devices: 2,
            centre_restores: 1,
            ..small()
        },
    );
}

/// Written off, used by another, and used by its late holder.
#[test]
fn late_coupon_is_the_members() {
    fails(
        "late coupon is the members",
        "I8",
        |rules| rules.late_coupon_is_loss = false,
        Bounds {
            devices: 2,
            points: [0, 0],
            coupon: true,
            write_offs: 1,
            ..small()
        },
    );
}

/// A request that outlives its epoch brings an allowance of the old one.
#[test]
fn reply_repeated_to_a_new_epoch() {
    fails(
        "reply repeated to a new epoch",
        "I6",
        |rules| rules.reply_to_own_epoch = false,
        Bounds {
            disk_restores: 1,
            ..small()
        },
    );
}

/// What a copy completed is gone.
#[test]
fn quarantine_drops_a_branch() {
    fails(
        "quarantine drops a branch",
        "Q2",
        |rules| {
            rules.branches_are_applied = false;
            rules.every_hello_asks = false;
            rules.evidence_of_all_lives = false;
        },
        Bounds {
            forks: 1,
            ..small()
        },
    );
}

/// A hello is overtaken by a request, and the counter voids itself before the grant comes.
#[test]
fn begun_while_a_grant_is_on_its_way() {
    fails(
        "begun while a grant is on its way",
        "Q1",
        |rules| rules.begin_checks_requests = false,
        Bounds {
            late_requests: true,
            wire: 2,
            ..small()
        },
    );
}

/// One branch spent and pushed all: what is left says nothing of the other.
#[test]
fn fork_bounded_by_what_is_left() {
    fails(
        "fork bounded by what is left",
        "I6",
        |rules| rules.fork_bound_is_granted = false,
        Bounds {
            forks: 1,
            ..small()
        },
    );
}

/// An old copy's fork ends the epoch that the other copy claimed meanwhile.
#[test]
fn resolving_ends_an_innocent_epoch() {
    fails(
        "resolving ends an innocent epoch",
        "Q1",
        |rules| rules.resolve_closes_forked_only = false,
        Bounds {
            forks: 1,
            sales: 2,
            ops: 1,
            points: [0, 2],
            cap: 2,
            ..small()
        },
    );
}

/// It lives, but nobody can give its points to anyone.
#[test]
fn superseded_holds_on() {
    fails(
        "superseded holds on",
        "Q1",
        |rules| rules.superseded_releases = false,
        Bounds {
            forks: 1,
            points: [0, 2],
            want: 2,
            cap: 2,
            ..small()
        },
    );
}

/// Not granted while quarantined or recovering, and granted to a late repetition.
#[test]
fn unstored_answer_closes() {
    fails(
        "unstored answer closes",
        "Q1",
        |rules| rules.only_stored_closes = false,
        Bounds {
            centre_restores: 1,
            wire: 2,
            late_requests: true,
            ..small()
        },
    );
}

/// Taken after the report, it is known to nobody else.
#[test]
fn grant_of_an_older_generation() {
    fails(
        "grant of an older generation",
        "H",
        |rules| rules.replies_of_generation = false,
        Bounds {
            devices: 2,
            centre_restores: 1,
            ops: 1,
            wire: 2,
            ..small()
        },
    );
}

/// A copy that nobody knows of reports nothing, and the other spends what the centre forgot.
#[test]
fn one_outbox_reports_for_all() {
    fails(
        "one outbox reports for all",
        "I6",
        |rules| rules.every_outbox_reports = false,
        Bounds {
            forks: 1,
            centre_restores: 1,
            ops: 1,
            ..small()
        },
    );
}

/// It spends what the centre forgot.
#[test]
fn push_before_the_report() {
    fails(
        "push before the report",
        "I6",
        |rules| rules.report_before_push = false,
        Bounds {
            centre_restores: 1,
            ..small()
        },
    );
}

/// What the lost part of the centre had of them is gone.
#[test]
fn earlier_epochs_are_not_sent_again() {
    fails(
        "earlier epochs are not sent again",
        "Q2",
        |rules| {
            rules.all_epochs_again = false;
            rules.evidence_of_all_lives = false;
        },
        Bounds {
            centre_restores: 1,
            disk_restores: 1,
            ..small()
        },
    );
}

/// A superseded outbox had its part in what the centre forgot, and the centre knows a later life.
#[test]
fn lives_that_are_over_are_not_asked() {
    fails(
        "lives that are over are not asked",
        "Q2",
        |rules| {
            rules.lives_over_send_again = false;
            rules.evidence_of_all_lives = false;
        },
        Bounds {
            forks: 1,
            centre_restores: 1,
            ops: 1,
            ..small()
        },
    );
}

/// A new generation is heard of once: by a hello that makes the outbox begin anew, and asks nothing again.
#[test]
fn asked_once_and_not_of_lives_that_are_over() {
    fails(
        "asked once, and not of lives that are over",
        "Q2",
        |rules| {
            rules.lives_over_send_again = false;
            rules.every_hello_asks = false;
            rules.evidence_of_all_lives = false;
        },
        Bounds {
            write_offs: 1,
            centre_restores: 1,
            asks: 0,
            sales: 1,
            ops: 1,
            ..small()
        },
    );
}

/// A hello that was said before an operation was answered comes to the restored centre late.
#[test]
fn a_late_hello_speaks_for_what_it_did_not_tell() {
    fails(
        "a late hello speaks for what it did not tell",
        "G",
        |rules| rules.untold_is_sent_again = false,
        Bounds {
            centre_restores: 1,
            late_requests: true,
            releases: true,
            wire: 2,
            ..small()
        },
    );
}

/// Nobody tells the centre that it was put back, and what it forgot is of a life that is over.
#[test]
fn only_a_new_generation_asks() {
    fails(
        "only a new generation asks",
        "Q2",
        |rules| {
            rules.restore_is_announced = false;
            rules.every_hello_asks = false;
            rules.evidence_of_all_lives = false;
        },
        Bounds {
            write_offs: 1,
            centre_restores: 1,
            asks: 0,
            sales: 1,
            ops: 1,
            ..small()
        },
    );
}

/// It delivered, and the centre forgot; refused at hello, it never hears of it.
#[test]
fn revoked_hears_nothing() {
    fails(
        "revoked hears nothing",
        "Q2",
        |rules| rules.revoked_is_told = false,
        Bounds {
            revokes: 1,
            centre_restores: 1,
            asks: 0,
            sales: 1,
            ops: 1,
            ..small()
        },
    );
}

/// Revoked by a centre from before two write-offs: it may claim nothing, and delivers to nobody.
#[test]
fn revoked_in_an_unknown_epoch() {
    fails(
        "revoked in an unknown epoch",
        "L",
        |rules| rules.revoked_delivers_all = false,
        Bounds {
            write_offs: 2,
            revokes: 1,
            centre_restores: 1,
            asks: 0,
            sales: 1,
            ops: 1,
            ..small()
        },
    );
}

/// A branch's operation is taken for the main chain's.
#[test]
fn heads_without_hash() {
    fails(
        "heads without hash",
        "Q2",
        |rules| {
            rules.heads_say_hash = false;
            rules.evidence_of_all_lives = false;
        },
        Bounds {
            centre_restores: 1,
            disk_restores: 1,
            ..small()
        },
    );
}

/// A centre from before two write-offs never listens again.
#[test]
fn claims_the_next_epoch_only() {
    fails(
        "claims the next epoch only",
        "L",
        |rules| rules.claim_any_later = false,
        Bounds {
            centre_restores: 1,
            write_offs: 2,
            asks: 0,
            sales: 1,
            ops: 1,
            ..small()
        },
    );
}

/// What a counter holds expires before it is reported, and she owes it.
#[test]
fn expiry_while_recovering() {
    fails(
        "expiry while recovering",
        "Q3",
        |rules| rules.no_expiry_while_recovering = false,
        Bounds {
            points: [1, 0],
            centre_restores: 1,
            midnight: true,
            ..small()
        },
    );
}

/// Put back twice from one backup, the centre seems never to have been.
#[test]
fn a_generation_twice() {
    fails(
        "a generation twice",
        "H",
        |rules| rules.generation_is_unique = false,
        Bounds {
            devices: 2,
            centre_restores: 2,
            ops: 1,
            ..small()
        },
    );
}

/// Until a head proves it, the centre grants what others hold.
#[test]
fn a_restore_that_nobody_tells() {
    fails(
        "a restore that nobody tells",
        "H",
        |rules| rules.restore_is_announced = false,
        Bounds {
            devices: 2,
            centre_restores: 1,
            ops: 1,
            ..small()
        },
    );
}

/// Every hello begins another generation.
#[test]
fn evidence_before_the_report() {
    fails(
        "evidence before the report",
        "G",
        |rules| rules.evidence_after_report = false,
        Bounds {
            centre_restores: 1,
            ..small()
        },
    );
}

/// One that it gave back comes first, or is who the backup knows: the other counter has it in hand, and it is free.
#[test]
fn coupon_of_who_reports_first() {
    fails(
        "coupon of who reports first",
        "I6",
        |rules| rules.coupon_state_is_told = false,
        Bounds {
            devices: 2,
            points: [0, 0],
            coupon: true,
            centre_restores: 1,
            releases: true,
            ops: 1,
            ..small()
        },
    );
}

/// What cannot be set up again is counted at every hello, and proves again and again that the centre forgot.
#[test]
fn forgotten_is_counted_again() {
    fails(
        "forgotten is counted again",
        "G",
        |rules| rules.forgotten_is_told_once = false,
        Bounds {
            points: [0, 0],
            coupon: true,
            coupon_given_later: true,
            centre_restores: 1,
            ..small()
        },
    );
}

/// A late repetition is granted again.
#[test]
#[ignore = "wide"]
fn request_of_an_older_generation() {
    fails(
        "request of an older generation",
        "Q1",
        |rules| rules.requests_of_generation = false,
        Bounds {
            devices: 2,
            releases: true,
            centre_restores: 1,
            wire: 2,
            ops: 1,
            late_requests: true,
            ..small()
        },
    );
}

//! A centre that was put back from a backup: what it grants and expires before every counter has reported.

use model::Bounds;

use crate::common::small;
use crate::fails;

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
fn evidence_of_before() {
    fails(
        "evidence of before",
        "G",
        |rules| rules.evidence_of_generation = false,
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
        |rules| rules.evidence_of_generation = false,
        Bounds {
            points: [0, 0],
            coupon: true,
            coupon_given_later: true,
            centre_restores: 1,
            ..small()
        },
    );
}

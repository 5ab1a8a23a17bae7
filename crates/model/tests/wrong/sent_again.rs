//! A centre that was put back from a backup: it hears everybody, and what it forgot is sent again.

use model::Bounds;

use crate::common::small;
use crate::fails;

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
        "I6",
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

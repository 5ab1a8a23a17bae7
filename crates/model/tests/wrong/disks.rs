//! Disks that were copied or put back from a backup.

use model::Bounds;

use crate::common::small;
use crate::fails;

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

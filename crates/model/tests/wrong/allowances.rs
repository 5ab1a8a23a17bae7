//! Grants, spends and releases over a network with its usual faults, and coupons that were written off.

use model::Bounds;

use crate::common::small;
use crate::fails;

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

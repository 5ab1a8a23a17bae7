//! What whoever has a device's key may claim, believed without the centre's own signature.

use crate::common::small;
use crate::fails;
use model::Bounds;

fn lying() -> Bounds {
    Bounds {
        devices: 2,
        lies: 1,
        hellos: true,
        ops: 1,
        ..small()
    }
}

/// An allowance that nobody gave is set up again: the member pays for it.
#[test]
fn unsigned_report() {
    fails(
        "unsigned report",
        "I9",
        |rules| rules.report_is_signed = false,
        Bounds {
            centre_restores: 1,
            ..lying()
        },
    );
}

/// Nothing is granted to anybody, because one device says that it was answered what it was not.
#[test]
fn unsigned_acknowledgement() {
    fails(
        "unsigned acknowledgement",
        "G",
        |rules| rules.acknowledgement_is_signed = false,
        lying(),
    );
}

/// The same, because one device names a generation to come.
#[test]
fn generation_by_hearsay() {
    fails(
        "generation by hearsay",
        "G",
        |rules| rules.generation_is_signed = false,
        lying(),
    );
}

/// A device says that it holds nothing, and then that it holds what it does: its points were given to another meanwhile.
#[test]
fn told_of_later() {
    fails(
        "told of later",
        "H",
        |rules| rules.report_is_once = false,
        Bounds {
            centre_restores: 1,
            ..lying()
        },
    );
}

//! By the rules, every state within these bounds keeps every invariant.
//!
//! `cargo test -p model --test right -- --nocapture` prints the sizes; `--ignored` runs the wide ones.

mod common;

use common::{small, told};
use model::{Bounds, Setup};

fn holds(name: &str, bounds: Bounds) {
    let setup = Setup {
        bounds,
        ..Setup::default()
    };
    let found = told(name, &setup, 2);
    assert!(found.violation.is_none(), "{name}");
    assert!(found.states > 100, "{name} searched nothing");
}

/// Two counters ask, spend and give back; the network does what it likes.
#[test]
fn network() {
    holds(
        "network",
        Bounds {
            points: [1, 1],
            ..Bounds::default()
        },
    );
}

/// A return makes debt while points are in escrow, and their date passes.
#[test]
fn debt_and_expiry() {
    holds(
        "debt and expiry",
        Bounds {
            points: [1, 1],
            returns: 1,
            midnight: true,
            ops: 1,
            wire: 1,
            ..Bounds::default()
        },
    );
}

/// A sale brings points while others are spent.
#[test]
fn earning() {
    holds(
        "earning",
        Bounds {
            points: [0, 1],
            sales: 1,
            returns: 1,
            wire: 1,
            ..Bounds::default()
        },
    );
}

/// The coupon goes from counter to counter.
#[test]
fn coupon() {
    holds(
        "coupon",
        Bounds {
            points: [0, 1],
            coupon: true,
            ops: 1,
            ..Bounds::default()
        },
    );
}

/// Hellos are late, repeated and overtaken by requests, and prove nothing wrong.
#[test]
fn late_hellos() {
    holds(
        "late hellos",
        Bounds {
            releases: true,
            late_requests: true,
            asks: 2,
            wire: 2,
            ..small()
        },
    );
}

/// A device is written off too early, and delivers what it did.
#[test]
fn write_off() {
    holds(
        "write-off",
        Bounds {
            devices: 2,
            write_offs: 1,
            releases: true,
            ..small()
        },
    );
}

/// So is the holder of the coupon.
#[test]
fn write_off_coupon() {
    holds(
        "write-off, coupon",
        Bounds {
            devices: 2,
            points: [0, 0],
            coupon: true,
            write_offs: 1,
            releases: true,
            ops: 1,
            ..small()
        },
    );
}

/// A disk is copied and both copies are used.
#[test]
fn fork() {
    holds(
        "fork",
        Bounds {
            forks: 1,
            ..small()
        },
    );
}

/// A copied disk beside another counter that gets what is freed.
#[test]
fn fork_beside_another() {
    holds(
        "fork beside another",
        Bounds {
            devices: 2,
            forks: 1,
            ops: 1,
            ..small()
        },
    );
}

/// A copied disk is written off, too.
#[test]
fn fork_and_write_off() {
    holds(
        "fork and write-off",
        Bounds {
            forks: 1,
            write_offs: 1,
            ops: 1,
            ..small()
        },
    );
}

/// A disk is put back from an old backup.
#[test]
fn disk_restore() {
    holds(
        "disk put back",
        Bounds {
            disk_restores: 1,
            points: [1, 1],
            want: 2,
            cap: 2,
            releases: true,
            late_requests: true,
            ..small()
        },
    );
}

/// The centre is put back from an old backup.
#[test]
fn centre_restore() {
    holds(
        "centre put back",
        Bounds {
            devices: 2,
            centre_restores: 1,
            ops: 1,
            releases: true,
            ..small()
        },
    );
}

/// The centre is put back, while operations earn, take back and expire.
#[test]
fn centre_restore_books() {
    holds(
        "centre put back, books",
        Bounds {
            points: [1, 0],
            centre_restores: 1,
            sales: 1,
            returns: 1,
            midnight: true,
            releases: true,
            ..small()
        },
    );
}

/// The centre is put back while messages are late.
#[test]
fn centre_restore_late() {
    holds(
        "centre put back, late requests",
        Bounds {
            centre_restores: 1,
            late_requests: true,
            releases: true,
            wire: 2,
            ..small()
        },
    );
}

/// The centre is put back, and a device written off before or after.
#[test]
fn centre_restore_and_write_off() {
    holds(
        "centre put back, written off",
        Bounds {
            centre_restores: 1,
            write_offs: 1,
            ops: 1,
            ..small()
        },
    );
}

/// The centre is put back, and a device revoked before or after.
#[test]
fn centre_restore_and_revoke() {
    holds(
        "centre put back, revoked",
        Bounds {
            centre_restores: 1,
            revokes: 1,
            ops: 1,
            ..small()
        },
    );
}

/// A centre from before two write-offs revokes the device.
#[test]
fn centre_restore_and_revoke_of_an_unknown_epoch() {
    holds(
        "centre put back, revoked in an unknown epoch",
        Bounds {
            centre_restores: 1,
            write_offs: 2,
            revokes: 1,
            asks: 0,
            sales: 1,
            ops: 1,
            ..small()
        },
    );
}

/// The coupon was given after the backup: what a counter holds of it cannot be set up again.
#[test]
fn centre_restore_of_a_coupon() {
    holds(
        "centre put back, coupon not known any more",
        Bounds {
            devices: 2,
            points: [0, 0],
            coupon: true,
            coupon_given_later: true,
            centre_restores: 1,
            releases: true,
            ops: 1,
            ..small()
        },
    );
}

/// Nobody tells the centre that it was put back: whatever is forgotten by it, nothing completed is.
#[test]
fn centre_restore_untold() {
    let all = [
        ("disk copied", 1, 0, 0, 0),
        ("disk put back", 0, 1, 0, 0),
        ("written off", 0, 0, 1, 0),
        ("revoked", 0, 0, 0, 1),
    ];
    for (what, forks, disk_restores, write_offs, revokes) in all {
        let mut setup = Setup {
            bounds: Bounds {
                centre_restores: 1,
                forks,
                disk_restores,
                write_offs,
                revokes,
                asks: 0,
                sales: 1,
                ops: 1,
                ..small()
            },
            only: Some("Q2"),
            ..Setup::default()
        };
        setup.rules.restore_is_announced = false;
        let found = told(&format!("centre put back untold, {what}"), &setup, 2);
        assert!(found.violation.is_none(), "{what}");
        assert!(found.states > 100, "{what} searched nothing");
    }
}

/// Disk and centre are both put back.
#[test]
fn both_restored() {
    holds(
        "disk and centre put back",
        Bounds {
            centre_restores: 1,
            disk_restores: 1,
            ..small()
        },
    );
}

/// The wide ones: minutes each.
mod wide {
    use super::{Bounds, holds, small};

    #[test]
    #[ignore = "wide"]
    fn centre_restore_and_write_off() {
        for (what, write_offs, revokes) in [("written off", 1, 0), ("revoked", 0, 1)] {
            holds(
                &format!("wide: centre put back, {what}"),
                Bounds {
                    centre_restores: 1,
                    write_offs,
                    revokes,
                    sales: 1,
                    ..small()
                },
            );
        }
    }

    #[test]
    #[ignore = "wide"]
    fn network() {
        holds(
            "wide: network",
            Bounds {
                points: [1, 1],
                returns: 1,
                midnight: true,
                ops: 2,
                wire: 3,
                ..Bounds::default()
            },
        );
    }

    #[test]
    #[ignore = "wide"]
    fn coupon_and_points() {
        holds(
            "wide: coupon and points, written off",
            Bounds {
                devices: 2,
                coupon: true,
                write_offs: 1,
                releases: true,
                ops: 1,
                ..small()
            },
        );
    }

    #[test]
    #[ignore = "wide"]
    fn fork() {
        holds(
            "wide: fork, late requests",
            Bounds {
                forks: 1,
                late_requests: true,
                wire: 2,
                ..small()
            },
        );
    }

    #[test]
    #[ignore = "wide"]
    fn fork_points() {
        holds(
            "wide: fork, two points, releases",
            Bounds {
                forks: 1,
                points: [0, 2],
                cap: 2,
                releases: true,
                ..small()
            },
        );
    }

    #[test]
    #[ignore = "wide"]
    fn fork_and_centre_restore() {
        holds(
            "wide: fork, centre put back",
            Bounds {
                forks: 1,
                centre_restores: 1,
                ops: 1,
                ..small()
            },
        );
    }

    #[test]
    #[ignore = "wide"]
    fn disk_restore() {
        holds(
            "wide: disk put back, written off, two counters",
            Bounds {
                devices: 2,
                disk_restores: 1,
                write_offs: 1,
                releases: true,
                ..small()
            },
        );
    }

    #[test]
    #[ignore = "wide"]
    fn centre_restore() {
        holds(
            "wide: centre put back twice",
            Bounds {
                devices: 2,
                centre_restores: 2,
                ops: 1,
                releases: true,
                ..small()
            },
        );
    }

    #[test]
    #[ignore = "wide"]
    fn centre_restore_late() {
        holds(
            "wide: centre put back, two counters, late requests",
            Bounds {
                devices: 2,
                centre_restores: 1,
                ops: 1,
                late_requests: true,
                releases: true,
                wire: 2,
                ..small()
            },
        );
    }
}

/// Whoever has a device's key claims what the centre never signed: nobody pays for it but the device's store, and nobody
/// is stopped.
#[test]
fn a_lying_device() {
    holds(
        "a lying device",
        Bounds {
            devices: 2,
            lies: 2,
            hellos: true,
            ops: 1,
            ..small()
        },
    );
}

/// It lies to a centre that was put back from a backup.
#[test]
fn a_lying_device_and_a_restored_centre() {
    holds(
        "a lying device and a restored centre",
        Bounds {
            devices: 2,
            lies: 1,
            centre_restores: 1,
            ops: 1,
            ..small()
        },
    );
}

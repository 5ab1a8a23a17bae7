//! Each rule, broken by itself, is found out: the search must find a violation, and prints the shortest way.

#[path = "../common/mod.rs"]
mod common;

mod allowances;
mod centre_put_back;
mod disks;
mod lies;
mod sent_again;

use common::told;
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

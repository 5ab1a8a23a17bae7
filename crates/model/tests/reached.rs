//! The searches are not empty: what they are about does happen in them.

mod common;

use common::small;
use model::settled::quiet;
use model::{Bounds, Setup, Step, World};
use stateright::{Checker, HasDiscoveries, Model, Property};

/// A state to be found, by name.
type Named = (&'static str, fn(&World) -> bool);

/// A search for states that must be there.
struct Reach(Setup, &'static [Named]);

impl Model for Reach {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        self.0.init_states()
    }

    fn actions(&self, world: &World, steps: &mut Vec<Step>) {
        self.0.actions(world, steps);
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        self.0.next_state(world, step)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        // a property is a plain function, so each has its own place in the list
        const AT: [fn(&Reach, &World) -> bool; 3] = [
            |m, w| (m.1[0].1)(w) && quiet(&m.0, w),
            |m, w| (m.1[1].1)(w) && quiet(&m.0, w),
            |m, w| (m.1[2].1)(w) && quiet(&m.0, w),
        ];
        let named = self.1.iter().zip(AT);
        named
            .map(|((name, _), reached)| Property::sometimes(name, reached))
            .collect()
    }
}

/// Each is reached, in a state where nothing is left to be done.
fn reached(bounds: Bounds, states: &'static [Named]) {
    let setup = Setup {
        bounds,
        ..Setup::default()
    };
    Reach(setup, states)
        .checker()
        .threads(2)
        .finish_when(HasDiscoveries::All)
        .spawn_bfs()
        .join()
        .assert_properties();
}

#[test]
fn fork() {
    reached(
        Bounds {
            forks: 1,
            ..small()
        },
        &[
            ("the store lost a point", |w| w.centre.books.loss > 0),
            ("a copy is superseded", |w| {
                w.copies.iter().any(|c| c.superseded)
            }),
            ("both copies were applied", |w| {
                w.copies.iter().filter(|c| !c.ops.is_empty()).count() == 2
            }),
        ],
    );
}

#[test]
fn write_off() {
    reached(
        Bounds {
            devices: 2,
            write_offs: 1,
            ..small()
        },
        &[
            ("delivered late", |w| {
                w.centre.books.loss > 0 && w.centre.books.redeemed > 0
            }),
            ("freed and held by the other", |w| {
                w.centre.escrow(1) > 0 && w.copies[0].epoch == 2
            }),
            ("holds again in its new epoch", |w| {
                w.copies[0].epoch == 2 && w.centre.escrow(0) > 0
            }),
        ],
    );
}

#[test]
fn disk_restore() {
    reached(
        Bounds {
            disk_restores: 1,
            ..small()
        },
        &[
            ("a new epoch was begun", |w| w.copies[0].epoch == 2),
            ("it clashed with its own past", |w| w.centre.books.loss > 0),
            ("it went on from the backup", |w| {
                w.truth.disk_restores == 1 && w.copies[0].epoch == 1 && w.truth.spent > 0
            }),
        ],
    );
}

#[test]
fn centre_restore() {
    reached(
        Bounds {
            points: [1, 0],
            centre_restores: 1,
            sales: 1,
            midnight: true,
            asks: 2,
            ..small()
        },
        &[
            ("reinstated and spent", |w| {
                w.centre.generation == 2 && w.centre.books.redeemed > 0
            }),
            ("held over its last day", |w| {
                w.passed && w.centre.escrow(0) > 0
            }),
            ("earned again and granted", |w| {
                w.centre.generation == 2 && w.centre.books.earned == 2 && w.centre.rows.len() == 2
            }),
        ],
    );
}

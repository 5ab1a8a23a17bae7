//! Any order of what can happen to an outbox, against a real file: answers repeated, late, out of
//! order and of other epochs, crashes in the middle of anything.

mod real;

use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use real::Real;

/// What happens. Numbers choose among what is there at that moment.
#[derive(Debug, Clone)]
enum Step {
    /// Something is asked for; its answer comes whenever it comes.
    Ask,
    /// The answer to some request, once more perhaps: points, a coupon where none.
    Answer {
        which: usize,
        points: Option<i64>,
    },
    Spend {
        points: i64,
    },
    UseCoupon {
        which: usize,
    },
    /// The centre asks some allowance back, known or not.
    Recall {
        which: usize,
    },
    Idle,
    /// Something that spends nothing, of any kind.
    Append {
        kind: usize,
    },
    /// The centre answers an operation of any epoch.
    Settle {
        which: usize,
        held: bool,
    },
    /// A hello was answered by an epoch, perhaps after the outbox moved on.
    Begin {
        moved_on: bool,
    },
    /// The centre was restored, and has the operations of each epoch up to this one.
    Restore {
        head: usize,
    },
    /// The process dies, in the middle of a transaction or between two.
    Crash {
        within: bool,
    },
}

/// What must be true, kept without a file.
#[derive(Debug, Clone, Default)]
struct Known {
    requests: usize,
    operations: usize,
}

struct Machine;

impl ReferenceStateMachine for Machine {
    type State = Known;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Known> {
        Just(Known::default()).boxed()
    }

    fn transitions(_: &Known) -> BoxedStrategy<Step> {
        let some = 0usize..64;
        prop_oneof![
            3 => Just(Step::Ask),
            6 => (some.clone(), proptest::option::weighted(0.8, 1i64..200))
                .prop_map(|(which, points)| Step::Answer { which, points }),
            6 => (1i64..150).prop_map(|points| Step::Spend { points }),
            2 => some.clone().prop_map(|which| Step::UseCoupon { which }),
            2 => some.clone().prop_map(|which| Step::Recall { which }),
            1 => Just(Step::Idle),
            3 => some.clone().prop_map(|kind| Step::Append { kind }),
            5 => (some.clone(), any::<bool>()).prop_map(|(which, held)| Step::Settle { which, held }),
            1 => any::<bool>().prop_map(|moved_on| Step::Begin { moved_on }),
            1 => some.prop_map(|head| Step::Restore { head }),
            2 => any::<bool>().prop_map(|within| Step::Crash { within }),
        ]
        .boxed()
    }

    fn apply(mut state: Known, step: &Step) -> Known {
        match step {
            Step::Ask => state.requests += 1,
            Step::Append { .. } => state.operations += 1,
            _ => {}
        }
        state
    }
}

impl StateMachineTest for Real {
    type SystemUnderTest = Self;
    type Reference = Machine;

    fn init_test(_: &Known) -> Self {
        Real::enrolled()
    }

    fn apply(mut real: Self, _: &Known, step: Step) -> Self {
        real.step(step);
        real.check();
        real
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// I3, a chain without gaps, nothing that was called done disappears, nothing confirmed is undone.
    #[test]
    fn an_outbox_keeps_what_it_promised(sequential 1..60 => Real);
}

//! What a run is prone to: which steps it takes, and how often each.

use crate::dice::Dice;
use crate::population::Population;

/// Kinds of step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Trade,
    Contact,
    Send,
    LookAgain,
    Deliver,
    Bring,
    Repeat,
    LoseRequest,
    LoseAnswer,
    GiveUp,
    Cut,
    Crash,
    Reboot,
    LoseCache,
    DamageOutbox,
    CentreCrash,
    SetClock,
    Wait,
    Jobs,
    Join,
    CopyCounter,
    RestoreCounter,
    Fork,
    WriteOff,
    Revoke,
    Resolve,
    Checkout,
    CopyCentre,
    RestoreCentre,
    Lie,
}

/// Which accidents a run is prone to. Each run has its own, so that some are quiet enough for
/// long stories and others have every accident at once.
pub(crate) struct Habits {
    pub(crate) weights: Vec<(usize, Step)>,
    pub(crate) steps: i64,
    /// Days pass oftener than minutes.
    pub(crate) quiet: bool,
}

impl Habits {
    pub(crate) fn of(dice: &mut Dice, population: Population) -> Self {
        match population {
            Population::FiveCounters | Population::TwoCounters | Population::EightCounters => {
                Self::busy(dice)
            }
            Population::LongQuiet => Self::quiet(dice),
            Population::LyingDevice => {
                let mut habits = Self::busy(dice);
                habits.weights.push((25, Step::Lie));
                habits
            }
        }
    }

    /// Little happens between backups that are put back.
    fn quiet(dice: &mut Dice) -> Self {
        let mut weights = vec![
            (20, Step::Trade),
            (12, Step::Contact),
            (8, Step::Send),
            (40, Step::Deliver),
            (40, Step::Bring),
            (14, Step::LookAgain),
            (14, Step::Wait),
            (4, Step::Jobs),
            (5, Step::CopyCentre),
            (5, Step::RestoreCentre),
        ];
        let accidents = [
            (5, Step::CopyCounter),
            (5, Step::RestoreCounter),
            (3, Step::LoseRequest),
            (3, Step::LoseAnswer),
            (4, Step::GiveUp),
            (3, Step::Cut),
            (3, Step::Crash),
            (3, Step::Reboot),
            (1, Step::LoseCache),
            (2, Step::CentreCrash),
            (2, Step::Join),
            (1, Step::WriteOff),
            (1, Step::Revoke),
            (1, Step::Fork),
            (2, Step::Resolve),
        ];
        for (weight, step) in accidents {
            if dice.percent(50) {
                weights.push((weight, step));
            }
        }
        Self {
            weights,
            steps: dice.between(80, 260),
            quiet: true,
        }
    }

    fn busy(dice: &mut Dice) -> Self {
        let mut weights = vec![
            (30, Step::Trade),
            (16, Step::Contact),
            (12, Step::Send),
            (45, Step::Deliver),
            (45, Step::Bring),
            (20, Step::LookAgain),
        ];
        let accidents = [
            (4, Step::Repeat),
            (4, Step::LoseRequest),
            (4, Step::LoseAnswer),
            (8, Step::GiveUp),
            (4, Step::Cut),
            (4, Step::Crash),
            (2, Step::Reboot),
            (1, Step::LoseCache),
            (2, Step::CentreCrash),
            (2, Step::SetClock),
            (4, Step::Wait),
            (2, Step::Jobs),
            (2, Step::Join),
        ];
        for (weight, step) in accidents {
            if dice.percent(60) {
                weights.push((weight, step));
            }
        }
        if dice.percent(40) {
            weights.push((3, Step::CopyCounter));
            weights.push((4, Step::RestoreCounter));
        }
        if dice.percent(25) {
            weights.push((1, Step::Fork));
        }
        if dice.percent(15) {
            weights.push((1, Step::DamageOutbox));
        }
        if dice.percent(25) {
            weights.push((1, Step::WriteOff));
        }
        if dice.percent(8) {
            weights.push((1, Step::Revoke));
        }
        if dice.percent(15) {
            weights.push((1, Step::Checkout));
        }
        if dice.percent(50) {
            weights.push((3, Step::Resolve));
        }
        if dice.percent(30) {
            weights.push((3, Step::CopyCentre));
            weights.push((3, Step::RestoreCentre));
        }
        Self {
            weights,
            steps: dice.between(60, 220),
            quiet: false,
        }
    }
}

/// Accidents that a run had, after which some losses are in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Accidents {
    pub(crate) restored: usize,
    pub(crate) forked: usize,
    pub(crate) written_off: usize,
    pub(crate) centre_restored: usize,
}

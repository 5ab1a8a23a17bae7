//! What happens next, by chance: trade, the network's moods, accidents of machines and people.

use crate::baton::Fate;
use crate::clerk;
use crate::counter_unit::Hand;
use crate::dice::Dice;
use crate::population::Population;
use crate::world::World;

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const HOUR: i64 = 3_600 * SECOND;
pub(crate) const DAY: i64 = 24 * HOUR;

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
}

/// Which accidents a run is prone to. Each run has its own, so that some are quiet enough for
/// long stories and others have every accident at once.
pub(crate) struct Habits {
    weights: Vec<(usize, Step)>,
    steps: i64,
    /// Days pass oftener than minutes.
    quiet: bool,
}

impl Habits {
    pub(crate) fn of(dice: &mut Dice, population: Population) -> Self {
        match population {
            Population::FiveCounters | Population::TwoCounters | Population::EightCounters => {
                Self::busy(dice)
            }
            Population::LongQuiet => Self::quiet(dice),
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

impl World {
    /// A time of trade and accidents.
    pub(crate) fn trade(&mut self) {
        for _ in 0..self.habits.steps {
            let passes = self.dice.between(1, 3 * SECOND);
            self.time.pass(passes);
            if let Some(step) = self.dice.weighted(&self.habits.weights) {
                self.step(step);
            }
            if !self.found.is_empty() {
                return;
            }
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Trade => self.some_trade(),
            Step::Contact => {
                let unit = self.dice.below(self.units.len());
                if self.free(unit, Hand::Contact) {
                    self.begin(unit, Hand::Contact, "contact", clerk::contact());
                }
            }
            Step::Send => {
                let unit = self.dice.below(self.units.len());
                if self.free(unit, Hand::Sender) {
                    self.begin(unit, Hand::Sender, "send", clerk::send());
                }
            }
            Step::LookAgain => self.look_again(),
            Step::Deliver if !self.going.is_empty() => {
                let at = self.dice.below(self.going.len());
                self.deliver(at);
            }
            Step::Bring if !self.coming.is_empty() => {
                let at = self.dice.below(self.coming.len());
                self.bring(at);
            }
            Step::Repeat if !self.past.is_empty() => {
                let at = self.dice.below(self.past.len());
                if let Some(request) = self.past.get(at).cloned() {
                    let answer = self.serve(&request);
                    self.say(format!(
                        "an old {} comes again: {}",
                        request.path, answer.status
                    ));
                }
            }
            Step::LoseRequest if !self.going.is_empty() => {
                let at = self.dice.below(self.going.len());
                let lost = self.going.swap_remove(at);
                self.say(format!("#{} is lost", lost.id));
            }
            Step::LoseAnswer if !self.coming.is_empty() => {
                let at = self.dice.below(self.coming.len());
                let lost = self.coming.swap_remove(at);
                self.say(format!("answer #{} is lost", lost.to));
            }
            Step::GiveUp => self.someone_gives_up(),
            Step::Wait => self.time_passes(),
            Step::Jobs => self.jobs(),
            Step::Join => self.someone_joins(),
            Step::WriteOff | Step::Revoke | Step::Resolve | Step::Checkout => self.manager(step),
            Step::CopyCentre => self.copy_centre(),
            Step::RestoreCentre => self.restore_centre(),
            Step::CentreCrash => {
                self.say("the centre stops and starts".into());
                self.service.stop();
                self.service.start();
            }
            _ => self.accident(step),
        }
    }

    pub(crate) fn free(&self, unit: usize, hand: Hand) -> bool {
        self.units.get(unit).is_some_and(|u| !u.is_busy(hand))
    }

    fn someone_gives_up(&mut self) {
        let mut waiting = Vec::new();
        for (at, unit) in self.units.iter().enumerate() {
            for hand in Hand::ALL {
                if unit.is_busy(hand) {
                    waiting.push((at, hand));
                }
            }
        }
        if let Some((unit, hand)) = self.dice.pick(&waiting) {
            let name = self.name(unit, hand);
            self.say(format!("{name} waits no longer"));
            self.time.pass(2 * SECOND);
            // a clerk's wait is bounded by the engine, a contact's by the connection
            let fate = match hand {
                Hand::Clerk if self.dice.percent(70) => Fate::TooLate,
                _ => Fate::Offline,
            };
            self.settle(unit, hand, fate);
        }
    }

    fn time_passes(&mut self) {
        let quiet = if self.habits.quiet { 5 } else { 0 };
        let ms = match self.dice.below(10) + quiet {
            0..5 => self.dice.between(SECOND, 120 * SECOND),
            5..9 => self.dice.between(HOUR, 12 * HOUR),
            _ => self.dice.between(DAY, 4 * DAY),
        };
        self.time.pass(ms);
        self.say(format!("{} s pass", ms / SECOND));
    }
}

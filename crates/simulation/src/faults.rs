//! What happens next, by chance: trade, the network's moods, accidents of machines and people.

use crate::baton::Fate;
use crate::clerk;
use crate::clocks::{DAY, HOUR, SECOND};
use crate::counter_unit::Hand;
use crate::habits::Step;
use crate::world::World;

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
            Step::Lie => self.rogue_lies(),
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

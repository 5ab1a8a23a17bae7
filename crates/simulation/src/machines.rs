//! What happens to one counter's machine.

use counter::simulated::use_on_this_thread;
use counter::{Engine, KeyAccess};

use crate::clocks::{DAY, DeviceClock, HOUR, SECOND};
use crate::counter_unit::{Hand, Unit};
use crate::disk;
use crate::habits::Step;
use crate::world::World;

impl World {
    /// Something that happens to one counter.
    pub(crate) fn accident(&mut self, step: Step) {
        let unit = self.dice.below(self.units.len());
        let name = self.name(unit, Hand::Clerk);
        match step {
            Step::Cut => {
                if let Some(u) = self.units.get_mut(unit) {
                    u.cut = !u.cut;
                    let word = if u.cut { "cut off" } else { "back" };
                    self.say(format!("{name} is {word}"));
                }
            }
            Step::Crash => {
                self.say(format!("{name} stops and starts"));
                self.switch_off(unit);
                self.switch_on(unit);
            }
            Step::Reboot => {
                self.say(format!("{name} is booted"));
                self.switch_off(unit);
                if let Some(u) = self.units.get(unit) {
                    u.clock.reboot();
                }
                self.switch_on(unit);
            }
            Step::LoseCache => {
                self.say(format!("{name} loses its cache"));
                self.switch_off(unit);
                if let Some(u) = self.units.get(unit) {
                    disk::remove_database(&u.folder.join("cache.db")).expect("a cache removed");
                }
                self.switch_on(unit);
            }
            Step::SetClock => {
                let off = match self.dice.below(4) {
                    0 => 0,
                    1 => self.dice.between(-2 * HOUR, 2 * HOUR),
                    2 => self.dice.between(-40 * DAY, 40 * DAY),
                    _ => self.dice.between(-4_000 * DAY, 4_000 * DAY),
                };
                self.say(format!("{name}'s clock is set {} s off", off / SECOND));
                if let Some(u) = self.units.get(unit) {
                    u.clock.set_wall(off);
                }
            }
            Step::CopyCounter => {
                let to = self.fresh_folder(&name);
                if let Some(u) = self.units.get_mut(unit) {
                    let copy = u.copy_to(&to);
                    u.copies.push(copy);
                    self.say(format!("{name} is backed up"));
                }
            }
            Step::RestoreCounter => self.restore_counter(),
            Step::DamageOutbox => self.damage_outbox(unit),
            Step::Fork => self.fork(unit),
            _ => {}
        }
    }

    fn restore_counter(&mut self) {
        let mut copied = Vec::new();
        for (unit, u) in self.units.iter().enumerate() {
            if !u.copies.is_empty() {
                copied.push(unit);
            }
        }
        let Some(unit) = self.dice.pick(&copied) else {
            return;
        };
        let copies = self.units.get(unit).map_or(0, |u| u.copies.len());
        let at = self.dice.below(copies);
        let Some(copy) = self.units.get(unit).and_then(|u| u.copies.get(at)).cloned() else {
            return;
        };
        let name = self.name(unit, Hand::Clerk);
        self.say(format!("{name} is restored from backup {at}"));
        self.accidents.restored += 1;
        self.switch_off(unit);
        if let Some(u) = self.units.get_mut(unit) {
            disk::put_back(&copy.folder, &u.folder).expect("a backup that can be put back");
            u.done = copy.done;
        }
        self.switch_on(unit);
    }

    /// Somebody copies a disk, and both go on.
    fn fork(&mut self, unit: usize) {
        if self.units.len() >= self.population.most_counters() {
            return;
        }
        let name = self.name(unit, Hand::Clerk);
        let folder = self.fresh_folder(&name);
        let Some(from) = self.units.get(unit) else {
            return;
        };
        let copy = from.copy_to(&folder);
        let name_of_copy = format!("{name}'");
        let clock = DeviceClock::new(self.time.clone(), &name_of_copy);
        let mut unit = Unit::new(
            name_of_copy,
            folder,
            from.device.clone(),
            from.store.clone(),
            from.staff.clone(),
            clock,
        );
        unit.done = copy.done;
        self.say(format!("{name} is copied, and both go on"));
        self.accidents.forked += 1;
        self.units.push(unit);
    }

    /// A disk loses a part of the outbox; somebody decides to put it aside. What it had not sent yet
    /// is lost.
    fn damage_outbox(&mut self, unit: usize) {
        let name = self.name(unit, Hand::Clerk);
        self.say(format!("{name}'s outbox is damaged and put aside"));
        self.switch_off(unit);
        let Some(u) = self.units.get_mut(unit) else {
            return;
        };
        disk::damage(&u.folder.join("outbox.db")).expect("a file that can be damaged");
        use_on_this_thread(Some(u.clocks()));
        let aside = Engine::put_outbox_aside(&u.folder, &KeyAccess::insecure());
        use_on_this_thread(None);
        u.done.clear();
        self.accidents.restored += 1;
        match aside {
            Ok(aside) if aside.enrolled => {}
            other => self.broken(format!("{name}'s outbox cannot be put aside: {other:?}")),
        }
        self.switch_on(unit);
    }
}

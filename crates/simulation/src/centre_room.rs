//! What managers do about devices, and what happens to the centre itself.

use centre::error::ServiceError;
use centre::{operations, recovery};

use crate::counter_unit::Hand;
use crate::habits::Step;
use crate::world::World;

impl World {
    /// What a manager does about a device.
    pub(crate) fn manager(&mut self, step: Step) {
        let unit = self.dice.below(self.units.len());
        let on = self.dice.percent(50);
        let Some(device) = self.units.get(unit).and_then(|u| u.device.parse().ok()) else {
            return;
        };
        let name = self.name(unit, Hand::Clerk);
        let done = match step {
            Step::WriteOff => {
                self.accidents.written_off += 1;
                self.with_centre(async |c| centre::write_off::write_off(c, device, "m").await)
                    .map(|freed| format!("{freed:?}"))
            }
            Step::Revoke => {
                self.accidents.written_off += 1;
                self.with_centre(async |c| centre::write_off::revoke(c, device, "m").await)
                    .map(|freed| format!("{freed:?}"))
            }
            Step::Checkout => self
                .with_centre(async |c| centre::write_off::move_to(c, device, None, Some(on)).await)
                .map(|()| format!("{on}")),
            _ => self
                .with_centre(async |c| operations::resolve(c, device, "m").await)
                .map(|resolved| format!("{resolved:?}")),
        };
        match done {
            Ok(words) => self.say(format!("a manager: {step:?} {name}: {words}")),
            // there is nothing to resolve
            Err(ServiceError::Refused(_)) => {}
            Err(e) => self.broken(format!("{step:?} {name}: {e}")),
        }
    }

    /// A manager resolves every fork.
    pub(crate) fn resolve_all(&mut self) {
        for unit in 0..self.units.len() {
            let Some(device) = self.units.get(unit).and_then(|u| u.device.parse().ok()) else {
                return;
            };
            let name = self.name(unit, Hand::Clerk);
            match self.with_centre(async |c| operations::resolve(c, device, "m").await) {
                Ok(resolved) => {
                    // a disk that was put back and used before its next contact forks as a copy does
                    self.accidents.forked += 1;
                    self.say(format!("the fork of {name}: {resolved:?}"));
                }
                Err(ServiceError::Refused(_)) => {}
                Err(e) => self.broken(format!("resolving {name}: {e}")),
            }
        }
    }

    pub(crate) fn copy_centre(&mut self) {
        let to = self.fresh_folder("centre-copy");
        self.service.back_up(&to);
        self.centre_copies.push(to);
        self.say("the centre is backed up".into());
    }

    /// The centre's database is put back from a backup. Connections to the process before break.
    pub(crate) fn restore_centre(&mut self) {
        let at = self.dice.below(self.centre_copies.len());
        let Some(from) = self.centre_copies.get(at).cloned() else {
            return;
        };
        self.accidents.centre_restored += 1;
        self.going.clear();
        self.coming.clear();
        self.past.clear();
        self.service.restore(&from);
        if self.dice.percent(25) {
            // nobody says so to the centre: what counters know is the only evidence
            self.say(format!(
                "the centre is restored from backup {at} and not told"
            ));
            return;
        }
        let again = self.with_centre(async |c| recovery::restored(c).await);
        match again {
            Ok(generation) => self.say(format!(
                "the centre is restored from backup {at}: generation {generation}"
            )),
            Err(e) => self.broken(format!("central restored: {e}")),
        }
    }

    /// What the centre does by itself now and then.
    pub(crate) fn jobs(&mut self) {
        let done = self.with_centre(async |centre| {
            let tried = centre::operations::retry_known(centre).await;
            let passed = centre::passing_time::bring_forward(centre, centre.now()).await;
            (
                tried.map_err(|e| e.to_string()),
                passed.map_err(|e| e.to_string()),
            )
        });
        self.say(format!("the centre's jobs: {done:?}"));
        if let (Err(e), _) | (_, Err(e)) = done {
            self.broken(format!("a job of the centre: {e}"));
        }
    }
}

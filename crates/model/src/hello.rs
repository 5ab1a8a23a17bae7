//! The centre's half of hello: lives of an outbox, and what they prove.

use crate::centre::{Cause, Centre, LifeEnd, Row};
use crate::setup::Setup;
use crate::wire::{Hello, OpId, RequestId, Welcome};

impl Centre {
    /// Answers a hello.
    pub fn hello(&mut self, setup: &Setup, said: &Hello) -> Option<Welcome> {
        let rules = &setup.rules;
        let at = usize::from(said.device);
        if said.epoch > self.devices[at].epoch + 1 && !rules.claim_any_later {
            return None;
        }
        if !self.devices[at].revoked && self.forgot(setup, said) {
            self.generation = self.generation.max(said.generation) + 1;
        }
        let known = self.allowances_known(said.device, said.epoch, said.open);
        let lacks = self.lacks(said);
        let device = &mut self.devices[at];
        let mut welcome = Welcome {
            said: said.clone(),
            generation: self.generation,
            begin: None,
            superseded: false,
            report: device.reported < self.generation,
            lacks,
            epoch: device.epoch,
            revoked: device.revoked,
        };
        if device.revoked {
            welcome.report = false;
            if !rules.revoked_is_told {
                welcome.lacks.clear();
            }
            return Some(welcome);
        }
        let (seq, _) = said.head;
        let on_chain = device.on_chain(said.epoch, said.head);
        if said.epoch > device.epoch {
            // d: a claim of a new epoch
            let old = device.epoch;
            device.epoch = said.epoch;
            device.life = Some(said.life);
            device.open_epoch(said.epoch);
            if !self
                .ends
                .iter()
                .any(|end| (end.device, end.epoch) == (said.device, old))
            {
                self.ends.push(LifeEnd {
                    device: said.device,
                    epoch: old,
                    cause: Cause::Restored,
                    escrow: 0,
                    branches: 0,
                    coupon: false,
                });
            }
        } else if said.epoch == device.epoch {
            match device.life {
                // a: nobody had claimed it
                None => device.life = Some(said.life),
                // c: somebody else has
                Some(life) if life != said.life => welcome.superseded = true,
                // b
                Some(_) => {
                    let stored = device.head(said.epoch);
                    if seq <= stored && !on_chain {
                        device.quarantine(said.epoch);
                    } else if seq < stored || said.taken < known {
                        welcome.begin = Some(device.epoch + 1);
                    }
                }
            }
        } else if device.life.is_none() {
            // e
            welcome.begin = Some(device.epoch);
        } else if seq < device.head(said.epoch) && on_chain {
            welcome.begin = Some(device.epoch + 1);
        } else {
            welcome.superseded = true;
        }
        welcome.epoch = self.devices[at].epoch;
        Some(welcome)
    }

    /// Of the epochs whose last answered operation is not here, how far they are.
    fn lacks(&self, said: &Hello) -> Vec<(u8, u8, Option<OpId>)> {
        let device = &self.devices[usize::from(said.device)];
        let missing = said.answered.iter().filter(|(.., id)| !self.has(*id));
        missing
            .map(|(epoch, ..)| {
                let last = device.chain(*epoch).last().copied();
                (*epoch, device.head(*epoch), last)
            })
            .collect()
    }

    /// Allowances made for an epoch, but for the request that its outbox still waits for.
    #[must_use]
    pub fn allowances_known(&self, device: u8, epoch: u8, open: Option<RequestId>) -> u8 {
        let own =
            |row: &&Row| (row.device, row.epoch) == (device, epoch) && Some(row.request) != open;
        u8::try_from(self.rows.iter().filter(own).count()).unwrap_or(u8::MAX)
    }

    /// Whether what a hello shows proves that this centre was put back from a backup and does not know it: its own word
    /// for what is not here.
    fn forgot(&self, setup: &Setup, said: &Hello) -> bool {
        let rules = &setup.rules;
        let made_up = said.shown.made_up;
        if said.generation > self.generation {
            return rules.generation_is_unique && !(made_up && rules.generation_is_signed);
        }
        if made_up && rules.acknowledgement_is_signed {
            return false;
        }
        let device = &self.devices[usize::from(said.device)];
        // what was said before the last restore was asked for then
        let counts =
            |generation: u8| generation == self.generation || !rules.evidence_of_generation;
        let mut answered = said.shown.answered.iter();
        let forgot = answered.any(|(epoch, seq, id, generation)| {
            let lost = if rules.evidence_of_all_lives {
                !self.has(*id)
            } else {
                // a branch is answered beyond the main chain's head
                *epoch == said.epoch
                    && !self.ended(said.device, said.epoch, Cause::Fork)
                    && *seq > device.head(said.epoch)
            };
            counts(*generation) && lost
        });
        let mut given = said.shown.given.iter();
        forgot
            || given.any(|(epoch, grant, generation)| {
                let known = self.rows.iter().any(|row| row.grant == *grant);
                counts(*generation) && (*epoch > device.epoch || !known)
            })
    }
}

//! Everything at one moment, and what each step does to it.

use crate::books::Points;
use crate::centre::Centre;
use crate::outbox::Outbox;
use crate::setup::Setup;
use crate::step::{Lie, Step};
use crate::wire::{Hello, MADE_UP, Message, Now, OpId, Reported, RequestId, Shown, What};

/// What really happened, which nobody sees; also how much of the bounds is used up.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Truth {
    /// Operations made, by copy. Never put back with a disk: ids are never made twice.
    pub made: Vec<u8>,
    /// Requests written, by copy.
    pub asked: Vec<u8>,
    /// Points that clerks took as payment.
    pub spent: Points,
    /// Points that were earned.
    pub earned: Points,
    /// Times that clerks took the coupon.
    pub coupons: u8,
    /// Sales made.
    pub sales: u8,
    /// Returns made.
    pub returns: u8,
    /// Disks copied.
    pub forks: u8,
    /// Disks put back.
    pub disk_restores: u8,
    /// Centres put back.
    pub centre_restores: u8,
    /// Devices written off.
    pub write_offs: u8,
    /// Devices revoked.
    pub revokes: u8,
    /// Lies told.
    pub lies: u8,
    /// Points spent from what nobody gave.
    pub made_up: Points,
    /// Grants made.
    pub grants: u8,
    /// Whether the coupon was given in the course of things.
    pub coupon_given: bool,
    /// Lives begun.
    pub lives: u8,
    /// The highest generation that there was.
    pub generation: u8,
}

impl Truth {
    /// A centre that was put back may have forgotten a write-off, or hear of a copy that it does not know of only
    /// after it has granted again: of these the member's account may carry a debt until a manager mends it.
    #[must_use]
    pub const fn may_be_forgotten(&self) -> bool {
        self.centre_restores > 0 && self.write_offs + self.revokes + self.forks > 0
    }
}

/// Everything at one moment.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct World {
    /// The centre.
    pub centre: Centre,
    /// The counters' disks.
    pub copies: Vec<Outbox>,
    /// A backup of the first disk.
    pub disk_backup: Option<Box<Outbox>>,
    /// A backup of the centre.
    pub centre_backup: Option<Box<Centre>>,
    /// Messages under way, in no order of time.
    pub wire: Vec<Message>,
    /// Whether the expiring points' last day has passed.
    pub passed: bool,
    /// Whether leases are over: counters spend nothing more.
    pub leases_over: bool,
    /// What really happened.
    pub truth: Truth,
}

pub(crate) fn small(n: usize) -> u8 {
    u8::try_from(n).unwrap_or(u8::MAX)
}

impl World {
    /// At the beginning.
    #[must_use]
    pub fn new(setup: &Setup) -> Self {
        let devices = usize::from(setup.bounds.devices);
        Self {
            centre: Centre::new(setup),
            copies: (0..setup.bounds.devices).map(Outbox::new).collect(),
            disk_backup: None,
            centre_backup: None,
            wire: Vec::new(),
            passed: false,
            leases_over: false,
            truth: Truth {
                made: vec![0; devices],
                asked: vec![0; devices],
                earned: setup.bounds.points.iter().sum(),
                lives: setup.bounds.devices,
                generation: 1,
                ..Truth::default()
            },
        }
    }

    pub(crate) fn send(&mut self, setup: &Setup, message: Message) {
        if message.to_copy().is_none() && !setup.bounds.late_requests {
            self.deliver(setup, &message);
        } else if self.wire.len() < setup.bounds.wire
            && let Err(place) = self.wire.binary_search(&message)
        {
            self.wire.insert(place, message);
        }
    }

    pub(crate) fn may_send(&self, setup: &Setup) -> bool {
        !setup.bounds.late_requests || self.wire.len() < setup.bounds.wire
    }

    fn fresh_op(&mut self, copy: u8) -> OpId {
        let n = &mut self.truth.made[usize::from(copy)];
        *n += 1;
        OpId { copy, n: *n }
    }

    /// A counter appends an operation; `None` where it cannot.
    fn operate(&mut self, setup: &Setup, copy: u8, step: Step) -> Option<()> {
        let at = usize::from(copy);
        let rules = &setup.rules;
        let id = self.fresh_op(copy);
        let what = match step {
            Step::Spend(_) => {
                let allowance = self.copies[at].usable(rules, false)?;
                allowance.left -= 1;
                self.truth.spent += 1;
                What::Spend(allowance.grant, 1)
            }
            Step::UseCoupon(_) => {
                let allowance = self.copies[at].usable(rules, true)?;
                allowance.left = 0;
                self.truth.coupons += 1;
                What::UseCoupon(allowance.grant)
            }
            Step::Release(_) => {
                let epoch = self.copies[at].epoch;
                let mut all = self.copies[at].allowances.iter_mut();
                let allowance = all.find(|a| a.left > 0 && a.epoch == epoch)?;
                let left = std::mem::take(&mut allowance.left);
                if allowance.coupon {
                    What::ReleaseCoupon(allowance.grant)
                } else if rules.release_in_outbox {
                    What::Release(allowance.grant, left)
                } else {
                    self.copies[at].loose = Some((allowance.grant, left));
                    return Some(());
                }
            }
            Step::Sale(_) => {
                self.truth.sales += 1;
                self.truth.earned += 1;
                What::Sale
            }
            _ => {
                self.truth.returns += 1;
                What::Return
            }
        };
        self.copies[at].append(id, what);
        Some(())
    }

    /// Whoever has the first device's key says what the centre never signed.
    fn lie(&mut self, setup: &Setup, lie: Lie) {
        self.truth.lies += 1;
        let copy = 0;
        let outbox = &self.copies[0];
        let nobody = OpId {
            copy: u8::MAX,
            n: self.truth.lies,
        };
        let message = match lie {
            Lie::Forgotten => Message::Hello(Hello {
                shown: Shown {
                    answered: vec![(outbox.epoch, 9, nobody, outbox.generation)],
                    given: Some((outbox.epoch, MADE_UP, outbox.generation)),
                    made_up: true,
                },
                ..outbox.hello(copy)
            }),
            Lie::Generation => Message::Hello(Hello {
                generation: self.centre.generation + 1,
                shown: Shown {
                    made_up: true,
                    ..outbox.shown.clone()
                },
                ..outbox.hello(copy)
            }),
            Lie::Allowance => Message::Report {
                copy,
                device: outbox.device,
                generation: outbox.generation,
                list: vec![Reported {
                    grant: MADE_UP,
                    epoch: outbox.epoch,
                    request: RequestId {
                        copy: u8::MAX,
                        n: 1,
                    },
                    lots: [0, 1],
                    coupon: false,
                    now: Now::InHand,
                    made_up: true,
                }],
            },
            Lie::Spend => {
                let id = self.fresh_op(copy);
                self.truth.made_up += 1;
                return self.copies[0].append(id, What::Spend(MADE_UP, 1));
            }
        };
        self.send(setup, message);
    }

    /// Does one step; `None` where it cannot be done.
    pub(crate) fn step(&mut self, setup: &Setup, step: Step) -> Option<()> {
        match step {
            Step::Ask(copy, coupon) => {
                let n = &mut self.truth.asked[usize::from(copy)];
                *n += 1;
                let request = RequestId { copy, n: *n };
                let outbox = &mut self.copies[usize::from(copy)];
                outbox.open = Some((request, coupon));
                if !setup.rules.request_on_disk {
                    // wrong variant: it only leaves
                    let message = outbox.ask(copy)?;
                    outbox.open = None;
                    self.send(setup, message);
                }
            }
            Step::Spend(copy)
            | Step::UseCoupon(copy)
            | Step::Release(copy)
            | Step::Sale(copy)
            | Step::Return(copy) => self.operate(setup, copy, step)?,
            Step::SendHello(copy) => {
                let hello = self.copies[usize::from(copy)].hello(copy);
                self.send(setup, Message::Hello(hello));
            }
            Step::SendAsk(copy) => {
                let ask = self.copies[usize::from(copy)].ask(copy)?;
                self.send(setup, ask);
            }
            Step::SendPush(copy) => {
                let outbox = &self.copies[usize::from(copy)];
                let message = Message::Push {
                    copy,
                    device: outbox.device,
                    generation: outbox.generation,
                    ops: outbox.waiting(),
                };
                self.send(setup, message);
            }
            Step::SendReport(copy) => {
                let outbox = &self.copies[usize::from(copy)];
                let message = Message::Report {
                    copy,
                    device: outbox.device,
                    generation: outbox.generation,
                    list: outbox.report(&setup.rules),
                };
                self.send(setup, message);
            }
            Step::Deliver(at) => {
                let message = self.wire.remove(usize::from(at));
                self.deliver(setup, &message);
            }
            Step::Again(at) => {
                let message = self.wire[usize::from(at)].clone();
                self.deliver(setup, &message);
            }
            Step::Lose(at) => {
                self.wire.remove(usize::from(at));
            }
            Step::Midnight => {
                self.passed = true;
                self.centre.books.passed = true;
                self.centre.recovery_ended(setup);
            }
            Step::WriteOff(device) => {
                self.truth.write_offs += 1;
                self.centre.write_off(setup, device);
                self.centre.recovery_ended(setup);
            }
            Step::Revoke(device) => {
                self.truth.revokes += 1;
                self.centre.revoke(setup, device);
                self.centre.recovery_ended(setup);
            }
            Step::GiveCoupon => {
                self.truth.coupon_given = true;
                self.centre.coupon.exists = true;
            }
            Step::Resolve(device) => self.centre.resolve(setup, device),
            Step::CopyDisk => {
                self.truth.forks += 1;
                self.truth.made.push(0);
                self.truth.asked.push(0);
                self.copies.push(self.copies[0].clone());
            }
            Step::BackUpDisk => self.disk_backup = Some(Box::new(self.copies[0].clone())),
            Step::RestoreDisk => {
                self.truth.disk_restores += 1;
                self.copies[0] = *self.disk_backup.clone()?;
                if self.truth.disk_restores == setup.bounds.disk_restores {
                    self.disk_backup = None;
                }
                // answers to a process that is gone reach nobody
                self.wire.retain(|message| message.to_copy() != Some(0));
            }
            Step::BackUpCentre => self.centre_backup = Some(Box::new(self.centre.clone())),
            Step::RestoreCentre => {
                self.truth.centre_restores += 1;
                self.centre = *self.centre_backup.clone()?;
                if self.truth.centre_restores == setup.bounds.centre_restores {
                    self.centre_backup = None;
                }
                self.centre.restored(setup, self.truth.generation);
                self.truth.generation = self.truth.generation.max(self.centre.generation);
                self.centre.books.passed = self.passed;
                self.centre.recovery_ended(setup);
            }
            Step::LeasesEnd => {
                self.leases_over = true;
                if !setup.rules.no_reclaim_by_clock {
                    self.centre.free(setup, |_| true);
                }
            }
            Step::Lie(lie) => self.lie(setup, lie),
            Step::PayOnline(copy) => {
                let outbox = &self.copies[usize::from(copy)];
                let waiting = outbox.waiting();
                let op = waiting
                    .iter()
                    .find(|op| matches!(op.what, What::Spend(..)))?;
                self.send(setup, Message::PayOnline(copy, *op));
            }
            Step::SendLoose(copy) => {
                let (grant, points) = self.copies[usize::from(copy)].loose?;
                self.send(setup, Message::LooseRelease(copy, grant, points));
            }
        }
        Some(())
    }
}

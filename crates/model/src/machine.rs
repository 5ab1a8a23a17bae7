//! The machine that is searched: what may happen next in every state, and where it leads.

use stateright::{Model, Property};

use crate::invariants;
use crate::setup::Setup;
use crate::step::{Lie, Step};
use crate::world::{World, small};

impl World {
    /// What a counter may do.
    fn steps_of(&self, setup: &Setup, copy: u8, steps: &mut Vec<Step>) {
        let bounds = &setup.bounds;
        let at = usize::from(copy);
        let outbox = &self.copies[at];
        let lost = outbox.superseded || outbox.revoked;
        if outbox.open.is_none() && self.truth.asked[at] < bounds.asks && !lost {
            steps.push(Step::Ask(copy, false));
            if bounds.coupon {
                steps.push(Step::Ask(copy, true));
            }
        }
        if self.truth.made[at] < bounds.ops {
            if !self.leases_over {
                steps.push(Step::Spend(copy));
                if bounds.coupon {
                    steps.push(Step::UseCoupon(copy));
                }
            }
            if self.truth.sales < bounds.sales {
                steps.push(Step::Sale(copy));
            }
            if self.truth.returns < bounds.returns {
                steps.push(Step::Return(copy));
            }
        }
        let must = setup.rules.superseded_releases && outbox.superseded;
        if must || (bounds.releases && self.truth.made[at] < bounds.ops) {
            steps.push(Step::Release(copy));
        }
        if !self.may_send(setup) {
            return;
        }
        if bounds.hellos {
            steps.push(Step::SendHello(copy));
        }
        if outbox.open.is_some() {
            steps.push(Step::SendAsk(copy));
        }
        if outbox.must_report && !outbox.revoked {
            steps.push(Step::SendReport(copy));
        } else if outbox.ops.iter().any(|(_, answered)| !answered) {
            steps.push(Step::SendPush(copy));
            if !setup.rules.one_way_to_spend {
                steps.push(Step::PayOnline(copy));
            }
        }
        if outbox.loose.is_some() {
            steps.push(Step::SendLoose(copy));
        }
    }
}

impl Model for Setup {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        vec![World::new(self)]
    }

    fn actions(&self, world: &World, steps: &mut Vec<Step>) {
        let bounds = &self.bounds;
        let truth = &world.truth;
        for copy in 0..small(world.copies.len()) {
            world.steps_of(self, copy, steps);
        }
        for at in 0..small(world.wire.len()) {
            steps.extend([Step::Deliver(at), Step::Lose(at)]);
            if bounds.repeats {
                steps.push(Step::Again(at));
            }
        }
        if bounds.midnight && !world.passed {
            steps.push(Step::Midnight);
        }
        if bounds.coupon_given_later && !truth.coupon_given {
            steps.push(Step::GiveCoupon);
        }
        for (at, device) in world.centre.devices.iter().enumerate() {
            if truth.write_offs < bounds.write_offs {
                steps.push(Step::WriteOff(small(at)));
            }
            if truth.revokes < bounds.revokes && !device.revoked {
                steps.push(Step::Revoke(small(at)));
            }
            if device.quarantined {
                steps.push(Step::Resolve(small(at)));
            }
        }
        if truth.forks < bounds.forks {
            steps.push(Step::CopyDisk);
        }
        if truth.disk_restores < bounds.disk_restores {
            steps.push(match world.disk_backup {
                None => Step::BackUpDisk,
                Some(_) => Step::RestoreDisk,
            });
        }
        if truth.centre_restores < bounds.centre_restores {
            steps.push(match world.centre_backup {
                None => Step::BackUpCentre,
                Some(_) => Step::RestoreCentre,
            });
        }
        if truth.lies < bounds.lies {
            let mut told = vec![Lie::Spend];
            if world.may_send(self) {
                told.extend([Lie::Forgotten, Lie::Generation, Lie::Allowance]);
            }
            steps.extend(told.into_iter().map(Step::Lie));
        }
        if !self.rules.no_reclaim_by_clock && !world.leases_over {
            steps.push(Step::LeasesEnd);
        }
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        let mut next = world.clone();
        next.step(self, step)?;
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        invariants::ALL
            .iter()
            .filter(|(name, _)| self.only.is_none_or(|only| name.starts_with(only)))
            .map(|(name, holds)| Property::always(name, *holds))
            .collect()
    }

    /// Beyond these a rule runs away; the search of what is right never meets them.
    fn within_boundary(&self, world: &World) -> bool {
        world.centre.generation <= 5 && world.copies.iter().all(|copy| copy.epoch <= 6)
    }
}

//! The centre after it was put back from a backup.

use crate::centre::{Cause, Centre, Row};
use crate::setup::Setup;
use crate::wire::{Granted, Message, Now, Reported, RequestId};

/// What an outbox tells of what it holds.
pub struct Report<'a> {
    /// The copy that reports.
    pub copy: u8,
    /// Its device.
    pub device: u8,
    /// The generation that it reports in.
    pub generation: u8,
    /// What it holds.
    pub list: &'a [Reported],
}

impl Centre {
    /// Begins a new generation. `seen` is the highest that there ever was.
    pub fn restored(&mut self, setup: &Setup, seen: u8) {
        if setup.rules.restore_is_announced {
            self.generation = if setup.rules.generation_is_unique {
                seen + 1
            } else {
                self.generation + 1
            };
        }
    }

    /// Takes what an outbox holds, and reinstates what was forgotten.
    pub fn report(&mut self, setup: &Setup, told: &Report<'_>) -> Option<Message> {
        let Report {
            copy,
            device,
            generation,
            list,
            ..
        } = *told;
        if generation != self.generation || self.devices[usize::from(device)].revoked {
            return None;
        }
        let told_all = self.devices[usize::from(device)].reported == generation;
        for reported in list {
            // a claim sets nothing up
            if reported.made_up && setup.rules.report_is_signed {
                continue;
            }
            if reported.coupon
                && self.coupon.exists
                && self.coupon.uses == 0
                && !self.ended(device, reported.epoch, Cause::WriteOff)
            {
                self.coupon_told(setup, generation, reported);
            }
            if self.rows.iter().any(|row| row.grant == reported.grant) {
                continue;
            }
            // its device has told all that it held, and this is more: a copy of its disk, or a lie
            let current = self.devices[usize::from(device)].epoch == reported.epoch;
            if told_all && current && setup.rules.report_is_once {
                self.devices[usize::from(device)].quarantine(reported.epoch);
                continue;
            }
            // the real centre takes no report of a life that is not current; this one writes off by life
            let ended = |cause| self.ended(device, reported.epoch, cause);
            if ended(Cause::WriteOff) || (told_all && ended(Cause::Fork)) {
                continue;
            }
            // a coupon that is not known here cannot be held by anybody
            if reported.coupon && !self.coupon.exists {
                continue;
            }
            self.books.reinstate(reported.lots);
            self.rows.push(Row {
                grant: reported.grant,
                device,
                epoch: reported.epoch,
                request: reported.request,
                granted: reported.lots,
                held: reported.lots,
                coupon: reported.coupon,
                recalled: false,
            });
            let known = |(d, request, ..): &(u8, RequestId, u8, Option<Granted>)| {
                (*d, *request) == (device, reported.request)
            };
            if !self.replies.iter().any(known) {
                let granted = Granted {
                    grant: reported.grant,
                    epoch: reported.epoch,
                    lots: reported.lots,
                    coupon: reported.coupon,
                };
                self.replies
                    .push((device, reported.request, reported.epoch, Some(granted)));
                self.replies
                    .sort_unstable_by_key(|(device, request, ..)| (*device, *request));
            }
        }
        self.rows.sort_unstable_by_key(|row| row.grant);
        self.recall_for_debt();
        self.devices[usize::from(device)].reported = generation;
        self.recovery_ended(setup);
        Some(Message::ReportTaken { copy, generation })
    }

    /// Who holds the coupon, after a report of it: who has it in hand; else who used it, unless one who reported has it
    /// in hand; never who gave it back.
    fn coupon_told(&mut self, setup: &Setup, generation: u8, reported: &Reported) {
        let holder = self.coupon.holder;
        let own = holder == Some(reported.grant);
        let of = |grant| self.rows.iter().find(|row| row.grant == grant);
        let has_told = |row: &Row| self.devices[usize::from(row.device)].reported == generation;
        self.coupon.holder = if setup.rules.coupon_state_is_told {
            match reported.now {
                Now::InHand => Some(reported.grant),
                Now::Used if holder.and_then(of).is_some_and(has_told) => holder,
                Now::Used => Some(reported.grant),
                Now::GivenBack => holder.filter(|_| !own),
            }
        } else {
            holder.or(Some(reported.grant))
        };
    }

    /// Where the last one has reported, time takes what it had to leave.
    pub fn recovery_ended(&mut self, setup: &Setup) {
        if !self.holds_expiry(setup) {
            self.books.expire();
        }
    }
}

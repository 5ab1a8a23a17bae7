//! The centre after it was put back from a backup.

use crate::centre::{Cause, Centre, Row};
use crate::setup::Setup;
use crate::wire::{Granted, Message, Reported};

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
    pub fn report(
        &mut self,
        setup: &Setup,
        (copy, device): (u8, u8),
        generation: u8,
        list: &[Reported],
    ) -> Option<Message> {
        if generation != self.generation || self.devices[usize::from(device)].revoked {
            return None;
        }
        for reported in list {
            if self.rows.iter().any(|row| row.grant == reported.grant) {
                continue;
            }
            // the real centre takes no report of a life that is not current; this one writes off by life
            if self.ended(device, reported.epoch, Cause::WriteOff) {
                continue;
            }
            self.books.reinstate(reported.lots);
            if reported.coupon && self.coupon.holder.is_none() {
                self.coupon.holder = Some(reported.grant);
            }
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
            let known = |(d, request, ..): &(u8, _, u8, Option<Granted>)| {
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

    /// Where the last one has reported, time takes what it had to leave.
    pub fn recovery_ended(&mut self, setup: &Setup) {
        if !self.holds_expiry(setup) {
            self.books.expire();
        }
    }
}

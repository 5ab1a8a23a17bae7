//! The centre's half of granting.

use crate::books::Points;
use crate::centre::{Centre, Row};
use crate::setup::Setup;
use crate::wire::{GrantId, Granted, Message, RequestId};

/// Who asks for what.
#[derive(Clone, Copy)]
pub struct Asking {
    /// The copy, to answer to.
    pub copy: u8,
    /// The device.
    pub device: u8,
    /// The generation that it knows.
    pub generation: u8,
    /// Its epoch.
    pub epoch: u8,
    /// Its life.
    pub life: u8,
    /// The request.
    pub request: RequestId,
    /// For the coupon.
    pub coupon: bool,
}

impl Centre {
    /// Answers a grant request; `fresh` is the next grant's id. The same id gets the same answer.
    pub fn grant(&mut self, setup: &Setup, asking: &Asking, fresh: GrantId) -> Option<Message> {
        let rules = &setup.rules;
        let reply = |centre: &Self, granted: Option<Granted>, stored: bool| {
            Some(Message::Grant {
                copy: asking.copy,
                generation: asking.generation,
                request: asking.request,
                granted,
                said_in: centre.generation,
                stored,
            })
        };
        if rules.requests_of_generation && asking.generation != self.generation {
            return None;
        }
        if self.devices[usize::from(asking.device)].revoked {
            return None;
        }
        let before = self
            .replies
            .iter()
            .find(|(device, request, ..)| (*device, *request) == (asking.device, asking.request));
        if let Some((_, _, epoch, granted)) = before
            && rules.request_on_disk
        {
            return if *epoch == asking.epoch || !rules.reply_to_own_epoch {
                reply(self, granted.clone(), true)
            } else {
                reply(self, None, false)
            };
        }
        let device = &self.devices[usize::from(asking.device)];
        let stranger = device.life != Some(asking.life);
        if device.epoch != asking.epoch
            || stranger
            || device.quarantined
            || (rules.hold_while_recovering && self.recovering())
        {
            return reply(self, None, false);
        }
        let granted = if asking.coupon {
            let free = self.coupon.exists && self.coupon.holder.is_none() && self.coupon.uses == 0;
            free.then(|| {
                self.coupon.holder = Some(fresh);
                [0, 0]
            })
        } else {
            self.points_for(setup, asking)
        };
        let granted = granted.map(|lots| {
            self.rows.push(Row {
                grant: fresh,
                device: asking.device,
                epoch: asking.epoch,
                request: asking.request,
                granted: lots,
                held: lots,
                coupon: asking.coupon,
                recalled: false,
            });
            Granted {
                grant: fresh,
                epoch: asking.epoch,
                lots,
                coupon: asking.coupon,
            }
        });
        self.replies
            .push((asking.device, asking.request, asking.epoch, granted.clone()));
        self.replies
            .sort_unstable_by_key(|(device, request, ..)| (*device, *request));
        reply(self, granted, true)
    }

    /// Free points within the cap; where they are short because others hold them, those are asked back.
    fn points_for(&mut self, setup: &Setup, asking: &Asking) -> Option<[Points; 2]> {
        let want = setup.bounds.want;
        let room = (setup.bounds.cap - self.escrow(asking.device)).max(0);
        let give = want.min(room);
        let lots = self.books.take(give);
        let given: Points = lots.iter().sum();
        if given < give {
            let others = self.rows.iter_mut().filter(|r| r.device != asking.device);
            for row in others.filter(|row| row.outstanding() > 0) {
                row.recalled = true;
            }
        }
        (given > 0).then_some(lots)
    }
}

//! A message arrives, at the centre or at a counter.

use crate::grants::Asking;
use crate::recovery::Report;
use crate::setup::Setup;
use crate::wire::Message;
use crate::world::{World, small};

impl World {
    /// A message arrives.
    pub(crate) fn deliver(&mut self, setup: &Setup, message: &Message) {
        let rules = &setup.rules;
        let reply = match message {
            Message::Hello(said) => {
                let reply = self.centre.hello(setup, said);
                self.truth.generation = self.truth.generation.max(self.centre.generation);
                let now = &self.copies[usize::from(said.copy)];
                reply
                    .filter(|w| {
                        w.begin.is_some()
                            || !w.lacks.is_empty()
                            || w.revoked != now.revoked
                            || w.superseded != now.superseded
                            || w.report
                            || w.generation != now.generation
                    })
                    .map(Message::Welcome)
            }
            Message::Ask {
                copy,
                device,
                generation,
                epoch,
                life,
                request,
                coupon,
            } => {
                let asking = Asking {
                    copy: *copy,
                    device: *device,
                    generation: *generation,
                    epoch: *epoch,
                    life: *life,
                    request: *request,
                    coupon: *coupon,
                };
                let rows = self.centre.rows.len();
                let reply = self.centre.grant(setup, &asking, self.truth.grants);
                self.truth.grants += small(self.centre.rows.len() - rows);
                reply
            }
            Message::Push {
                copy,
                device,
                generation,
                ops,
            } => self.centre.push(setup, (*copy, *device), *generation, ops),
            Message::Report {
                copy,
                device,
                generation,
                list,
            } => {
                let report = Report {
                    copy: *copy,
                    device: *device,
                    generation: *generation,
                    list,
                };
                self.centre.report(setup, &report)
            }
            Message::PayOnline(copy, op) => {
                Some(Message::PaidOnline(*copy, self.centre.pay_online(op)))
            }
            Message::LooseRelease(copy, grant, points) => {
                self.centre.loose_release(*grant, *points);
                Some(Message::LooseReleased(*copy, *grant))
            }
            Message::Welcome(welcome) => {
                let life = self.truth.lives;
                let copy = &mut self.copies[usize::from(welcome.said.copy)];
                if copy.welcome(rules, welcome, life) {
                    self.truth.lives += 1;
                }
                None
            }
            Message::Grant {
                copy,
                generation,
                request,
                granted,
                said_in,
                stored,
            } => {
                let copy = &mut self.copies[usize::from(*copy)];
                let generations = (*generation, *said_in);
                copy.granted(rules, generations, *request, granted.as_ref(), *stored);
                None
            }
            Message::Pushed {
                copy,
                generation,
                answered,
            } => {
                self.copies[usize::from(*copy)].pushed(rules, *generation, answered);
                None
            }
            Message::ReportTaken { copy, generation } => {
                let copy = &mut self.copies[usize::from(*copy)];
                copy.must_report &= copy.generation != *generation;
                None
            }
            Message::PaidOnline(copy, id) => {
                self.copies[usize::from(*copy)].paid_online(*id);
                None
            }
            Message::LooseReleased(copy, grant) => {
                let copy = &mut self.copies[usize::from(*copy)];
                copy.loose = copy.loose.filter(|(g, _)| g != grant);
                None
            }
        };
        if let Some(reply) = reply {
            self.send(setup, reply);
        }
    }
}

//! The scheduler: which activity has the baton, what becomes of its requests, and when messages come.

use counter::simulated::{Answer, Request};

use crate::activity::{Activity, Ending, may_happen};
use crate::baton::{Fate, News};
use crate::counter_unit::{Busy, Hand};
use crate::world::{Message, Reply, World};

/// Old messages that the network may still bring once more.
const REMEMBERED: usize = 30;

/// What an activity did with the baton.
struct Heard {
    unit: usize,
    hand: Hand,
    news: News,
}

impl World {
    /// Starts an activity of a counter, until it asks the network or ends.
    pub(crate) fn begin(&mut self, unit: usize, hand: Hand, what: &str, activity: Activity) {
        let name = self.name(unit, hand);
        self.say(format!("{name} begins: {what}"));
        let heard = self.start(unit, hand, what, activity);
        self.take_in(heard);
    }

    /// Runs an activity to its end over a network without faults.
    pub(crate) fn calmly(
        &mut self,
        unit: usize,
        hand: Hand,
        what: &str,
        activity: Activity,
    ) -> Ending {
        let mut heard = self.start(unit, hand, what, activity);
        loop {
            match heard.news {
                News::Asks(request) => {
                    self.time.pass(3);
                    let answer = self.serve(&request);
                    heard = self.decide(unit, hand, Fate::Answered(answer));
                }
                News::Stalls => panic!("an activity stalls where it is alone"),
                News::Ended(ending) => return self.ended(unit, hand, ending),
            }
        }
    }

    /// Runs an activity of a clerk to its end with no network.
    pub(crate) fn alone(&mut self, unit: usize, what: &str, activity: Activity) -> Ending {
        let hand = Hand::Clerk;
        let mut heard = self.start(unit, hand, what, activity);
        loop {
            match heard.news {
                News::Asks(_) => heard = self.decide(unit, hand, Fate::Offline),
                News::Stalls => panic!("an activity stalls where it is alone"),
                News::Ended(ending) => return self.ended(unit, hand, ending),
            }
        }
    }

    fn start(&mut self, unit: usize, hand: Hand, what: &str, activity: Activity) -> Heard {
        let id = self.fresh_id();
        let Some(u) = self.units.get_mut(unit) else {
            panic!("no counter {unit}");
        };
        let running = self.baton.start(id, u.engine(), u.clocks(), activity);
        *u.hand(hand) = Some(Busy {
            running,
            waits_for: 0,
            what: what.to_owned(),
        });
        self.hands.push((id, unit, hand));
        self.hear()
    }

    /// Waits for the baton.
    fn hear(&mut self) -> Heard {
        let word = self.baton.next();
        let of = self.hands.iter().find(|(id, ..)| *id == word.activity);
        let Some((_, unit, hand)) = of.copied() else {
            panic!("a word from nobody");
        };
        Heard {
            unit,
            hand,
            news: word.news,
        }
    }

    /// Decides what an activity waits for.
    fn decide(&mut self, unit: usize, hand: Hand, fate: Fate) -> Heard {
        let busy = self.units.get_mut(unit).and_then(|u| u.hand(hand).as_ref());
        let Some(busy) = busy else {
            panic!("nobody waits there");
        };
        busy.running.decide(fate);
        self.hear()
    }

    /// Decides, and takes in what follows.
    pub(crate) fn settle(&mut self, unit: usize, hand: Hand, fate: Fate) {
        let heard = self.decide(unit, hand, fate);
        self.take_in(heard);
    }

    fn take_in(&mut self, heard: Heard) {
        let Heard { unit, hand, news } = heard;
        match news {
            News::Asks(request) => {
                let id = self.fresh_id();
                let cut = self.units.get(unit).is_some_and(|u| u.cut);
                let name = self.name(unit, hand);
                if cut && self.dice.percent(60) {
                    self.say(format!("{name} {}: no network", request.path));
                    self.settle(unit, hand, Fate::Offline);
                    return;
                }
                if let Some(busy) = self.units.get_mut(unit).and_then(|u| u.hand(hand).as_mut()) {
                    busy.waits_for = id;
                }
                if cut {
                    self.say(format!("{name} {}: into the void", request.path));
                    return;
                }
                self.say(format!("{name} asks {} #{id}", request.path));
                self.going.push(Message {
                    id,
                    unit,
                    hand,
                    request,
                });
            }
            News::Stalls => {
                if let Some(busy) = self.units.get_mut(unit).and_then(|u| u.hand(hand).as_mut()) {
                    busy.waits_for = 0;
                }
            }
            News::Ended(ending) => {
                self.ended(unit, hand, ending);
            }
        }
    }

    /// Lets whoever waits for another activity of its counter look again.
    pub(crate) fn look_again(&mut self) {
        let mut stalled = Vec::new();
        for (unit, u) in self.units.iter().enumerate() {
            stalled.extend(
                Hand::ALL
                    .iter()
                    .filter(|h| u.waits_for(**h) == Some(0))
                    .map(|h| (unit, *h)),
            );
        }
        if let Some((unit, hand)) = self.dice.pick(&stalled) {
            self.settle(unit, hand, Fate::LookAgain);
        }
    }

    fn ended(&mut self, unit: usize, hand: Hand, ending: Option<Box<Ending>>) -> Ending {
        let name = self.name(unit, hand);
        let busy = self.units.get_mut(unit).and_then(|u| u.hand(hand).take());
        let mut what = String::new();
        if let Some(busy) = busy {
            what = busy.what;
            self.hands.retain(|(id, ..)| *id != busy.running.id);
            busy.running.join();
        }
        let Some(ending) = ending else {
            self.say(format!("{name} stopped in: {what}"));
            return Ending::default();
        };
        self.say(format!("{name} ends: {}", ending.said));
        if let Some(words) = &ending.panic {
            self.broken(format!("{name} panicked in {what}: {words}"));
        }
        if let Some((code, message)) = &ending.error
            && !may_happen(code, message)
        {
            self.broken(format!("{name} {what}: {code}: {message}"));
        }
        if let (Some(id), Some(u)) = (&ending.done, self.units.get_mut(unit)) {
            u.done.push(id.clone());
        }
        *ending
    }

    /// Lets the centre answer a request.
    pub(crate) fn serve(&mut self, request: &Request) -> Answer {
        self.served += 1;
        let answer = self.service.serve(self.time.now(), request);
        if answer.status >= 500 {
            let words = String::from_utf8_lossy(&answer.body).into_owned();
            self.broken(format!(
                "{} was answered {}: {words}",
                request.path, answer.status
            ));
        }
        self.past.push_back(request.clone());
        if self.past.len() > REMEMBERED {
            self.past.pop_front();
        }
        answer
    }

    /// Brings a request to the centre, and its answer on the way back.
    pub(crate) fn deliver(&mut self, at: usize) {
        let message = self.going.swap_remove(at);
        let answer = self.serve(&message.request);
        self.say(format!("#{} is answered {}", message.id, answer.status));
        self.coming.push(Reply {
            to: message.id,
            unit: message.unit,
            hand: message.hand,
            answer,
        });
    }

    /// Whether somebody still waits for the answer to this message.
    pub(crate) fn awaited(&self, unit: usize, hand: Hand, id: u64) -> bool {
        let unit = self.units.get(unit);
        unit.is_some_and(|u| u.waits_for(hand) == Some(id))
    }

    /// Brings an answer to whoever waits for it; nobody may.
    pub(crate) fn bring(&mut self, at: usize) {
        let reply = self.coming.swap_remove(at);
        if self.awaited(reply.unit, reply.hand, reply.to) {
            self.say(format!("answer #{} comes", reply.to));
            self.settle(reply.unit, reply.hand, Fate::Answered(reply.answer));
        } else {
            self.say(format!("answer #{} comes too late", reply.to));
        }
    }

    /// A counter's machine stops: all its activities end where they stand.
    pub(crate) fn switch_off(&mut self, unit: usize) {
        for hand in Hand::ALL {
            if self.units.get(unit).is_some_and(|u| u.is_busy(hand)) {
                self.settle(unit, hand, Fate::Crash);
            }
        }
        if let Some(u) = self.units.get_mut(unit) {
            u.switch_off();
        }
    }

    pub(crate) fn switch_on(&mut self, unit: usize) {
        if let Some(u) = self.units.get_mut(unit) {
            u.switch_on();
        }
    }

    /// Stops everything.
    pub(crate) fn end(&mut self) {
        for unit in 0..self.units.len() {
            self.switch_off(unit);
        }
        self.service.stop();
    }
}

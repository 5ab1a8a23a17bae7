//! The end of a run: the network heals, and all counters make contact until nothing moves.

use crate::baton::Fate;
use crate::clerk;
use crate::counter_unit::Hand;
use crate::world::World;
use centre_store::tables::feed_head;
use sea_orm::EntityTrait;

/// Rounds of contacts after which something moves for ever.
const ROUNDS: usize = 14;
/// Rounds in which a contact may still fail: the first after a restore says hello again.
const MAY_FAIL: usize = 3;

impl World {
    /// Brings everything to rest.
    pub(crate) fn come_to_rest(&mut self) {
        if !self.found.is_empty() {
            return;
        }
        self.say("the network heals".into());
        for u in &mut self.units {
            u.cut = false;
        }
        self.finish_what_runs();
        self.revoke_the_rogue();
        for round in 1..=ROUNDS {
            self.time.pass(61_000);
            // as it does every minute: what a counter shows as expired has expired there too
            self.jobs();
            self.resolve_all();
            if self.one_round(round) {
                return;
            }
            if !self.found.is_empty() {
                return;
            }
        }
        self.broken(format!("not at rest after {ROUNDS} rounds"));
    }

    /// Every message that is under way arrives, in some order; whoever waits for one that was
    /// lost gives up.
    fn finish_what_runs(&mut self) {
        while !self.going.is_empty() || !self.coming.is_empty() {
            if !self.going.is_empty() && (self.coming.is_empty() || self.dice.percent(50)) {
                let at = self.dice.below(self.going.len());
                self.deliver(at);
            } else {
                let at = self.dice.below(self.coming.len());
                self.bring(at);
            }
        }
        for unit in 0..self.units.len() {
            for hand in Hand::ALL {
                while let Some(id) = self.units.get(unit).and_then(|u| u.waits_for(hand)) {
                    if id == 0 {
                        // whoever it waits for is given up first
                        break;
                    }
                    self.settle(unit, hand, Fate::Offline);
                    self.bring_all();
                }
            }
            while self
                .units
                .get(unit)
                .is_some_and(|u| Hand::ALL.iter().any(|h| u.is_busy(*h)))
            {
                self.look_again();
                self.bring_all();
            }
        }
    }

    fn bring_all(&mut self) {
        while !self.going.is_empty() {
            self.deliver(0);
            self.bring(0);
        }
    }

    /// One contact of every counter; true where none moved anything.
    fn one_round(&mut self, round: usize) -> bool {
        self.say(format!("round {round}"));
        let mut still = true;
        let before = self.feed();
        for unit in 0..self.units.len() {
            let ending = self.calmly(unit, Hand::Contact, "contact", clerk::contact());
            let out = ending
                .error
                .as_ref()
                .is_some_and(|(code, _)| *code == "revoked");
            still &= ending.quiet || out;
            if let Some((code, message)) = ending.error
                && round > MAY_FAIL
                && !out
            {
                let name = self.name(unit, Hand::Contact);
                self.broken(format!("{name} has no contact at rest: {code}: {message}"));
            }
        }
        // what one that was revoked delivers is told by no report of its own, and is for the others to pull
        still && self.feed() == before
    }

    /// How far the feeds are, of all scopes together.
    fn feed(&self) -> u64 {
        self.with_centre(async |centre| {
            let heads = feed_head::Entity::find().all(centre.db().read()).await;
            heads.expect("heads").iter().map(|head| *head.n).sum()
        })
    }
}

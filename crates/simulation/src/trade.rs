//! What customers and clerks do.

use centre::error::ServiceError;
use counter::view::{Act, ProfileRequest};

use crate::brand;
use crate::clerk::{self, Deal, ToSell, Whose};
use crate::counter_unit::Hand;
use crate::people;
use crate::people::PRODUCTS;
use crate::world::{Sold, World};

impl World {
    /// A clerk who is free does something.
    pub(crate) fn some_trade(&mut self) {
        let unit = self.dice.below(self.units.len());
        let Some((store, staff)) = self
            .units
            .get(unit)
            .filter(|u| !u.is_busy(Hand::Clerk))
            .and_then(|u| Some((u.store.clone(), u.staff.clone()?)))
        else {
            return;
        };
        let home: Vec<String> = self
            .people
            .iter()
            .filter(|p| p.store == store)
            .map(|p| p.id.clone())
            .collect();
        // half of the trade is with the first few, so that counters meet at the same members
        let of = if self.dice.percent(50) { 3 } else { home.len() };
        let Some(member) = home.get(self.dice.below(of)).cloned() else {
            return;
        };
        if self.dice.percent(12) {
            let somebody = self.dice.below(self.people.len());
            let what = format!("look up {somebody}");
            self.begin(
                unit,
                Hand::Clerk,
                &what,
                clerk::look_up(people::card(somebody)),
            );
            return;
        }
        if self.dice.percent(4) {
            self.begin(unit, Hand::Clerk, "hello", clerk::hello());
            return;
        }
        // a member of another store, whether or not she was looked up
        let all = self.dice.below(self.people.len());
        let other = self.people.get(all).filter(|_| self.dice.percent(15));
        let member = other.map_or(member, |p| p.id.clone());
        match self.dice.below(100) {
            0..45 => self.sale(unit, &store, staff, member),
            45..52 => self.profile(unit, staff, member),
            52..62 => self.act(unit, &store, staff, member),
            62..80 => {
                let share = self.dice.pick(&[5, 20, 40, 80, 100]);
                let share = share.filter(|_| self.dice.percent(80));
                let what = format!("redeem {share:?} of {member}");
                self.begin(
                    unit,
                    Hand::Clerk,
                    &what,
                    clerk::redeem(staff, member, share),
                );
            }
            _ => {
                let Some(sold) = self.some_receipt(&store) else {
                    return;
                };
                let sku = self.dice.below(sold.skus.len());
                let sku = sold
                    .skus
                    .get(sku)
                    .cloned()
                    .filter(|_| self.dice.percent(60));
                let what = format!("return {sku:?} of {}", sold.no);
                let activity = clerk::bring_back(staff, sold.no, sku);
                self.begin(unit, Hand::Clerk, &what, activity);
            }
        }
    }

    fn some_receipt(&mut self, store: &str) -> Option<Sold> {
        let here: Vec<&Sold> = self.sold.iter().filter(|s| s.store == store).collect();
        here.get(self.dice.below(here.len())).map(|s| (*s).clone())
    }

    fn sale(&mut self, unit: usize, store: &str, staff: counter::SignedIn, member: String) {
        let mut lines = Vec::new();
        for _ in 0..self.dice.between(1, 3) {
            if let Some((sku, _)) = self.dice.pick(&PRODUCTS) {
                lines.push((
                    sku.to_owned(),
                    u32::try_from(self.dice.between(1, 3)).unwrap_or(1),
                ));
            }
        }
        let share = self.dice.pick(&[0, 0, 0, 30, 100]).unwrap_or(0);
        let (whose, share) = if self.dice.percent(10) {
            let n = self.newcomer();
            (Whose::Phone(people::phone(n)), 0)
        } else {
            (Whose::Member(member), share)
        };
        self.receipts += 1;
        let no = format!("R{:04}", self.receipts);
        self.sold.push(Sold {
            no: no.clone(),
            store: store.to_owned(),
            skus: lines.iter().map(|(sku, _)| sku.clone()).collect(),
        });
        let what = ToSell {
            receipt: no,
            whose,
            lines,
            share,
            coupon: self.dice.percent(35),
        };
        let words = format!("{what:?}");
        self.begin(unit, Hand::Clerk, &words, clerk::sell(staff, what));
    }

    /// An act on her account: each may be done at several counters at once.
    fn act(&mut self, unit: usize, store: &str, staff: counter::SignedIn, member: String) {
        let deal = match self.dice.below(12) {
            0..3 => Deal::Act(Act::Behaviour {
                behaviour: "check_in".into(),
            }),
            3 => Deal::Act(Act::Behaviour {
                behaviour: "referral".into(),
            }),
            4 => Deal::Act(Act::Freeze),
            5..7 => Deal::Act(Act::Unfreeze),
            7 => {
                let days = self.dice.between(1, 700);
                let to = brand::opening().date_naive() + chrono::Duration::days(days);
                Deal::Act(Act::Extension { to: to.to_string() })
            }
            _ => Deal::UndoNewest,
        };
        let words = format!("{deal:?} of {member}");
        let activity = clerk::act(staff, member, deal, format!("{store}-C"));
        self.begin(unit, Hand::Clerk, &words, activity);
    }

    /// A change of a profile: each field may be changed at several counters at once.
    fn profile(&mut self, unit: usize, staff: counter::SignedIn, member: String) {
        let word = self
            .dice
            .pick(&["nickel", "retinol", "fragrance"])
            .unwrap_or_default();
        let mut request = ProfileRequest {
            member_id: member,
            consent_version: "1".into(),
            ..ProfileRequest::default()
        };
        match self.dice.below(6) {
            0 => request.consent_skin = Some(true),
            1 => request.consent_skin = Some(false),
            2 => request.allergies_add.push(word.into()),
            3 => request.allergies_remove.push(word.into()),
            4 => request.concerns = Some(vec![word.into()]),
            _ => request.note = Some(word.into()),
        }
        let words = format!("{request:?}");
        let activity = clerk::change_profile(staff, request);
        self.begin(unit, Hand::Clerk, &words, activity);
    }

    /// Number of a customer who is no member yet, or was not at first.
    fn newcomer(&mut self) -> usize {
        let (members, _) = self.population.members();
        members + self.dice.below(5)
    }

    /// One of the customers whose sales were recorded by phone number joins.
    pub(crate) fn someone_joins(&mut self) {
        let n = self.newcomer();
        let (phone, card) = (people::phone(n), people::card(n));
        let joined = self.with_centre(async |centre| {
            let program = centre.current_program().await?;
            let mut work = centre.work().await?;
            let known = centre::members::by_phone(work.on(), &phone).await?;
            if known.is_some() {
                return Ok(None);
            }
            let new = centre::members::NewMember {
                id: Some(format!("late{n}").into()),
                card_no: Some(card),
                phone,
                joined_at: work.now(),
                channel: "counter".into(),
                ..centre::members::NewMember::of(&"S1".into())
            };
            let member = centre::members::create(&mut work, &program, new).await?;
            let credited = centre::operations::retry_for_member(centre, &mut work, &member).await?;
            work.commit().await?;
            Ok::<_, ServiceError>(Some(credited))
        });
        match joined {
            Ok(credited) => self.say(format!("customer {n} joins: {credited:?}")),
            Err(e) => self.broken(format!("joining: {e}")),
        }
    }
}

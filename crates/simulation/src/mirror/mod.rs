//! Offline and online give the same numbers: what a counter shows with no network is held against what the
//! centre makes of it, and against the same story told online.
//!
//! A story is some months of one counter: sales with coupons and points, returns in parts, redemptions and
//! their reversals, behaviours, freezes and extensions, and time that passes over month ends, birthdays and
//! tier reviews. Half the stories have tiers by growth value. Every figure is noted as it is shown. Then
//! the counter syncs, and the centre must have come to the same. Told online, step by step, pay, earned,
//! refunds and tiers must be the same again. (What is left of points is not: what a counter holds for an
//! outage does not expire, and online it holds other points.)

mod brand;
mod teller;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use centre_store::tables::{operation, receipt};
use counter::Error;
use counter::view::{Act, ActRequest};
use loyalty::{Money, Points};
use protocol::push::{Effect, Outcome};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::activity::{Activity, Ending};
use crate::clerk;
use crate::counter_unit::Hand;
use crate::dice::Dice;
use crate::image::Image;
use crate::world::World;
use teller::{Ask, Figures, Shown, ShownAccount, Teller, act, shown_account};

/// Most steps of a story.
const STEPS: usize = 60;

/// How a story went.
#[derive(Debug, Clone, Default)]
pub struct Mirrored {
    /// What differs; empty where all is the same.
    pub found: Vec<String>,
    /// What was done, in words.
    pub story: Vec<String>,
    /// Members whose histories it told.
    pub histories: usize,
    /// Operations.
    pub operations: usize,
    /// Figures that were held against each other.
    pub figures: usize,
}

/// Plays a seed.
pub fn mirror(seed: u64) -> Mirrored {
    let mut mirrored = Mirrored::default();
    let told = offline(seed, &mut mirrored);
    // telling it again takes as long as all else
    if mirrored.found.is_empty() && seed.is_multiple_of(3) {
        online(seed, &told, &mut mirrored);
    }
    mirrored.operations = told.len();
    mirrored.histories = brand::MEMBERS;
    mirrored
}

impl Mirrored {
    fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, counter: &T, centre: &T) {
        self.figures += 1;
        if counter != centre {
            self.found.push(format!(
                "{what}: {counter:?} at the counter, {centre:?} there"
            ));
        }
    }
}

/// Tiers go by growth value in every other story.
fn image(seed: u64) -> &'static Image {
    brand::image(seed.is_multiple_of(2))
}

/// Tells a new story with no network, then syncs and compares.
fn offline(seed: u64, mirrored: &mut Mirrored) -> Vec<Shown> {
    let mut world = World::of(image(seed), seed);
    let members: Vec<String> = world.people.iter().map(|p| p.id.clone()).collect();
    let staff = world.units.first().and_then(|u| u.staff.clone());
    let notes: Arc<Mutex<(Vec<Shown>, Vec<String>)>> = Arc::default();
    let activity: Activity = {
        let (notes, time, members) = (Arc::clone(&notes), world.time.clone(), members.clone());
        Box::new(move |engine| {
            let mut teller = Teller {
                engine,
                staff: staff.expect("a clerk"),
                time,
                dice: Dice::new(seed ^ 0x6d69_7272_6f72),
                members,
                receipts: Vec::new(),
                shown: Vec::new(),
                found: Vec::new(),
                next: 0,
            };
            let steps = 20 + teller.dice.below(STEPS - 20);
            let told = teller.tell(steps);
            let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
            *notes = (teller.shown, teller.found);
            match told {
                Ok(()) => Ending::default(),
                Err(e) => panic!("a story ends in {e}"),
            }
        })
    };
    world.alone(0, "a story", activity);
    let (shown, differ) = notes.lock().unwrap_or_else(PoisonError::into_inner).clone();
    mirrored.found.extend(differ);
    mirrored.story = shown
        .iter()
        .map(|s| format!("{} {} {:?} → {s:?}", s.at_ms, s.member, s.ask))
        .collect();
    let before: Vec<ShownAccount> = read_all(&world, &members);
    for _ in 0..3 {
        world.calmly(0, Hand::Contact, "contact", clerk::contact());
    }
    mirrored.found.append(&mut world.found);
    let after = read_all(&world, &members);
    let released = released(&world);
    for ((member, before), after) in members.iter().zip(&before).zip(&after) {
        // the centre asked this counter to give back, and what had passed its date expired then
        let before = if released.contains(member) {
            &ShownAccount {
                balance: after.balance,
                expiring: after.expiring.clone(),
                ..before.clone()
            }
        } else {
            before
        };
        mirrored.same(&format!("{member} once confirmed"), before, after);
        let page = world.units[0].read(|e| e.member_page(member));
        let points = page.expect("a page").points;
        mirrored.same(
            &format!("{member} pending and confirmed"),
            &(Points::ZERO, Points::ZERO, after.balance),
            &(
                points.pending_earned,
                points.pending_spent,
                points.confirmed,
            ),
        );
    }
    compare_effects(&world, &shown, mirrored);
    world.end();
    shown
}

/// Members of whom the counter gave an allowance back.
fn released(world: &World) -> Vec<String> {
    world.with_centre(async |centre| {
        let rows = operation::Entity::find()
            .filter(operation::Column::Kind.eq("release"))
            .all(centre.db().read())
            .await;
        let rows = rows.expect("a database").into_iter();
        rows.filter_map(|row| Some(row.member_id?.to_string()))
            .collect()
    })
}

fn read_all(world: &World, members: &[String]) -> Vec<ShownAccount> {
    let read = |m: &String| world.units[0].read(|e| shown_account(e, m).expect("a page"));
    members.iter().map(read).collect()
}

/// What each operation came to at the centre.
fn compare_effects(world: &World, shown: &[Shown], mirrored: &mut Mirrored) {
    for (i, s) in shown.iter().enumerate() {
        let outcome = world.with_centre(async |centre| {
            let row = operation::Entity::find()
                .filter(operation::Column::OpId.eq(&s.op_id))
                .one(centre.db().read())
                .await;
            row.expect("a database").map(|row| row.outcome)
        });
        let outcome = outcome.and_then(|text| serde_json::from_str::<Outcome>(&text).ok());
        let Some(Outcome::Applied(effect)) = outcome else {
            mirrored
                .found
                .push(format!("step {i} {}: {outcome:?}", s.op_id));
            continue;
        };
        let counter = Effect {
            earned: s.earned,
            spent: s.spent,
            taken_back: s.taken_back,
            given_back: s.given_back,
            balance: s.balance,
            ..Effect::default()
        };
        // by what the sale is known is no figure
        let effect = Effect {
            sale: None,
            ..effect.clone()
        };
        mirrored.same(&format!("step {i} {:?}", s.ask), &counter, &effect);
        let no = match &s.ask {
            Ask::Sell(sale) => sale.receipt.clone(),
            Ask::Return(back) => back.receipt.clone(),
            Ask::Redeem(_) | Ask::Act(_) => continue,
        };
        let row = world.with_centre(async |centre| {
            let found = receipt::Entity::find()
                .filter(receipt::Column::ReceiptNo.eq(&no))
                .one(centre.db().read())
                .await;
            found.expect("a database").expect("a receipt")
        });
        if let Ask::Sell(_) = &s.ask {
            let paid = (s.money, *row.pay_fen);
            mirrored.same(&format!("step {i} {no} pay"), &paid.0, &Some(paid.1));
        }
        let refunds = shown
            .iter()
            .filter(|s| matches!(&s.ask, Ask::Return(back) if back.receipt == no));
        let refunded: Money = refunds.filter_map(|s| s.money).sum();
        let there = *row.refunded_fen;
        mirrored.same(&format!("{no} refunded"), &refunded, &there);
    }
}

/// Tells the same story again, in contact with the centre before and after each step.
fn online(seed: u64, told: &[Shown], mirrored: &mut Mirrored) {
    let mut world = World::of(image(seed), seed);
    let staff = world.units.first().and_then(|u| u.staff.clone());
    let staff = staff.expect("a clerk");
    // what was done has other ids now
    let mut again: HashMap<String, String> = HashMap::new();
    for (i, was) in told.iter().enumerate() {
        world.time.pass((was.at_ms - world.time.ms()).max(0));
        world.calmly(0, Hand::Contact, "contact", clerk::contact());
        let (mut ask, staff) = (was.ask.clone(), staff.clone());
        if let Ask::Act(ActRequest {
            act: Act::Reversal { redemption },
            ..
        }) = &mut ask
            && let Some(now) = again.get(redemption)
        {
            redemption.clone_from(now);
        }
        let done: Arc<Mutex<Option<counter::Result<Figures>>>> = Arc::default();
        let activity: Activity = {
            let done = Arc::clone(&done);
            Box::new(move |engine| {
                let figures = act(engine, &staff, &ask);
                *done.lock().unwrap_or_else(PoisonError::into_inner) = Some(figures);
                Ending::default()
            })
        };
        world.calmly(0, Hand::Clerk, "a step", activity);
        let done = done.lock().unwrap_or_else(PoisonError::into_inner).take();
        world.calmly(0, Hand::Contact, "contact", clerk::contact());
        let what = format!("online, step {i} {:?}", was.ask);
        match done {
            Some(Ok(figures)) => {
                again.insert(was.op_id.clone(), figures.op_id);
                let offline = (
                    was.money,
                    was.earned,
                    was.spent,
                    was.given_back,
                    was.taken_back,
                );
                let online = (
                    figures.money,
                    figures.earned,
                    figures.spent,
                    figures.given_back,
                    figures.taken_back,
                );
                mirrored.same(&what, &offline, &online);
            }
            // points that a counter holds offline do not expire; online they may have
            Some(Err(
                Error::Rules {
                    refusal: loyalty::Refusal::NotEnoughPoints,
                    ..
                }
                | Error::NothingToExtend,
            )) => break,
            Some(Err(e)) => mirrored.found.push(format!("{what}: {e}")),
            None => mirrored.found.push(format!("{what}: no end")),
        }
        let now = world.units[0].read(|e| shown_account(e, &was.member).expect("a page"));
        let offline = (&was.tier, was.gap);
        mirrored.same(&format!("{what} tier"), &offline, &(&now.tier, now.gap));
        if !mirrored.found.is_empty() {
            break;
        }
    }
    mirrored.found.append(&mut world.found);
    world.end();
}

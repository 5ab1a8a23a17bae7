//! Offline and online give the same numbers: what a counter shows with no network is held against what the
//! centre makes of it, and against the same story told online.
//!
//! A story is some months of one counter: sales with coupons and points, returns in parts, redemptions and
//! their reversals, behaviours, freezes and extensions, and time that passes over month ends, birthdays and
//! tier reviews. Half the stories have tiers by growth value. Every figure is noted as it is shown. Then
//! the counter syncs, and the centre must have come to the same. Told online, step by step, pay, earned,
//! refunds and tiers must be the same again. (What is left of points is not: what a counter holds for an
//! outage does not expire, and online it holds other points.)

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use central::entities::{operation, receipt};
use counter::view::{
    Act, ActRequest, Approver, CouponChoice, CouponPlace, LineRequest, MemberTarget, RedeemRequest,
    RedeemWhat, ReturnLineRequest, ReturnRequest, SaleRequest,
};
use counter::{Engine, Error, SignedIn};
use loyalty::{Money, Points};
use protocol::push::{Effect, Outcome};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::baton::Work;
use crate::brand::{Image, PIN};
use crate::clerk::{self, Deed};
use crate::clocks::TrueTime;
use crate::counter_unit::Hand;
use crate::dice::Dice;
use crate::mirror_brand::{self, PRODUCTS};
use crate::world::World;

/// Most steps of a story.
const STEPS: usize = 60;
const DAY: usize = 86_400_000;

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

/// What was asked of the counter.
#[derive(Debug, Clone)]
enum Ask {
    Sell(SaleRequest),
    Return(ReturnRequest),
    Redeem(RedeemRequest),
    Act(ActRequest),
}

/// Something that was done, and what the counter showed.
#[derive(Debug, Clone)]
struct Shown {
    at_ms: i64,
    ask: Ask,
    member: String,
    op_id: String,
    /// Paid, or refunded.
    money: Option<Money>,
    earned: Points,
    spent: Points,
    given_back: Points,
    taken_back: Points,
    balance: Points,
    tier: String,
    gap: Option<Money>,
}

/// What the counter shows of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Standing {
    balance: Points,
    tier: String,
    gap: Option<Money>,
    /// Points that expire next, and when.
    expiring: Option<(Points, String)>,
}

fn standing(engine: &Engine, member: &str) -> counter::Result<Standing> {
    let page = engine.member_page(member)?;
    Ok(Standing {
        balance: page.points.once_confirmed,
        tier: page.tier.id,
        gap: page.tier.next.and_then(|n| n.gap),
        expiring: page.points.expiring.map(|e| (e.points, e.date)),
    })
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
    mirrored.histories = mirror_brand::MEMBERS;
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
fn brand(seed: u64) -> &'static Image {
    mirror_brand::image(seed.is_multiple_of(2))
}

/// Tells a new story with no network, then syncs and compares.
fn offline(seed: u64, mirrored: &mut Mirrored) -> Vec<Shown> {
    let mut world = World::of(brand(seed), seed);
    let members: Vec<String> = world.people.iter().map(|p| p.id.clone()).collect();
    let staff = world.units.first().and_then(|u| u.staff.clone());
    let notes: Arc<Mutex<(Vec<Shown>, Vec<String>)>> = Arc::default();
    let work: Work = {
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
                Ok(()) => Deed::default(),
                Err(e) => panic!("a story ends in {e}"),
            }
        })
    };
    world.alone(0, "a story", work);
    let (shown, differ) = notes.lock().unwrap_or_else(PoisonError::into_inner).clone();
    mirrored.found.extend(differ);
    mirrored.story = shown
        .iter()
        .map(|s| format!("{} {} {:?} → {s:?}", s.at_ms, s.member, s.ask))
        .collect();
    let before: Vec<Standing> = read_all(&world, &members);
    for _ in 0..3 {
        world.calmly(0, Hand::Contact, "contact", clerk::contact());
    }
    mirrored.found.append(&mut world.found);
    let after = read_all(&world, &members);
    let released = released(&world);
    for ((member, before), after) in members.iter().zip(&before).zip(&after) {
        // the centre asked this counter to give back, and what had passed its date expired then
        let before = if released.contains(member) {
            &Standing {
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
        rows.filter_map(|row| row.member_id).collect()
    })
}

fn read_all(world: &World, members: &[String]) -> Vec<Standing> {
    let read = |m: &String| world.units[0].read(|e| standing(e, m).expect("a page"));
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
            let paid = (s.money, Money::from_fen(row.pay_fen));
            mirrored.same(&format!("step {i} {no} pay"), &paid.0, &Some(paid.1));
        }
        let refunds = shown
            .iter()
            .filter(|s| matches!(&s.ask, Ask::Return(back) if back.receipt == no));
        let refunded: Money = refunds.filter_map(|s| s.money).sum();
        let there = Money::from_fen(row.refunded_fen);
        mirrored.same(&format!("{no} refunded"), &refunded, &there);
    }
}

/// Tells the same story again, in contact with the centre before and after each step.
fn online(seed: u64, told: &[Shown], mirrored: &mut Mirrored) {
    let mut world = World::of(brand(seed), seed);
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
        let work: Work = {
            let done = Arc::clone(&done);
            Box::new(move |engine| {
                let figures = act(engine, &staff, &ask);
                *done.lock().unwrap_or_else(PoisonError::into_inner) = Some(figures);
                Deed::default()
            })
        };
        world.calmly(0, Hand::Clerk, "a step", work);
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
        let now = world.units[0].read(|e| standing(e, &was.member).expect("a page"));
        let offline = (&was.tier, was.gap);
        mirrored.same(&format!("{what} tier"), &offline, &(&now.tier, now.gap));
        if !mirrored.found.is_empty() {
            break;
        }
    }
    mirrored.found.append(&mut world.found);
    world.end();
}

/// What an engine said of something that was done.
#[derive(Debug, Default)]
struct Figures {
    op_id: String,
    money: Option<Money>,
    earned: Points,
    spent: Points,
    given_back: Points,
    taken_back: Points,
}

fn act(engine: &Engine, staff: &SignedIn, ask: &Ask) -> counter::Result<Figures> {
    Ok(match ask {
        Ask::Sell(request) => {
            let done = engine.record_sale(staff, request)?;
            Figures {
                op_id: done.op_id,
                money: Some(done.pay),
                earned: done.earned,
                spent: done.spent,
                ..Figures::default()
            }
        }
        Ask::Return(request) => {
            let done = engine.record_return(staff, request)?;
            Figures {
                op_id: done.op_id,
                money: Some(done.refund),
                given_back: done.given_back,
                taken_back: done.taken_back,
                ..Figures::default()
            }
        }
        Ask::Redeem(request) => {
            let done = engine.redeem(staff, request)?;
            Figures {
                op_id: done.op_id,
                spent: done.points,
                ..Figures::default()
            }
        }
        Ask::Act(request) => {
            let done = engine.record_act(staff, request)?;
            let mut figures = Figures {
                op_id: done.op_id,
                ..Figures::default()
            };
            match request.act {
                Act::Behaviour { .. } => figures.earned = done.points,
                _ => figures.given_back = done.points,
            }
            figures
        }
    })
}

/// Number, member and products of what was sold.
type Bought = (String, String, Vec<(String, u32)>);

/// Whoever tells a new story.
struct Teller<'a> {
    engine: &'a Engine,
    staff: SignedIn,
    time: TrueTime,
    dice: Dice,
    members: Vec<String>,
    receipts: Vec<Bought>,
    shown: Vec<Shown>,
    found: Vec<String>,
    next: usize,
}

impl Teller<'_> {
    fn tell(&mut self, steps: usize) -> counter::Result<()> {
        // the counter notices that there is no network
        let _ = self.engine.sync_now();
        for _ in 0..steps {
            let wait = match self.dice.below(100) {
                0..60 => 60_000 + self.dice.below(DAY / 4),
                60..90 => self.dice.below(6 * DAY) + 60_000,
                _ => self.dice.below(30 * DAY) + 60_000,
            };
            self.time.pass(i64::try_from(wait).unwrap_or(60_000));
            match self.dice.below(100) {
                0..45 => self.sell()?,
                45..70 => self.bring_back()?,
                70..82 => self.redeem()?,
                _ => self.act()?,
            }
        }
        Ok(())
    }

    fn member(&mut self) -> String {
        let members = self.members.clone();
        self.dice.pick(&members).unwrap_or_default()
    }

    fn sell(&mut self) -> counter::Result<()> {
        let member = self.member();
        self.next += 1;
        let mut lines = Vec::new();
        for _ in 0..=self.dice.below(3) {
            let (sku, _, fen) = self.dice.pick(&PRODUCTS).unwrap_or(PRODUCTS[0]);
            let qty = 1 + u32::try_from(self.dice.below(3)).unwrap_or(0);
            // now and then the till took another price
            let amount = self.dice.percent(25).then(|| {
                let full = usize::try_from(fen).unwrap_or(1) * 3;
                Money::from_fen(i64::try_from(self.dice.below(full)).unwrap_or(0))
            });
            lines.push(LineRequest {
                sku: sku.into(),
                qty,
                amount,
            });
        }
        let mut request = SaleRequest {
            receipt: format!("T{}", self.next),
            member: MemberTarget::Member { id: member.clone() },
            lines,
            pay_points: Points::ZERO,
            coupons: Vec::new(),
            propose: self.dice.percent(60),
        };
        let quote = self.engine.quote_sale(&request)?;
        let usable = |c: &&CouponChoice| {
            c.refusal.is_none() && c.barred.is_none() && c.coupon.place == CouponPlace::Here
        };
        request.coupons.clone_from(&quote.chosen);
        if !request.propose {
            let some: Vec<&CouponChoice> = quote.coupons.iter().filter(usable).collect();
            if let Some(one) = self.dice.pick(&some) {
                request.coupons.clone_from(&one.with);
            }
        }
        request.propose = false;
        if self.dice.percent(45) {
            let most = self.engine.quote_sale(&request)?.max_points_offline.get();
            let share = i64::try_from(self.dice.below(101)).unwrap_or(0);
            let points = most * share / 100 / 5 * 5;
            request.pay_points = if points >= 10 {
                Points(points)
            } else {
                Points::ZERO
            };
        }
        let quote = self.engine.quote_sale(&request)?;
        let skus: Vec<(String, u32)> = request
            .lines
            .iter()
            .map(|l| (l.sku.clone(), l.qty))
            .collect();
        let no = request.receipt.clone();
        let shown = self.done(Ask::Sell(request), &member)?;
        self.receipts.push((no, member, skus));
        self.hold("pay", &Some(quote.pay), &shown.money);
        self.hold("earned", &quote.earned, &shown.earned);
        self.hold("balance after", &quote.balance_after, &Some(shown.balance));
        if let Some(up) = quote.tier_up {
            self.hold("tier", &up.id, &shown.tier);
        }
        let chosen: Money = quote
            .coupons
            .iter()
            .filter(|c| c.chosen)
            .map(|c| c.off)
            .sum();
        self.hold("each coupon's part", &chosen, &quote.coupons_off);
        Ok(())
    }

    fn bring_back(&mut self) -> counter::Result<()> {
        let receipts = self.receipts.clone();
        let Some((receipt, member, skus)) = self.dice.pick(&receipts) else {
            return Ok(());
        };
        let lines = if self.dice.percent(25) {
            Vec::new()
        } else {
            let one = self.dice.pick(&skus);
            one.map(|(sku, qty)| {
                let qty = 1 + u32::try_from(self.dice.below(qty as usize)).unwrap_or(0);
                ReturnLineRequest { sku, qty }
            })
            .into_iter()
            .collect()
        };
        let request = ReturnRequest {
            receipt,
            lines,
            reason: "other".into(),
            refund: None,
            approver: None,
        };
        let quote = match self.engine.quote_return(&request) {
            Err(Error::OverReturned { .. }) => return Ok(()),
            quote => quote?,
        };
        let shown = self.done(Ask::Return(request), &member)?;
        self.hold("refund", &Some(quote.refund), &shown.money);
        self.hold("given back", &quote.given_back, &shown.given_back);
        self.hold("taken back", &quote.taken_back, &shown.taken_back);
        self.hold("balance after", &quote.balance_after, &Some(shown.balance));
        let tier = quote.tier_after.map(|t| t.id);
        self.hold("tier after", &tier, &Some(shown.tier));
        Ok(())
    }

    fn redeem(&mut self) -> counter::Result<()> {
        let member = self.member();
        let options = self.engine.redeem_options(&member)?;
        let share = i64::try_from(self.dice.below(60)).unwrap_or(0);
        let points = options.possible_now.get() * share / 100 / 5 * 5;
        if points < 10 {
            return Ok(());
        }
        let request = RedeemRequest {
            member_id: member.clone(),
            what: RedeemWhat::Cash {
                points: Points(points),
                bill: Money::from_fen(100_000_000),
            },
        };
        self.done(Ask::Redeem(request), &member)?;
        Ok(())
    }

    /// A behaviour, a redemption undone, or a manager's act.
    fn act(&mut self) -> counter::Result<()> {
        let member = self.member();
        let acts = self.engine.member_acts(&member)?;
        let act = match self.dice.below(100) {
            // frozen points are not so for long
            0..40 if acts.frozen => Act::Unfreeze,
            0..8 => Act::Freeze,
            8..20 => {
                let days = i64::try_from(1 + self.dice.below(90)).unwrap_or(1);
                let to = self.time.now() + chrono::Duration::days(days);
                Act::Extension {
                    to: to.date_naive().to_string(),
                }
            }
            20..60 => {
                let open: Vec<_> = acts
                    .redemptions
                    .iter()
                    .filter(|r| r.undone.is_none())
                    .collect();
                let Some(one) = self.dice.pick(&open) else {
                    return Ok(());
                };
                Act::Reversal {
                    redemption: one.op_id.clone(),
                }
            }
            _ => {
                let possible: Vec<_> = acts.behaviours.iter().filter(|b| b.possible).collect();
                let Some(one) = self.dice.pick(&possible) else {
                    return Ok(());
                };
                Act::Behaviour {
                    behaviour: one.behaviour.clone(),
                }
            }
        };
        let request = ActRequest {
            member_id: member.clone(),
            act,
            reason: "asked".into(),
            approver: Some(Approver {
                manager: "S1-C".into(),
                pin: PIN.into(),
            }),
        };
        let quote = match self.engine.quote_act(&self.staff, &request) {
            Err(Error::NothingToExtend | Error::DateInvalid) => return Ok(()),
            quote => quote?,
        };
        if quote.exists {
            return Ok(());
        }
        let shown = self.done(Ask::Act(request), &member)?;
        let points = shown.earned + shown.given_back;
        self.hold("points of an act", &quote.points, &points);
        self.hold("balance after", &quote.balance_after, &shown.balance);
        Ok(())
    }

    fn done(&mut self, ask: Ask, member: &str) -> counter::Result<Shown> {
        let at_ms = self.time.ms();
        let figures = act(self.engine, &self.staff, &ask)?;
        let after = standing(self.engine, member)?;
        let shown = Shown {
            at_ms,
            ask,
            member: member.to_owned(),
            op_id: figures.op_id,
            money: figures.money,
            earned: figures.earned,
            spent: figures.spent,
            given_back: figures.given_back,
            taken_back: figures.taken_back,
            balance: after.balance,
            tier: after.tier,
            gap: after.gap,
        };
        self.shown.push(shown.clone());
        Ok(shown)
    }

    /// A quote and what was then done.
    fn hold<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, quoted: &T, done: &T) {
        if quoted != done {
            let step = self.shown.len();
            self.found.push(format!(
                "step {step} {what}: quoted {quoted:?}, then {done:?}"
            ));
        }
    }
}

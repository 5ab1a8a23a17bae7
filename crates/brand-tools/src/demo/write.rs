//! From the thought-up brand to the database: everything goes the way that real data goes, and
//! every point through the rules.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, SaltString};
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use indicatif::ProgressBar;
use ingredients::{Allergies, List};
use loyalty::{Coupon, OpId, Points, Program, ReturnLine, ReturnOf, Standing};
use protocol::entity::{Clerk, Reward, RewardKind};
use protocol::ids::{MemberId, StoreId};
use protocol::operation::Redeemed;

use super::DemoError;
use super::brand::Brand;
use super::calendar::moment;
use super::coupons;
use super::people::Person;
use super::shops::Staff;
use super::visits::{Line, Visit};
use centre::catalogue;
use centre::error::ServiceError;
use centre::ledger::{
    self, By, Credited, Ledger, Need, Purchase, PurchaseLine, Redeeming, StoredReceipt,
};
use centre::members::{self, GivenConsent, NewMember};
use centre::stock;
use centre::unit_of_work::UnitOfWork;

/// The wording that members of the demo are said to have seen.
const CONSENT_TEXT: &str = "2024-01";

/// What was written.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Written {
    pub receipts: usize,
    pub returns: usize,
    pub redemptions: usize,
}

/// Writes it all in one unit of work.
pub(crate) async fn write(
    work: &mut UnitOfWork,
    brand: &Brand,
    until: NaiveDate,
    bar: &ProgressBar,
) -> Result<Written, DemoError> {
    catalogue::put_brand(work, &brand.brand).await?;
    let since = moment(until - Days::new(5 * 365), 0, 0);
    catalogue::publish_program(work, &brand.program, since).await?;
    for store in &brand.stores {
        catalogue::put_store(work, store).await?;
    }
    for staff in &brand.staff {
        catalogue::put_clerk(work, &clerk(staff)?).await?;
    }
    for article in &brand.articles {
        catalogue::put_product(work, &article.product).await?;
    }
    for reward in &brand.rewards {
        catalogue::put_reward(work, reward).await?;
    }
    for store in &brand.stores {
        for reward in &brand.rewards {
            if reward.kind == RewardKind::Sample {
                let pieces = pieces(store.id.as_str(), &reward.id);
                stock::set(work, &store.id, &reward.id, Some(pieces)).await?;
            }
        }
    }
    let mut written = Written::default();
    let mut visits = brand.visits.as_slice();
    for (p, person) in brand.people.iter().enumerate() {
        // visits stand member by member
        let (own, rest) = visits.split_at(visits.partition_point(|v| v.person <= p));
        visits = rest;
        members::create(work, &brand.program, new_member(brand, person)?).await?;
        let coupons = coupons::of(p, person, until)?;
        history(work, brand, person, own, until, coupons, &mut written).await?;
        bar.inc(1);
    }
    Ok(written)
}

/// How many of a sample a store of the demo has: 6 to 45, the same at every making.
fn pieces(store: &str, reward: &str) -> u32 {
    let sum = store.bytes().chain(reward.bytes());
    6 + sum.fold(7, |sum: u32, byte| (sum * 31 + u32::from(byte)) % 1009) % 40
}

/// The clerk's row; the hash is a function of the seed.
fn clerk(staff: &Staff) -> Result<Clerk, DemoError> {
    Ok(Clerk {
        id: staff.id.as_str().into(),
        name: staff.name.clone(),
        role: staff.role,
        store: staff.store.as_str().into(),
        pin_hash: pin_hash(staff)?,
        pin_mark: None,
        active: true,
    })
}

/// Argon2id of the PIN as [`catalogue::hash_pin`] makes it, but for the salt, which the seed gives.
pub(crate) fn pin_hash(staff: &Staff) -> Result<String, DemoError> {
    let salt = SaltString::encode_b64(&staff.salt).map_err(|e| DemoError::built("salt", &e))?;
    Argon2::default()
        .hash_password(staff.pin.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|e| DemoError::built("PIN", &e))
}

fn new_member(brand: &Brand, person: &Person) -> Result<NewMember, DemoError> {
    let consent = |purpose: &str, given: bool| GivenConsent {
        purpose: purpose.to_owned(),
        given,
        text_version: CONSENT_TEXT.to_owned(),
        source: "demo".to_owned(),
    };
    Ok(NewMember {
        id: Some(person.id.clone()),
        phone: person.phone.clone(),
        name: person.name.clone(),
        birthday: person.birthday,
        card_no: Some(person.no.clone()),
        advisor: person.advisor.clone(),
        joined_at: person.joined,
        channel: person.channel.to_owned(),
        by_clerk: person.advisor.clone(),
        skin: person.skin.clone(),
        allergies: person.allergies.clone(),
        concerns: person.concerns.clone(),
        consents: vec![
            consent("terms", true),
            consent("skin", person.consent_skin),
            consent("marketing", person.consent_marketing),
        ],
        ..NewMember::of(store_id(brand, person.store)?)
    })
}

/// Something that happened at a moment.
enum Event<'a> {
    Bought(&'a Visit),
    BroughtBack(&'a Visit, Option<usize>),
}

/// All that one member did, in order of time.
async fn history(
    work: &mut UnitOfWork,
    brand: &Brand,
    person: &Person,
    visits: &[Visit],
    until: NaiveDate,
    coupons: Vec<Coupon>,
    written: &mut Written,
) -> Result<(), DemoError> {
    let mut events: Vec<(DateTime<Utc>, Event<'_>)> = Vec::new();
    for visit in visits {
        events.push((visit.at, Event::Bought(visit)));
        events.extend(
            visit
                .comes_back
                .as_ref()
                .map(|b| (b.at, Event::BroughtBack(visit, b.line))),
        );
    }
    events.sort_by_key(|(at, _)| *at);
    let today = moment(until, 0, 0);
    let first = events.first().map_or(today, |(at, _)| *at);
    let mut ledger = load(work, &brand.program, &person.id, first, &Need::default()).await?;
    for (at, event) in &events {
        match event {
            Event::Bought(visit) => {
                buy(&mut ledger, brand, visit)?;
                written.receipts += 1;
                let reward = visit
                    .wants_reward
                    .and_then(|luck| wish(&ledger, brand, person, luck));
                if let Some(reward) = reward {
                    redeem(&mut ledger, brand, visit, reward)?;
                    written.redemptions += 1;
                }
            }
            Event::BroughtBack(visit, line) => {
                // what was bought must be written before it can be brought back
                ledger.save(work, &brand.program).await?;
                ledger = bring_back(work, brand, person, (visit, *line), *at).await?;
                written.returns += 1;
            }
        }
    }
    ledger.advance(&brand.program, today);
    for coupon in coupons {
        loyalty::give_coupon(&mut ledger.account, coupon)
            .map_err(|e| DemoError::built("coupon", &e))?;
    }
    ledger.save(work, &brand.program).await?;
    Ok(())
}

async fn load(
    work: &UnitOfWork,
    program: &Program,
    id: &MemberId,
    at: DateTime<Utc>,
    need: &Need,
) -> Result<Ledger, DemoError> {
    let found = Ledger::load(work.on(), program, id, at, need).await?;
    found.ok_or_else(|| ServiceError::missing("account", id).into())
}

fn store_id(brand: &Brand, place: usize) -> Result<&StoreId, DemoError> {
    let store = brand.stores.get(place).map(|s| &s.id);
    store.ok_or_else(|| DemoError::built("store", &format_args!("there is none at {place}")))
}

/// By what a sale of the demo is known: numbers of its tills do not come again.
fn sale_id(store: &StoreId, visit: &Visit) -> OpId {
    OpId::new(format!("import:{store}/{}", visit.receipt))
}

fn buy(ledger: &mut Ledger, brand: &Brand, visit: &Visit) -> Result<(), DemoError> {
    let (now, _) = ledger.advance(&brand.program, visit.at);
    let lines: Vec<PurchaseLine> = visit.lines.iter().filter_map(|l| line(brand, l)).collect();
    let bill = lines.iter().map(|l| l.amount).sum();
    let pay_points = if visit.pays_with_points {
        loyalty::most_redeemable(&brand.program, Some(bill), ledger.account.available())
    } else {
        Points::ZERO
    };
    let store = store_id(brand, visit.store)?;
    let purchase = Purchase {
        op_id: sale_id(store, visit),
        store: store.clone(),
        receipt_no: visit.receipt.as_str().into(),
        at: visit.at,
        channel: visit.channel.to_owned(),
        lines,
        pay_points,
        spends: Vec::new(),
        holder: None,
        coupons: Vec::new(),
        shown_pay: None,
        credited: Credited::default(),
        recorded: None,
    };
    ledger
        .purchase(&brand.program, &now, purchase, Standing::Proposed)
        .map_err(|e| DemoError::built("purchase", &e))?;
    Ok(())
}

fn line(brand: &Brand, line: &Line) -> Option<PurchaseLine> {
    let product = &brand.articles.get(line.article)?.product;
    Some(PurchaseLine {
        sku: product.sku.clone(),
        name: product.name.clone(),
        category: Some(product.category.clone()),
        qty: line.qty,
        amount: loyalty::Money::from_fen(line.fen),
    })
}

/// A reward that she may have, can afford and is not allergic to.
fn wish<'a>(ledger: &Ledger, brand: &'a Brand, person: &Person, luck: u32) -> Option<&'a Reward> {
    let available = ledger.account.available();
    let tier = brand
        .program
        .rank_of(loyalty::shown_tier(&brand.program, &ledger.account))?;
    let allergies = Allergies::of(&person.allergies);
    let within: Vec<&Reward> = brand
        .rewards
        .iter()
        .filter(|r| r.points <= available)
        .filter(|r| allergies.check(&List::of(&r.allergens)).is_empty())
        .filter(|r| match &r.min_tier {
            None => true,
            Some(least) => brand
                .program
                .rank_of(&least.as_str().into())
                .is_some_and(|rank| rank <= tier),
        })
        .collect();
    within.get(luck as usize % within.len().max(1)).copied()
}

fn redeem(
    ledger: &mut Ledger,
    brand: &Brand,
    visit: &Visit,
    reward: &Reward,
) -> Result<(), DemoError> {
    let at = visit.at + Duration::minutes(2);
    let (now, _) = ledger.advance(&brand.program, at);
    let what = Redeemed::Reward {
        reward: reward.id.clone(),
        name: reward.name.clone(),
        qty: 1,
    };
    let what = serde_json::to_string(&what).map_err(|e| DemoError::built("reward", &e))?;
    let redeeming = Redeeming {
        op_id: OpId::new(format!("demo:{}/reward", visit.receipt)),
        store: store_id(brand, visit.store)?.clone(),
        at,
        points: reward.points,
        spends: Vec::new(),
        holder: None,
        what,
    };
    ledger
        .redeem(&brand.program, &now, redeeming, Standing::Proposed)
        .map_err(|e| DemoError::built("redemption", &e))?;
    Ok(())
}

async fn bring_back(
    work: &mut UnitOfWork,
    brand: &Brand,
    person: &Person,
    (visit, one): (&Visit, Option<usize>),
    at: DateTime<Utc>,
) -> Result<Ledger, DemoError> {
    let store = store_id(brand, visit.store)?;
    let id = sale_id(store, visit);
    let row = ledger::receipt_by_id(work.on(), &id)
        .await?
        .ok_or_else(|| ServiceError::missing("receipt", &id))?;
    let stored = StoredReceipt::load(work.on(), row).await?;
    let need = Need {
        lots: stored.receipt.lots().collect(),
        ..Need::default()
    };
    let mut ledger = load(work, &brand.program, &person.id, at, &need).await?;
    let (now, _) = ledger.advance(&brand.program, at);
    let line = one
        .and_then(|n| visit.lines.get(n))
        .and_then(|l| brand.articles.get(l.article));
    let what = match line {
        Some(article) => ReturnOf::Lines(vec![ReturnLine {
            sku: article.product.sku.as_str().into(),
            qty: 1,
            line: None,
        }]),
        None => ReturnOf::All,
    };
    let op_id = OpId::new(format!("demo:{}/return", visit.receipt));
    ledger
        .return_goods(
            &brand.program,
            &now,
            stored,
            &what,
            By {
                store: Some(store),
                ..By::itself(&op_id)
            },
            Standing::Proposed,
        )
        .map_err(|e| DemoError::built("return", &e))?;
    Ok(ledger)
}

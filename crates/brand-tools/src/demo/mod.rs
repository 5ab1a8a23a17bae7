//! `central demo`: a made-up brand that a person in the trade would believe, marked as such.
//!
//! Everything follows from the seed, the sizes and the last day: the same ones make the same
//! brand, with the same ids, names and purchases.

mod brand;
mod calendar;
mod catalogue;
mod coupons;
pub(crate) mod dice;
mod ean;
mod error;
mod famous;
mod given_names;
mod names;
mod people;
mod phone;
mod shops;
mod surnames;
mod visits;
mod write;

use centre_store::boxed;
use chrono::{DateTime, NaiveDate, Utc};
use indicatif::ProgressBar;
use protocol::entity::Role;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde::Serialize;

pub use error::DemoError;

use brand::{Brand, NAME};
use centre::Centre;
use centre::log::{Entry, Kind};
use centre_store::tables;
use shops::{MOST_STORES, Staff};

/// Most members that the demo makes.
const MOST_MEMBERS: usize = 50_000;

/// Which brand to make.
#[derive(Debug, Clone, Copy)]
pub struct DemoSize {
    /// Same seed, same brand.
    pub seed: u64,
    /// How many members.
    pub members: usize,
    /// How many stores.
    pub stores: usize,
    /// The brand's today; none = today in Shanghai.
    pub until: Option<NaiveDate>,
}

/// What was made, or was there.
#[derive(Debug, Clone, Serialize)]
pub struct DemoReport {
    /// The brand's name.
    pub brand: &'static str,
    /// Always true.
    pub demo: bool,
    /// False where the brand was there before.
    pub made: bool,
    /// Seed.
    pub seed: u64,
    /// The brand's today; none where it was there before.
    pub until: Option<NaiveDate>,
    /// Stores.
    pub stores: u64,
    /// Members.
    pub members: u64,
    /// Products.
    pub products: u64,
    /// Rewards.
    pub rewards: u64,
    /// Receipts.
    pub receipts: u64,
    /// Who can sign in.
    pub clerks: Vec<ClerkPin>,
}

/// Somebody who can sign in.
#[derive(Debug, Clone, Serialize)]
pub struct ClerkPin {
    /// Clerk.
    pub id: String,
    /// Name.
    pub name: String,
    /// What they do.
    pub role: Role,
    /// Where, by id and name.
    pub store: String,
    /// Name of the store.
    pub store_name: String,
    /// Only the demo knows it; none where it was changed since.
    pub pin: Option<String>,
}

/// Makes the brand, or finds it there.
///
/// # Errors
/// Where another brand's data is there, more is asked for than can be made, or the database fails.
#[boxed]
pub async fn make(
    centre: &Centre,
    args: &DemoSize,
    bar: ProgressBar,
) -> Result<DemoReport, DemoError> {
    if args.members == 0 || args.members > MOST_MEMBERS {
        return Err(DemoError::TooMuch(format!(
            "--members: between 1 and {MOST_MEMBERS}"
        )));
    }
    if args.stores == 0 || args.stores > MOST_STORES {
        return Err(DemoError::TooMuch(format!(
            "--stores: between 1 and {MOST_STORES}"
        )));
    }
    let until = args.until.unwrap_or_else(|| today(centre.now()));
    if let Some(report) = there_already(centre, args).await? {
        return Ok(report);
    }
    let brand = Brand::think_up(args.seed, args.members, args.stores, until)?;
    let mut work = centre.work().await?;
    // the look above was outside this unit of work: another process may have been faster
    if tables::member::Entity::find()
        .one(work.on())
        .await?
        .is_some()
    {
        return Err(occupied("members"));
    }
    write::write(&mut work, &brand, until, &bar).await?;
    let what = format!("{} members, {} stores", args.members, args.stores);
    work.note(Entry::of(Kind::DemoMade).what(what));
    bar.set_message("feed");
    work.commit().await?;
    bar.finish_and_clear();
    let pins = brand.staff.iter().map(|s| (s.clone(), true)).collect();
    report(centre, args, Some(until), pins).await
}

/// The same brand from the same seed; an error where there is anything else.
async fn there_already(centre: &Centre, args: &DemoSize) -> Result<Option<DemoReport>, DemoError> {
    let db = centre.db().read();
    let brand = tables::brand::Entity::find().one(db).await?;
    let members = tables::member::Entity::find().one(db).await?.is_some();
    match brand {
        Some(brand) if brand.demo && brand.name == NAME => {}
        Some(brand) if !brand.demo => return Err(occupied(&format!("the brand {}", brand.name))),
        _ if members => return Err(occupied("members")),
        _ => return Ok(None),
    }
    if !members {
        return Ok(None);
    }
    let hashes: Vec<String> = tables::clerk::Entity::find()
        .all(db)
        .await?
        .into_iter()
        .map(|c| c.pin_hash)
        .collect();
    let mut pins = Vec::new();
    for staff in shops::staff(args.seed, &shops::stores(args.stores)) {
        let unchanged = hashes.contains(&write::pin_hash(&staff)?);
        pins.push((staff, unchanged));
    }
    if !pins.iter().any(|(_, unchanged)| *unchanged) {
        return Err(DemoError::Occupied(format!(
            "a demo brand {NAME} is here already, but not from seed {}; give that seed, or another data folder",
            args.seed
        )));
    }
    report(centre, args, None, pins).await.map(Some)
}

fn occupied(what: &str) -> DemoError {
    DemoError::Occupied(format!(
        "this database already holds {what}; a demo is only made in an empty one: give another data folder"
    ))
}

async fn report(
    centre: &Centre,
    args: &DemoSize,
    until: Option<NaiveDate>,
    pins: Vec<(Staff, bool)>,
) -> Result<DemoReport, DemoError> {
    let db = centre.db().read();
    let stores = shops::stores(args.stores);
    let clerks = pins
        .into_iter()
        .map(|(staff, unchanged)| ClerkPin {
            store_name: stores
                .iter()
                .find(|s| s.id.as_str() == staff.store)
                .map_or(String::new(), |s| format!("{}·{}", s.city, s.name)),
            id: staff.id,
            name: staff.name,
            role: staff.role,
            store: staff.store,
            pin: unchanged.then_some(staff.pin),
        })
        .collect();
    Ok(DemoReport {
        brand: NAME,
        demo: true,
        made: until.is_some(),
        seed: args.seed,
        until,
        stores: tables::store::Entity::find().count(db).await?,
        members: tables::member::Entity::find().count(db).await?,
        products: tables::product::Entity::find().count(db).await?,
        rewards: tables::reward::Entity::find().count(db).await?,
        receipts: tables::receipt::Entity::find().count(db).await?,
        clerks,
    })
}

impl DemoReport {
    /// For people.
    pub fn text(&self) -> String {
        let mut text = match self.until {
            Some(until) => format!(
                "Made the demo brand {} from seed {}, up to {until}: all of it is made up.\n",
                self.brand, self.seed
            ),
            None => format!(
                "The demo brand {} is here already; nothing was changed.\n",
                self.brand
            ),
        };
        text.push_str(&format!(
            "{} stores, {} members, {} products, {} rewards, {} receipts.\n",
            self.stores, self.members, self.products, self.rewards, self.receipts
        ));
        let mut store = "";
        for clerk in &self.clerks {
            if clerk.store != store {
                store = &clerk.store;
                text.push_str(&format!("\n{store} {}\n", clerk.store_name));
            }
            let role = match clerk.role {
                Role::Advisor => "美容顾问 advisor",
                Role::Cashier => "收银 cashier",
                Role::Manager => "店长 manager",
            };
            let pin = clerk.pin.as_deref().unwrap_or("(changed since)");
            text.push_str(&format!(
                "  {}  {}  PIN {pin}  {role}\n",
                clerk.id, clerk.name
            ));
        }
        text
    }
}

/// The date in the stores.
fn today(now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&chrono_tz::Asia::Shanghai).date_naive()
}

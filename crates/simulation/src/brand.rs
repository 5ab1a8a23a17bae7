//! The brand that every run begins with: made once, copied for each run.

use std::sync::{Arc, OnceLock};

use centre::catalogue;
use centre::ledger::{Ledger, Need};
use centre::members::{self, NewMember};
use chrono::{DateTime, Duration, Utc};
use loyalty::{Benefit, Coupon, LastDay, Money, Points, Program};
use protocol::entity as wire;

use crate::activity::Ending;
use crate::clocks::{DeviceClock, TrueTime};
use crate::counter_unit::{Hand, Unit};
use crate::image::{Image, Seat};
use crate::people::{PIN, PRODUCTS, Person, card, phone};
use crate::population::Population;
use crate::world::World;
use crate::{clerk, disk, lies};

/// Members who have coupons.
const WITH_COUPONS: usize = 16;
const RULES: &str = r#"{"version": 1,
    "redeem": {"yuan_per_point": "0.05", "step": 1, "presence": {"floor": 1000000, "ceiling": 1000000}},
    "behaviours": {"check_in": {"points": 5, "per_day": 1}, "referral": {"points": 40}},
    "tiers": [{"id": "member"}, {"id": "gold", "from": "3000", "multiplier": "1.5"}],
    "allowance": {"store_share": "0.3", "device_cap": 3000, "member_cap": 800,
                  "lease_hours": 48, "idle_hours": 6, "offline_hours": 8784}}"#;

/// When the brand opened.
pub(crate) fn opening() -> DateTime<Utc> {
    "2026-03-02T01:00:00Z".parse().unwrap_or_default()
}

/// The brand of a population, made by whoever asks first.
pub(crate) fn image(population: Population) -> &'static Image {
    static OF: [OnceLock<Image>; Population::ALL.len()] =
        [const { OnceLock::new() }; Population::ALL.len()];
    let of = Population::ALL.iter().zip(&OF);
    let own = of.into_iter().find(|(p, _)| **p == population);
    let (_, image) = own.expect("every population is one of all");
    image.get_or_init(|| make(population))
}

fn make(population: Population) -> Image {
    let (members, at_home_in_s1) = population.members();
    let counters = population.counters();
    let folder = tempfile::Builder::new()
        .prefix("counterpart-image-")
        .tempdir_in(disk::place())
        .expect("a folder");
    let mut world = World::empty(0, TrueTime::new(opening()));
    world.population = population;
    let people = world.with_centre(async |centre| {
        let mut work = centre.work().await.expect("work");
        let program = Program::from_json(RULES).expect("rules");
        catalogue(&mut work, &program).await;
        let mut people = Vec::new();
        for n in 0..members {
            let store = if n < at_home_in_s1 { "S1" } else { "S2" };
            people.push(member(&mut work, &program, n, store).await);
        }
        work.commit().await.expect("a commit");
        for n in 0..WITH_COUPONS {
            give_coupons(centre, n).await;
        }
        people
    });
    for (n, (store, checkout)) in counters.iter().enumerate() {
        enrol(&mut world, n, store, *checkout);
    }
    if population.has_a_rogue() {
        world.rogue = Some(lies::enrol(&mut world));
    }
    // to the end of what counters take ahead of time
    for _ in 0..3 {
        world.time.pass(61_000);
        for unit in 0..counters.len() {
            world.calmly(unit, Hand::Contact, "contact", clerk::contact());
        }
    }
    image_of(world, folder, people)
}

/// Signs a manager in at every counter, and takes a picture of all disks.
pub(crate) fn image_of(mut world: World, folder: tempfile::TempDir, people: Vec<Person>) -> Image {
    let mut seats = Vec::new();
    for n in 0..world.units.len() {
        let signed_in = Arc::default();
        let id = format!("{}-C", world.units[n].store);
        let sign_in = clerk::sign_in(id, Arc::clone(&signed_in));
        world.calmly(n, Hand::Clerk, "sign in", sign_in);
        let staff = signed_in.lock().expect("a clerk").take();
        let staff = staff.expect("a clerk who signs in");
        let unit = &mut world.units[n];
        unit.switch_off();
        disk::copy(&unit.folder, &folder.path().join(&unit.name)).expect("a copy");
        seats.push(Seat {
            name: unit.name.clone(),
            device: unit.device.clone(),
            store: unit.store.clone(),
            staff: Some(staff),
        });
    }
    world.service.stop();
    world.service.back_up(&folder.path().join("centre"));
    assert!(world.found.is_empty(), "the image: {:?}", world.found);
    Image {
        population: world.population,
        folder,
        seats,
        people,
        rogue: world.rogue.take(),
        time: world.time.now(),
    }
}

async fn catalogue(work: &mut centre::unit_of_work::UnitOfWork, program: &Program) {
    let brand = wire::Brand {
        name: "花间".into(),
        demo: true,
        welcome_gift: String::new(),
        phone_base: String::new(),
        sign_up: None,
    };
    catalogue::put_brand(work, &brand).await.expect("a brand");
    for id in ["S1", "S2"] {
        let store = wire::Store {
            id: id.into(),
            name: id.into(),
            city: "上海".into(),
        };
        catalogue::put_store(work, &store).await.expect("a store");
        let clerk = wire::Clerk {
            id: format!("{id}-C").as_str().into(),
            name: "陈思雨".into(),
            role: wire::Role::Manager,
            store: id.into(),
            pin_hash: catalogue::hash_pin(PIN).expect("a hash"),
            pin_mark: None,
            active: true,
        };
        catalogue::put_clerk(work, &clerk).await.expect("a clerk");
    }
    for (sku, fen) in PRODUCTS {
        let product = wire::Product {
            sku: sku.into(),
            barcode: None,
            name: sku.into(),
            name_en: String::new(),
            size: String::new(),
            category: String::new(),
            price: Some(Money::from_fen(fen)),
            swatch: String::new(),
            allergens: Vec::new(),
            suits: Vec::new(),
            lasts_days: 0,
            active: true,
        };
        catalogue::put_product(work, &product)
            .await
            .expect("a product");
    }
    let reward = wire::Reward {
        id: "R1".into(),
        name: "小样".into(),
        name_en: String::new(),
        size: String::new(),
        kind: wire::RewardKind::Sample,
        points: Points(120),
        min_tier: None,
        swatch: String::new(),
        allergens: Vec::new(),
        active: true,
    };
    catalogue::put_reward(work, &reward)
        .await
        .expect("a reward");
    catalogue::publish_program(work, program, work.now())
        .await
        .expect("a program");
}

async fn member(
    work: &mut centre::unit_of_work::UnitOfWork,
    program: &Program,
    n: usize,
    store: &str,
) -> Person {
    let person = Person {
        id: format!("m{n:02}"),
        store: store.into(),
    };
    let new = NewMember {
        id: Some(person.id.as_str().into()),
        phone: phone(n),
        card_no: Some(card(n)),
        joined_at: work.now() - Duration::days(30),
        channel: "import".into(),
        ..NewMember::of(&person.store.as_str().into())
    };
    members::create(work, program, new)
        .await
        .expect("a new member");
    let at = work.now();
    let mut ledger = Ledger::load(
        work.on(),
        program,
        &person.id.as_str().into(),
        at,
        &Need::default(),
    )
    .await
    .expect("an account that loads")
    .expect("an account");
    let (now, _) = ledger.advance(program, at);
    let points = i64::try_from(n % 5).unwrap_or(0) * 300 + 100;
    // the points of some expire while a run lasts
    let last = if n % 4 == 3 {
        LastDay::On((at + Duration::days(2)).date_naive())
    } else {
        LastDay::ByProgram
    };
    ledger
        .adjust(program, &now, Points(points), last, &"opening".into())
        .expect("points");
    ledger.save(work, program).await.expect("a ledger");
    person
}

async fn give_coupons(centre: &centre::Centre, n: usize) {
    let off = Benefit::AmountOff {
        threshold: Money::from_fen(5_000),
        amount: Money::from_fen(1_000),
    };
    let gift = Benefit::Gift {
        gift: "G1".into(),
        threshold: Money::ZERO,
    };
    for (kind, benefit) in [("off", off), ("gift", gift)] {
        let coupon = Coupon {
            id: format!("{kind}{n:02}").as_str().into(),
            benefit,
            categories: Vec::new(),
            skus: Vec::new(),
            stacks: false,
            expires: None,
            used_by: None,
        };
        centre::coupons::give(centre, &card(n), coupon)
            .await
            .expect("a coupon");
    }
}

/// Enrols a counter of a store.
pub(crate) fn enrol(world: &mut World, n: usize, store: &str, checkout: bool) {
    let code = world
        .with_centre(async |centre| {
            centre::sync::enrol::new_enrol_code(centre, &store.into(), checkout).await
        })
        .expect("a code");
    let name = format!("c{}", n + 1);
    let folder = world.folder.path().join(&name);
    let clock = DeviceClock::new(world.time.clone(), &name);
    let unit = Unit::new(
        name.clone(),
        folder,
        String::new(),
        store.to_owned(),
        None,
        clock,
    );
    world.units.push(unit);
    let enrol = Box::new(move |engine: &counter::Engine| {
        let enrolled = engine.enrol("http://127.0.0.1:1", &code.code, &name);
        Ending {
            said: format!("{enrolled:?}"),
            ..Ending::default()
        }
    });
    world.calmly(n, Hand::Clerk, "enrol", enrol);
    let device = world.with_centre(async |centre| newest_device(centre).await);
    if let Some(unit) = world.units.last_mut() {
        unit.device = device;
    }
}

async fn newest_device(centre: &centre::Centre) -> String {
    use sea_orm::{EntityTrait, QueryOrder};
    let found = centre_store::tables::device::Entity::find()
        .order_by_desc(centre_store::tables::device::Column::Id)
        .one(centre.db().read())
        .await;
    found
        .ok()
        .flatten()
        .map(|d| d.id.to_string())
        .unwrap_or_default()
}

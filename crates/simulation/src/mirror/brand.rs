//! The brand of the mirror: rules in which much happens within months, the counter of the story and another
//! one, and members who have points that expire, birthdays, coupons of every kind, and things that they did
//! at the other counter before.

use std::sync::OnceLock;

use centre::catalogue;
use centre::ledger::{Ledger, Need};
use centre::members::{self, NewMember};
use centre::unit_of_work::UnitOfWork;
use counter::Engine;
use counter::view::{Act, ActRequest, RedeemRequest, RedeemWhat};
use loyalty::{Coupon, LastDay, Money, Points, Program};
use protocol::entity as wire;

use crate::activity::Ending;
use crate::brand;
use crate::clerk;
use crate::clocks::TrueTime;
use crate::counter_unit::Hand;
use crate::disk;
use crate::image::Image;
use crate::people::{PIN, Person, card, phone};
use crate::world::World;

/// Members of a run.
pub(crate) const MEMBERS: usize = 6;
/// Number, category and price in fen of what is sold.
pub(crate) const PRODUCTS: [(&str, &str, i64); 4] = [
    ("P1", "lips", 9_901),
    ("P2", "face", 26_803),
    ("P3", "care", 1_997),
    ("P4", "", 108_000),
];
/// But for the tiers.
const RULES: &str = r#"{"version": 1,
    "earn": {"points_per_yuan": "1.3", "rounding": "half_up"},
    "expiry": {"months": 2, "at": "month_end"}, "grace_days": 20,
    "redeem": {"yuan_per_point": "0.05", "minimum": 10, "step": 5, "max_share": "0.7",
               "presence": {"floor": 1000000, "ceiling": 1000000}},
    "tier_window_months": 3,
    "factors": [{"factor": "2", "day_of_month": 18}, {"factor": "1.5", "birth_month": true},
                {"factor": "1.1", "category": "lips"}],
    "behaviours": {"check_in": {"points": 5, "per_day": 1, "growth": "41.5"},
                   "empty_bottle": {"points": 30, "growth": "160"}},
    "allowance": {"store_share": "0.6", "device_cap": 1000000, "member_cap": 1000000,
                  "lease_hours": 8784, "idle_hours": 8784, "offline_hours": 8784}}"#;
const BY_SPEND: &str = r#"{"tiers": [{"id": "member"}, {"id": "silver", "from": "600", "multiplier": "1.2"},
              {"id": "gold", "from": "2500", "multiplier": "1.5"}]}"#;
const BY_GROWTH: &str = r#"{"tier_basis": "growth", "growth": {"per_yuan": "0.7"},
    "tiers": [{"id": "member"}, {"id": "silver", "from": "420", "multiplier": "1.2"},
              {"id": "gold", "from": "1750", "multiplier": "1.5"}]}"#;
/// Each member's coupons, as in a scenario file.
const COUPONS: [&str; 6] = [
    r#"{"kind": "amount_off", "threshold": "300", "amount": "40.01", "stacks": true}"#,
    r#"{"kind": "percent_off", "percent": "12", "threshold": "100", "cap": "60", "stacks": true}"#,
    r#"{"kind": "percent_off", "percent": "33.3", "categories": ["lips"], "stacks": true, "expires": "2026-05-20"}"#,
    r#"{"kind": "factor", "factor": "3", "threshold": "200", "stacks": true}"#,
    r#"{"kind": "amount_off", "threshold": "500", "amount": "120", "stacks": false, "expires": "2026-04-30"}"#,
    r#"{"kind": "gift", "gift": "G1", "threshold": "50", "stacks": true}"#,
];

/// The brand, made by whoever asks first; there is one with tiers by spend and one by growth value.
pub(crate) fn image(growth: bool) -> &'static Image {
    static BY: [OnceLock<Image>; 2] = [OnceLock::new(), OnceLock::new()];
    BY[usize::from(growth)].get_or_init(|| make(if growth { BY_GROWTH } else { BY_SPEND }))
}

fn rules(tiers: &str) -> Program {
    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    let (mut all, tiers) = (value(RULES), value(tiers));
    for (name, part) in tiers.as_object().expect("an object") {
        all[name] = part.clone();
    }
    Program::from_json(&all.to_string()).expect("rules")
}

fn make(tiers: &str) -> Image {
    let folder = tempfile::Builder::new()
        .prefix("counterpart-mirror-")
        .tempdir_in(disk::place())
        .expect("a folder");
    let mut world = World::empty(0, TrueTime::new(brand::opening()));
    let people = world.with_centre(async |centre| {
        let mut work = centre.work().await.expect("work");
        let program = rules(tiers);
        catalogue(&mut work, &program).await;
        let mut people = Vec::new();
        for n in 0..MEMBERS {
            people.push(member(&mut work, &program, n).await);
        }
        work.commit().await.expect("a commit");
        for n in 0..MEMBERS {
            for (i, text) in COUPONS.iter().enumerate() {
                let mut value: serde_json::Value = serde_json::from_str(text).expect("JSON");
                value["id"] = format!("k{n}-{i}").into();
                let coupon: Coupon = serde_json::from_value(value).expect("a coupon");
                let given = centre::coupons::give(centre, &card(n), coupon).await;
                given.expect("a coupon that is given");
            }
        }
        people
    });
    brand::enrol(&mut world, 0, "S1", true);
    brand::enrol(&mut world, 1, "S1", false);
    world.calmly(1, Hand::Contact, "contact", clerk::contact());
    for _ in 0..4 {
        world.time.pass(25 * 3_600_000);
        world.calmly(1, Hand::Clerk, "before", Box::new(before));
    }
    for _ in 0..3 {
        world.time.pass(61_000);
        world.calmly(1, Hand::Contact, "contact", clerk::contact());
        world.calmly(0, Hand::Contact, "contact", clerk::contact());
    }
    brand::image_of(world, folder, people)
}

/// What members do at the other counter before the story begins: redemptions of more than one lot, which the
/// story may undo, and behaviours, which may count in it.
fn before(engine: &Engine) -> Ending {
    let staff = engine.sign_in("S1-C", PIN).expect("a clerk who signs in");
    for n in 0..MEMBERS {
        let member_id = format!("m{n:02}");
        for behaviour in ["check_in", "empty_bottle"] {
            let request = ActRequest {
                member_id: member_id.clone(),
                act: Act::Behaviour {
                    behaviour: behaviour.into(),
                },
                reason: String::new(),
                approver: None,
            };
            engine.record_act(&staff, &request).expect("a behaviour");
        }
        let request = RedeemRequest {
            presence: None,
            member_id,
            what: RedeemWhat::Cash {
                points: Points(60 + 25 * i64::try_from(n).unwrap_or(0)),
                bill: Money::from_fen(100_000),
            },
        };
        engine.redeem(&staff, &request).expect("a redemption");
    }
    engine.sync_now().expect("a centre that answers");
    Ending::default()
}

async fn catalogue(work: &mut UnitOfWork, program: &Program) {
    let brand = wire::Brand {
        name: "镜".into(),
        demo: true,
        ..wire::Brand::default()
    };
    catalogue::put_brand(work, &brand).await.expect("a brand");
    let store = wire::Store {
        id: "S1".into(),
        name: "S1".into(),
        city: String::new(),
    };
    catalogue::put_store(work, &store).await.expect("a store");
    let clerk = wire::Clerk {
        id: "S1-C".into(),
        name: "陈思雨".into(),
        role: wire::Role::Manager,
        store: "S1".into(),
        pin_hash: catalogue::hash_pin(PIN).expect("a hash"),
        pin_mark: None,
        active: true,
    };
    catalogue::put_clerk(work, &clerk).await.expect("a clerk");
    for (sku, category, fen) in PRODUCTS {
        let product = serde_json::json!({
            "sku": sku, "name": sku, "category": category, "price": loyalty::Money::from_fen(fen),
        });
        let product: wire::Product = serde_json::from_value(product).expect("a product");
        catalogue::put_product(work, &product)
            .await
            .expect("a product that is listed");
    }
    catalogue::publish_program(work, program, work.now())
        .await
        .expect("a program");
}

async fn member(work: &mut UnitOfWork, program: &Program, n: usize) -> Person {
    let person = Person {
        id: format!("m{n:02}"),
        store: "S1".into(),
    };
    // a birthday in each of the months that a run may see
    let month = 3 + u32::try_from(n % 4).unwrap_or(0);
    let new = NewMember {
        id: Some(person.id.as_str().into()),
        phone: phone(n),
        card_no: Some(card(n)),
        birthday: chrono::NaiveDate::from_ymd_opt(1990, month, 14),
        joined_at: work.now() - chrono::Duration::days(30),
        channel: "import".into(),
        ..NewMember::of(&person.store.as_str().into())
    };
    members::create(work, program, new)
        .await
        .expect("a new member");
    let at = work.now();
    for (i, days) in [12_i64, 31, 70].into_iter().enumerate() {
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
        let points = Points(150 + 130 * i64::try_from((n + i) % 4).unwrap_or(0));
        let last = LastDay::On((at + chrono::Duration::days(days)).date_naive());
        ledger
            .adjust(program, &now, points, last, &format!("opening-{i}").into())
            .expect("points");
        ledger.save(work, program).await.expect("a ledger");
    }
    person
}

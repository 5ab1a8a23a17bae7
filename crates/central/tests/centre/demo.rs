//! The demo brand: the same from the same seed, believable, and its books sum up.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use std::collections::HashSet;
use std::time::Instant;

use crate::import_support::{CentreFolder, Engine, MAP, MEMBERS, dump, number};
use argon2::{Argon2, PasswordHash, PasswordVerifier};
use brand_tools::demo::{DemoReport, DemoSize, make};
use centre::Centre;
use centre_store::tables::{clerk, member, product};
use indicatif::ProgressBar;
use sea_orm::EntityTrait;

fn size(seed: u64) -> DemoSize {
    DemoSize {
        seed,
        members: 300,
        stores: 3,
        until: "2026-05-20".parse().ok(),
    }
}

async fn demo(centre: &Centre, size: &DemoSize) -> DemoReport {
    make(centre, size, ProgressBar::hidden()).await.unwrap()
}

fn same(a: &[String], b: &[String]) {
    for (a, b) in a.iter().zip(b) {
        assert_eq!(a, b);
    }
    assert_eq!(a.len(), b.len());
}

#[tokio::test]
async fn the_same_seed_makes_the_same_brand() {
    let (a, b, c) = (
        CentreFolder::new(),
        CentreFolder::new(),
        CentreFolder::new(),
    );
    for (folder, seed) in [(&a, 7), (&b, 7), (&c, 8)] {
        assert!(demo(&folder.centre().await, &size(seed)).await.made);
    }
    let (a, b, c) = (
        dump(&a.centre().await).await,
        dump(&b.centre().await).await,
        dump(&c.centre().await).await,
    );
    assert!(a.len() > 3_000, "{} rows", a.len());
    same(&a, &b);
    assert_ne!(a, c);
    // and on the other engine
    let d = CentreFolder::on(Engine::Postgres);
    let centre = d.centre().await;
    assert!(demo(&centre, &size(7)).await.made);
    same(&a, &dump(&centre).await);
}

async fn it_is_made_once_and_never_among_real_data(engine: Engine) {
    let folder = CentreFolder::on(engine);
    let centre = folder.centre().await;
    let first = demo(&centre, &size(7)).await;
    let before = dump(&centre).await;
    let second = demo(&centre, &size(7)).await;
    assert!(first.made && !second.made);
    assert!(
        second.clerks.iter().all(|c| c.pin.is_some()),
        "PINs are told again"
    );
    let other = make(&centre, &size(8), ProgressBar::hidden())
        .await
        .unwrap_err();
    assert!(other.to_string().contains("not from seed 8"), "{other}");
    assert_eq!(dump(&centre).await, before);

    let folder = CentreFolder::on(engine);
    folder
        .import(&folder.files(MAP, MEMBERS, ""))
        .await
        .unwrap();
    let refused = make(&folder.centre().await, &size(7), ProgressBar::hidden())
        .await
        .unwrap_err();
    assert!(
        refused.to_string().contains("already holds members"),
        "{refused}"
    );
}

#[tokio::test]
async fn people_products_and_pins_are_believable() {
    let folder = CentreFolder::new();
    let centre = folder.centre().await;
    let report = demo(&centre, &size(7)).await;
    let db = centre.db().read();

    let members = member::Entity::find().all(db).await.unwrap();
    assert_eq!(members.len(), 300);
    let phones: HashSet<&str> = members.iter().filter_map(|m| m.phone.as_deref()).collect();
    let numbers: HashSet<&str> = members.iter().map(|m| m.card_no.as_str()).collect();
    assert_eq!((phones.len(), numbers.len()), (300, 300));
    for member in &members {
        let phone = member.phone.clone().unwrap();
        assert_eq!(
            protocol::phone::mobile_number(&phone).as_deref(),
            Some(phone.as_str())
        );
        assert!(
            (2..=4).contains(&member.name.chars().count()),
            "{}",
            member.name
        );
        assert!(member.consent_skin || (member.skin.is_none() && member.allergies.text() == "[]"));
    }
    for surname in [
        "单", "曾", "仇", "解", "查", "区", "朴", "尉迟", "万俟", "欧阳", "司马",
    ] {
        assert!(
            members.iter().any(|m| m.name.starts_with(surname)),
            "{surname}"
        );
    }
    let allergic = members
        .iter()
        .filter(|m| m.allergies.text() != "[]")
        .count();
    assert!((10..=45).contains(&allergic), "{allergic} of 300");

    let products = product::Entity::find().all(db).await.unwrap();
    assert!((55..=70).contains(&products.len()));
    for product in products {
        let code: Vec<u32> = product
            .barcode
            .unwrap()
            .chars()
            .map(|c| c.to_digit(10).unwrap())
            .collect();
        assert_eq!((code.len(), code[0], code[1]), (13, 6, 9));
        let sum: u32 = code
            .iter()
            .enumerate()
            .map(|(i, d)| if i % 2 == 0 { *d } else { d * 3 })
            .sum();
        assert_eq!(sum % 10, 0, "{}", product.sku);
    }

    let clerks = clerk::Entity::find().all(db).await.unwrap();
    assert_eq!((clerks.len(), report.clerks.len()), (15, 15));
    let told = &report.clerks[0];
    let row = clerks.iter().find(|c| c.id.as_str() == told.id).unwrap();
    let started = Instant::now();
    let hash = PasswordHash::new(&row.pin_hash).unwrap();
    let pin = told.pin.clone().unwrap();
    assert!(
        Argon2::default()
            .verify_password(pin.as_bytes(), &hash)
            .is_ok()
    );
    assert!(row.pin_hash.starts_with("$argon2id$"));
    println!("a sign-in takes {:?}", started.elapsed());
}

async fn the_books_sum_up(engine: Engine) {
    let folder = CentreFolder::on(engine);
    let centre = folder.centre().await;
    demo(&centre, &size(7)).await;
    let n = async |sql: &str| number(&centre, sql).await;
    assert_eq!(n("SELECT SUM(points) AS n FROM balance").await, 0);
    let uneven = "SELECT COUNT(*) AS n FROM (SELECT member_id FROM balance GROUP BY member_id HAVING SUM(points) <> 0) AS uneven";
    assert_eq!(n(uneven).await, 0);
    let lots = n("SELECT SUM(available) AS n FROM lot").await;
    assert_eq!(
        n("SELECT SUM(points) AS n FROM balance WHERE account = 'available'").await,
        lots
    );
    let by_transfers = "SELECT COUNT(*) AS n FROM balance b WHERE b.points <> \
        (SELECT COALESCE(SUM(CASE WHEN t.to_account = b.account THEN t.points ELSE 0 END), 0) \
              - COALESCE(SUM(CASE WHEN t.from_account = b.account THEN t.points ELSE 0 END), 0) \
         FROM transfer t WHERE t.member_id = b.member_id)";
    assert_eq!(n(by_transfers).await, 0);
    let earned = n("SELECT SUM(earned) AS n FROM receipt").await;
    assert_eq!(
        n("SELECT -SUM(points) AS n FROM balance WHERE account = 'earned'").await,
        earned
    );
    // history ends the day before, and nothing is in the future of the brand's today
    let last = n("SELECT MAX(at) AS n FROM receipt").await;
    assert!(last < 1_779_206_400_000, "{last}");
    for table in [
        "redemption",
        "receipt WHERE refunded_fen > 0",
        "receipt WHERE points_paid > 0",
        "reward",
    ] {
        assert!(
            n(&format!("SELECT COUNT(*) AS n FROM {table}")).await > 0,
            "{table}"
        );
    }
    for tier in ["silver", "gold", "diamond"] {
        let sql = format!("SELECT COUNT(*) AS n FROM account WHERE tier_shown = '{tier}'");
        assert!(n(&sql).await > 0, "{tier}");
    }
    assert_eq!(
        n("SELECT COUNT(*) AS n FROM brand WHERE demo AND name = '汀禾'").await,
        1
    );
}

on_both_engines!(it_is_made_once_and_never_among_real_data, the_books_sum_up);

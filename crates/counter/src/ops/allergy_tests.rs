//! An allergy at a counter: warned of at once, by meaning, wherever a product is shown to her.

use crate::scripted::{Shop, member};
use crate::view::{LineQuote, LineRequest, NextStep, ProfileRequest};
use protocol::entity::EntityKind;
use serde_json::json;

/// A shop with a few more products: one that lists nothing, one with a whole label, two of one category.
fn shop() -> Shop {
    let shop = Shop::open();
    let products = [
        json!({"sku": "P1", "name": "精华", "price": "500.00", "category": "serum"}),
        json!({"sku": "P2", "name": "面霜", "price": "300.00", "category": "cream", "suits": ["dry"],
               "allergens": ["Aqua, Glycerin, Cetearyl Alcohol, Linalool, Phenoxyethanol"]}),
        json!({"sku": "P3", "name": "舒缓霜", "price": "310.00", "category": "cream", "suits": ["dry"],
               "allergens": ["水", "甘油", "角鲨烷"]}),
        json!({"sku": "P4", "name": "屏障霜", "price": "900.00", "category": "cream",
               "allergens": ["水", "甘油"]}),
        json!({"sku": "P5", "name": "盲盒霜", "price": "300.00", "category": "cream"}),
    ];
    for product in &products {
        let sku = product["sku"].as_str().unwrap();
        shop.centre
            .publish("brand", EntityKind::Product.name(), sku, product);
    }
    let rewards = [
        json!({"id": "R2", "name": "花水", "kind": "sample", "points": 100, "allergens": ["薰衣草油"]}),
        json!({"id": "R3", "name": "按摩", "kind": "service", "points": 100}),
    ];
    for reward in &rewards {
        let id = reward["id"].as_str().unwrap();
        shop.centre
            .publish("brand", EntityKind::Reward.name(), id, reward);
    }
    let mut her = member("M1", "13800000001");
    her["consent_skin"] = json!(true);
    her["skin"] = json!({"moisture": "dry", "sensitivity": "", "pigmentation": "", "ageing": ""});
    shop.centre
        .publish("store:S1", EntityKind::Member.name(), "M1", &her);
    shop.engine.sync_now().unwrap();
    // what follows happens with no network
    let gone = Ok(json!(null));
    shop.centre.script().instead.insert("offline".into(), gone);
    shop
}

fn told(add: &[&str], remove: &[&str]) -> ProfileRequest {
    ProfileRequest {
        member_id: "M1".into(),
        allergies_add: add.iter().map(ToString::to_string).collect(),
        allergies_remove: remove.iter().map(ToString::to_string).collect(),
        ..ProfileRequest::default()
    }
}

fn line(shop: &Shop, sku: &str) -> LineQuote {
    let mut request = shop.sale("", &[]);
    request.lines = vec![LineRequest {
        sku: sku.into(),
        qty: 1,
        amount: None,
        amount_of: None,
    }];
    shop.engine.quote_sale(&request).unwrap().lines.remove(0)
}

fn found(line: &LineQuote) -> Vec<(&str, Vec<&str>)> {
    let alerts = line.allergy.alerts.iter();
    alerts
        .map(|a| {
            let found = a.found.iter().map(|f| f.zh.as_str()).collect();
            (a.allergy.zh.as_str(), found)
        })
        .collect()
}

#[test]
fn what_was_just_told_warns_everywhere_before_the_centre_knows() {
    let shop = shop();
    assert!(line(&shop, "P2").allergens.is_empty());
    let done = shop
        .engine
        .change_profile(&shop.clerk(), &told(&["对香精过敏"], &[]))
        .unwrap();
    assert_eq!(done.allergies[0].name.en, "Fragrance");
    assert_eq!(done.allergies[0].products, 1);
    assert!(done.warns_of_nothing.is_empty());

    let warned = line(&shop, "P2");
    assert_eq!(warned.allergens, ["香精"]);
    assert_eq!(found(&warned), [("香精", vec!["芳樟醇"])]);
    // of the same category, listed, for her skin, of about the price
    assert_eq!(warned.swap.unwrap().sku, "P3");
    let page = shop.engine.member_page("M1").unwrap();
    assert_eq!(page.allergies, ["香精"]);
    assert_eq!(page.allergy_views[0].said, ["对香精过敏"]);
    let hit = shop.engine.find("13800000001", 5).unwrap().remove(0);
    assert_eq!(
        (hit.allergies, hit.allergy_names[0].en.as_str()),
        (vec!["香精".to_owned()], "Fragrance")
    );
    let product = shop
        .engine
        .find_products_for(Some("M1"), "P2", 5)
        .unwrap()
        .remove(0);
    assert_eq!(product.allergy.alerts.len(), 1);
    assert!(
        shop.engine.find_products("P2", 5).unwrap()[0]
            .allergy
            .alerts
            .is_empty()
    );
    let rewards = shop.engine.redeem_options("M1").unwrap().rewards;
    let reward = |id: &str| rewards.iter().find(|r| r.id == id).unwrap();
    assert_eq!(reward("R2").allergens, ["香精"]);
    assert!(!reward("R3").allergy.unlisted, "a service has no label");
    let proposed = |sku: &str| {
        page.next.iter().any(|step| match step {
            NextStep::Suits { sku: s, .. } | NextStep::RunningOut { sku: s, .. } => s == sku,
            _ => false,
        })
    };
    assert!(!proposed("P2") && proposed("P3"));
}

#[test]
fn a_product_without_a_list_is_never_called_safe() {
    let shop = shop();
    assert!(!line(&shop, "P5").allergy.unlisted, "she has no allergy");
    shop.engine
        .change_profile(&shop.clerk(), &told(&["羊毛脂"], &[]))
        .unwrap();
    let bare = line(&shop, "P5");
    assert!(bare.allergy.unlisted && bare.allergens.is_empty());
    assert!(!line(&shop, "P3").allergy.unlisted);
    let hit = shop
        .engine
        .find_products_for(Some("M1"), "P5", 5)
        .unwrap()
        .remove(0);
    assert!(hit.allergy.unlisted);
    // and none is offered in the place of another
    shop.engine
        .change_profile(&shop.clerk(), &told(&["芳樟醇"], &[]))
        .unwrap();
    assert_ne!(line(&shop, "P2").swap.unwrap().sku, "P5");
}

#[test]
fn a_word_that_warns_of_nothing_says_so_when_it_is_told() {
    let shop = shop();
    let cases: [(&str, &[&str]); 5] = [
        ("对龙血树脂过敏", &["龙血树脂"]),
        ("羊毛脂", &["羊毛脂"]),
        ("Glycerine", &[]),
        ("不过敏", &[]),
        ("角鲨烷、龙血树脂", &["龙血树脂"]),
    ];
    for (said, nothing) in cases {
        let done = shop
            .engine
            .change_profile(&shop.clerk(), &told(&[said], &[]))
            .unwrap();
        assert_eq!(done.warns_of_nothing, nothing, "{said}");
    }
}

#[test]
fn an_allergy_is_taken_back_by_its_meaning_and_what_was_told_with_it_stays() {
    let shop = shop();
    let change = |add: &[&str], remove: &[&str]| {
        shop.engine
            .change_profile(&shop.clerk(), &told(add, remove))
            .unwrap();
        shop.engine.member_page("M1").unwrap().allergies
    };
    assert_eq!(change(&["酒精、香精", "parfum"], &[]), ["香精", "酒精"]);
    assert_eq!(change(&[], &["香料"]), ["酒精"]);
    assert!(line(&shop, "P2").allergens.is_empty());
    assert_eq!(change(&["龙血树脂"], &["Alcohol"]), ["龙血树脂"]);
}

#[test]
fn an_ingredient_is_found_by_any_name_by_number_and_by_sound() {
    let shop = shop();
    let first = |typed: &str| {
        let found = shop.engine.find_allergies(typed, 5).unwrap();
        found.first().map(|o| (o.name.zh.clone(), o.products))
    };
    let one = |zh: &str, n: u32| Some((zh.to_owned(), n));
    assert_eq!(first("linalool"), one("芳樟醇", 1));
    assert_eq!(first("沉香醇"), one("芳樟醇", 1));
    assert_eq!(first("78-70-6"), one("芳樟醇", 1));
    assert_eq!(first("fangzhang"), one("芳樟醇", 1));
    assert_eq!(first("香精"), one("香精", 1));
    assert_eq!(first("甘油"), one("甘油", 3));
    assert_eq!(first(" "), None);
    assert_eq!(first("%_"), None);
}

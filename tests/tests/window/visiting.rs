//! A member of another store: looked up by her whole number, marked as a visitor, served.

use tests::window::bench::TABLET;
use tests::window::finding::masked;
use tests::window::keys::F12;
use tests::window::{Album, Window};
use tests::{Person, Shop};

/// A phone number that nobody of the brand has.
const STRANGER: &str = "13900007342";

fn visitor(shop: &Shop) -> Person {
    let ledger = shop.centre.ledger();
    let others = ledger.column("SELECT id FROM store WHERE id <> ?1", [&shop.store]);
    let people = others.iter().flat_map(|store| ledger.people(store, 1_000));
    people
        .into_iter()
        .find(|p| p.points < 4_000)
        .expect("a member of another store")
}

/// Nobody here has her number; the other stores do. Her points are spent here, once.
#[test]
fn a_member_of_another_store_is_found_by_her_number_and_redeems() {
    let shop = Shop::open();
    let counter = shop.counter("一号柜台");
    let her = visitor(&shop);
    let app = Window::open(
        &shop.dir().join("window"),
        &counter.home,
        TABLET,
        Album::of(TABLET, "zh-CN/visiting"),
    );
    app.sign_in(&shop.clerk);
    app.wait_pill("in_step");

    app.go_find();
    app.write("find-field", STRANGER);
    app.click("look-elsewhere");
    app.text("elsewhere-none");
    app.picture("nowhere");
    app.click("find-clear");
    app.write("find-field", &her.phone);
    app.wait_for("look-elsewhere");
    app.picture("not-of-this-store");
    app.click("look-elsewhere");
    app.is_page_of(&her);
    app.text_where("member-visitor", "until today", |w| w.contains("今日有效"));
    app.text_where("member-phone", "her number", |w| {
        w.contains(&masked(&her.phone))
    });
    app.picture("visitor");

    app.click("act-redeem");
    app.text("strip-visitor");
    let reward = app.until("a reward that she can have", || {
        app.rewards("possible").first().cloned()
    });
    if !app.is_chosen(&reward) {
        app.click(&format!("reward-{reward}"));
    }
    app.picture("redeem");
    let using = app.number("redeem-using");
    app.press(F12);
    app.wait_for("redeem-done");
    app.picture("redeemed");
    app.wait_pill("in_step");
    app.close();

    counter.settle_with(&[]);
    assert!(using < 0, "{using}");
    assert_eq!(shop.centre.ledger().points(&her.id), her.points + using);
    shop.centre.assert_audit_clean();
}

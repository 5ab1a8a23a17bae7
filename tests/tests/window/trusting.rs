//! Money and trust under quick fingers, quick and slow scanners, and an outage: nothing is spent twice, no sale
//! becomes another member's, and what a panel says comes true before the clerk's eyes.

use std::time::Duration;
use tests::window::bench::{TABLET, UPRIGHT};
use tests::window::finding::masked;
use tests::window::keys::{ENTER, F12};
use tests::window::{Album, Window};
use tests::{Counter, Person, Shop};

fn open(shop: &Shop, counter: &Counter, album: &str) -> Window {
    let app = Window::open(
        &shop.dir().join(format!("window-{album}")),
        &counter.home,
        TABLET,
        Album::of(TABLET, format!("zh-CN/{album}").as_str()),
    );
    app.sign_in(&shop.clerk);
    app
}

/// A picture lying and upright, in both languages, light and dim.
fn look_at(app: &Window, name: &str, album: &str) {
    app.picture(name);
    let chinese = |size, kind: &str| Album::of(size, format!("zh-CN/{album}-{kind}").as_str());
    let before = app.turn_page(chinese(UPRIGHT, name));
    app.resize(UPRIGHT);
    app.picture(name);
    app.choose_menu("menu-language");
    app.turn_page(Album::of(UPRIGHT, format!("en/{album}-{name}").as_str()));
    app.picture(name);
    app.resize(TABLET);
    app.choose_menu("menu-theme");
    app.turn_page(Album::of(TABLET, format!("en/{album}-{name}").as_str()));
    app.picture(name);
    app.choose_menu("menu-theme");
    app.choose_menu("menu-language");
    app.turn_page(before);
}

/// Her sale, with one product in it.
fn begin_sale(app: &Window, her: &Person, product: &str) {
    app.open_member(her);
    app.click("act-sale");
    is_sale_of(app, her);
    app.add_product(product);
    app.wait_for("sale-line-0");
}

fn is_sale_of(app: &Window, her: &Person) {
    app.text_where("member-strip", "her number", |w| {
        w.contains(&masked(&her.phone))
    });
}

/// Three taps within a second redeem once; what they did is undone from the panel itself, and the panel says when
/// headquarters has it.
#[test]
fn quick_fingers_spend_once_and_the_panel_says_what_becomes_of_it() {
    let mut shop = Shop::open();
    let counter = shop.counter("一号柜台");
    let her = shop.person();
    let app = open(&shop, &counter, "trust-redeem");

    app.open_member(&her);
    app.click("act-redeem");
    let reward = app.until("a reward that can be had", || app.rewards("possible").pop());
    assert!(
        app.rewards("possible").iter().all(|r| !app.is_chosen(r)),
        "nothing is chosen for her"
    );
    app.click(&format!("reward-{reward}"));
    let spent = -app.number("redeem-using");
    assert!(spent > 0);
    app.tap_fast("redeem-submit", 4);
    // so many points: she says the last digits of her number, and a wrong one spends nothing
    assert!(spent > 500, "{spent}");
    app.wait_for("presence");
    app.picture("presence");
    let tail = her.phone.get(7..).expect("eleven digits");
    let wrong = if tail == "0000" { "1111" } else { "0000" };
    app.tap_pin(wrong);
    app.text_where("presence-error", "that it is wrong", |w| w.contains('4'));
    app.tap_pin(tail);
    app.wait_for("redeem-done");
    app.picture("redeemed");
    assert!(app.has("redeem-done"), "no tap has wiped the panel");
    app.until("the panel to say that it is confirmed", || {
        (app.attribute("redeem-state", "data-state").as_deref() == Some("confirmed")).then_some(())
    });
    look_at(&app, "redeemed-confirmed", "trust-redeem");
    let ledger = shop.centre.ledger();
    assert_eq!(ledger.points(&her.id), her.points - spent, "once");

    app.click("redeem-undo");
    app.click("act-submit");
    app.wait_for("redeem-undone");
    app.picture("redemption-undone");
    app.until("the points to be back", || {
        (ledger.points(&her.id) == her.points).then_some(())
    });

    // a sale by quick keys, its page, and back: it stands, and no word says that it does not
    begin_sale(&app, &her, "jh");
    app.till_receipt("T-1");
    app.press(&F12.repeat(3));
    app.wait_for("sale-done");
    look_at(&app, "sold", "trust-redeem");
    app.click("sale-member-page");
    app.is_page_of(&her);

    // alone, the panel waits, and follows by itself when the network is back
    shop.centre.kill();
    app.wait_pill("offline");
    begin_sale(&app, &her, "jh");
    app.till_receipt("T-2");
    app.press(&F12.repeat(2));
    app.wait_for("sale-done");
    assert_eq!(
        app.attribute("op-state", "data-state").as_deref(),
        Some("waiting")
    );
    shop.centre.restart();
    app.within(Duration::from_secs(90), "the panel to be confirmed", || {
        (app.attribute("op-state", "data-state").as_deref() == Some("confirmed")).then_some(())
    });
    app.close();
    shop.centre.assert_audit_clean();
    let sales = shop.centre.ledger().number(
        "SELECT count(*) FROM receipt WHERE receipt_no IN ('T-1', 'T-2')",
        [],
    );
    assert_eq!(sales, 2);
}

/// A sale that is open stays whose it is: by her page, by a scan, through an outage, a power cut and another clerk.
#[test]
fn an_open_sale_stays_hers_and_is_parked_on_request() {
    let mut shop = Shop::open();
    let counter = shop.counter("一号柜台");
    let people = shop.people(1, 2);
    let (first, second) = (&people[0], &people[1]);
    let app = open(&shop, &counter, "trust-parked");

    begin_sale(&app, first, "jh");
    // by a scan: asked, and nothing has moved
    let code = format!("CPM:{}", second.no);
    app.scan(&code, || app.has("open-sale"));
    app.picture("asked");
    is_sale_of(&app, first);
    app.click("open-sale-stay");
    app.wait_gone("open-sale");
    is_sale_of(&app, first);
    // by her page: asked again; the first stands aside, and it is seen that it does
    app.open_member(second);
    app.click("act-sale");
    app.wait_for("open-sale");
    shop.centre.kill();
    app.click("open-sale-park");
    is_sale_of(&app, second);
    assert!(!app.has("sale-line-0"), "nothing of it became hers");
    app.wait_for("parked-0");
    assert_eq!(app.number("parked-count"), 1);
    look_at(&app, "parked", "trust-parked");

    // it outlives the power and a change of clerk
    let album = app.kill();
    let app = Window::open(
        &shop.dir().join("window-again"),
        &counter.home,
        TABLET,
        album,
    );
    app.sign_in(&shop.clerk);
    app.text("parked-count");
    app.choose_menu("menu-theme");
    app.click("nav-sale");
    app.picture("parked-dim");
    app.choose_menu("menu-theme");
    app.click("parked-0");
    is_sale_of(&app, first);
    app.wait_for("sale-line-0");
    app.wait_gone("parked-0");
    app.till_receipt("T-9");
    app.press(F12);
    app.wait_for("sale-done");
    app.click("sale-next");
    assert!(
        !app.has("parked-shelf"),
        "recorded, it stands aside no more"
    );
    app.close();
    shop.centre.restart();
    counter.sync();
    let whose = shop.centre.ledger().column(
        "SELECT member_id FROM receipt WHERE receipt_no = ?1",
        ["T-9"],
    );
    assert_eq!(whose, std::slice::from_ref(&first.id));
}

/// A product that is known is one wherever the focus is, by quick scanners and slow ones; what is no receipt number is
/// refused when it is entered.
#[test]
fn a_known_bar_code_is_a_product_at_any_speed() {
    let shop = Shop::open();
    let counter = shop.counter("一号柜台");
    let her = &shop.people(1, 1)[0];
    let codes = shop.centre.ledger().column(
        "SELECT barcode FROM product WHERE barcode IS NOT NULL AND price_fen IS NOT NULL ORDER BY sku LIMIT ?1",
        [4],
    );
    let app = open(&shop, &counter, "trust-scans");
    begin_sale(&app, her, "jh");
    app.click("sale-receipt");
    app.wait_focus("sale-receipt");
    let before = lines_of(&app);
    for ((code, pause), lines) in codes.iter().zip([0, 60, 100]).zip(before + 1..) {
        app.type_with_pauses(code, Duration::from_millis(pause));
        app.until(&format!("{code} at {pause} ms to be in the sale"), || {
            (lines_of(&app) >= lines).then_some(())
        });
        assert_eq!(app.value("sale-receipt"), "", "{code} at {pause} ms");
    }
    app.picture("scanned");
    // a finger brings the key board: no line is out of reach behind it
    app.script(
        "document.querySelector('[data-testid=\"sale-receipt\"]')
            .dispatchEvent(new PointerEvent('pointerdown', {pointerType: 'touch', bubbles: true}))",
        vec![],
    );
    app.wait_for("keyboard");
    app.picture("scanned-by-touch");

    app.click("sale-receipt");
    app.type_slowly("qwertyuiop");
    app.text("sale-receipt-trouble");
    look_at(&app, "no-receipt-number", "trust-scans");
    app.click("sale-receipt-clear");
    app.type_slowly("0518-0031");
    app.wait_gone("sale-receipt-trouble");
    // the last four of a number are still being typed: nobody is said not to be there
    app.go_find();
    app.type_slowly("00");
    assert!(!app.has("find-none"));
    app.press(ENTER);
    app.close();
}

/// Lines in the sale; the product that was put in first may be among those that are scanned.
fn lines_of(app: &Window) -> u64 {
    let found = app.script(
        "return [...document.querySelectorAll('[data-testid^=\"sale-line-\"] output')]
            .reduce((sum, one) => sum + Number(one.innerText), 0)",
        vec![],
    );
    found.as_u64().unwrap_or(0)
}

/// Nobody has touched it for a while: it is covered, and the PIN brings the work back as it was.
#[test]
fn an_idle_screen_is_covered_and_the_work_stays() {
    let shop = Shop::open();
    let counter = shop.counter("一号柜台");
    std::fs::write(
        counter.home.join("settings.json"),
        r#"{"scan_pause_ms": 120, "cover_after_s": 15}"#,
    )
    .expect("settings");
    let her = &shop.people(1, 1)[0];
    let app = open(&shop, &counter, "trust-cover");
    begin_sale(&app, her, "jh");
    app.within(Duration::from_secs(40), "the screen to be covered", || {
        app.has("curtain").then_some(())
    });
    app.picture("covered");
    app.press("000000");
    app.text("curtain-note");
    app.press(&shop.clerk.pin);
    app.wait_gone("curtain");
    is_sale_of(&app, her);
    app.wait_for("sale-line-0");
    app.close();
}

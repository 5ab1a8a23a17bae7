//! By keys alone, by a scanner alone, and in another language.

use tests::window::bench::TABLET;
use tests::window::keys::{ENTER, ESCAPE, F2, F3, F12, TAB};
use tests::window::{Album, Window};
use tests::{Person, Shop};

/// From the PIN to the next customer without a pointer.
#[test]
fn keys_alone_are_enough() {
    let shop = Shop::open();
    let app = open(&shop, "zh-CN/keys");
    let her = &shop.people(300, 1)[0];

    tab_to(&app, &format!("clerk-{}", shop.clerk.id));
    app.press(ENTER);
    app.picture("clerk-by-keys");
    app.type_slowly(&shop.clerk.pin);
    app.signed_in();

    // found by the end of her number, looked at, left and found again
    app.wait_focus("find-field");
    app.type_slowly(&her.phone[7..]);
    app.hit_of(her);
    app.press(ESCAPE);
    app.until("an empty search", || {
        app.value("find-field").is_empty().then_some(())
    });
    app.type_slowly(&her.phone);
    app.hit_of(her);
    app.press(ENTER);
    app.is_page_of(her);
    tab_to(&app, "act-sale");
    app.picture("act-by-keys");
    app.press(ENTER);
    app.wait_for("strip-name");

    // the sale: product, receipt, done, next
    app.press(F3);
    app.add_product("jh");
    app.till_receipt("K1-77");
    app.press(F12);
    app.wait_for("sale-done");
    app.wait_focus("sale-next");
    app.press(ENTER);
    app.wait_for("pick-member");
    app.press(F2);
    app.wait_focus("pick-member");

    // a drawer has the focus and gives it back; Escape leaves it and not the page
    app.press(ESCAPE);
    app.press("/");
    app.wait_focus("find-field");
    app.type_slowly(&her.phone);
    app.hit_of(her);
    app.press(ENTER);
    app.is_page_of(her);
    tab_to(&app, "history-0");
    app.press(ENTER);
    app.wait_for("receipt");
    app.wait_focus("drawer-close");
    app.press(ESCAPE);
    app.wait_gone("receipt");
    app.is_page_of(her);
    app.close();
}

/// A member's code, scanned, brings her wherever the clerk is.
#[test]
fn a_scan_brings_the_member_from_any_screen() {
    let shop = Shop::open();
    let app = open(&shop, "zh-CN/scanner");
    let people = shop.people(1, 4);
    app.sign_in(&shop.clerk);

    let opens = |person: &Person| {
        let code = format!("CPM:{}", person.no);
        app.scan(&code, || {
            app.words("member-no")
                .is_some_and(|w| digits(&w) == person.no)
        });
    };
    opens(&people[0]);
    assert_eq!(app.value("find-field"), "", "nothing is left in the search");
    opens(&people[1]);
    app.click("sync-pill");
    app.wait_for("sync-page");
    opens(&people[2]);
    app.click("nav-invite");
    app.wait_for("work-invite");
    opens(&people[3]);
    // in the middle of a word in the search
    app.go_find();
    app.type_slowly("zh");
    opens(&people[0]);
    app.picture("member-by-scan");

    // where something is in hand, it is hers from then on
    let strip = |person: &Person| {
        let code = format!("CPM:{}", person.no);
        let masked = tests::window::finding::masked(&person.phone);
        app.scan(&code, || {
            app.words("member-strip")
                .is_some_and(|w| w.contains(&masked))
        });
    };
    app.click("nav-sale");
    app.wait_for("work-sale");
    strip(&people[1]);
    app.click("nav-return");
    app.wait_for("work-return");
    strip(&people[2]);
    app.picture("return-by-scan");
    app.close();
}

/// English and back, at once and wherever the clerk is; it is kept.
#[test]
fn the_language_follows_the_clerk() {
    let shop = Shop::open();
    let app = open(&shop, "zh-CN/language");
    app.wait_for("language");
    let chinese = app.text("pin-prompt");
    app.click("language");
    app.text_where("pin-prompt", "English", |w| w != chinese);
    app.click("language");
    app.text_where("pin-prompt", "Chinese", |w| w == chinese);
    app.sign_in(&shop.clerk);

    let find = app.text("nav-find");
    app.choose_menu("menu-language");
    assert_eq!(app.language(), "en");
    app.text_where("nav-find", "English", |w| w.is_ascii());
    app.click("sync-pill");
    app.text_where("sync-head", "English", |w| w.is_ascii());
    app.picture("sync-in-english");
    app.choose_menu("menu-language");
    assert_eq!(app.language(), "zh-CN");
    assert_eq!(app.text("nav-find"), find);
    app.text_where("sync-head", "Chinese", |w| !w.is_ascii());
    app.close();
}

fn open(shop: &Shop, album: &str) -> Window {
    let counter = shop.counter("一号柜台");
    let dir = shop.dir().join("window");
    Window::open(&dir, &counter.home, TABLET, Album::of(TABLET, album))
}

/// Goes on by Tab until the focus is on a part.
fn tab_to(app: &Window, name: &str) {
    app.wait_for(name);
    let mut seen = Vec::new();
    app.until(&format!("Tab to reach {name} (seen: {seen:?})"), || {
        app.press(TAB);
        let now = app.focus()?;
        seen.push(now.clone());
        (now == name).then_some(())
    });
}

fn digits(words: &str) -> String {
    words.chars().filter(char::is_ascii_digit).collect()
}

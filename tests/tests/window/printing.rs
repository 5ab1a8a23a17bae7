//! The customer's receipt: printed by itself, seen as paper, printed again after the printer failed.

use std::path::Path;
use tests::counter::text;
use tests::window::bench::{TABLET, UPRIGHT};
use tests::window::keys::{BACKSPACE, END, ENTER, F12};
use tests::window::{Album, Window};
use tests::{Person, Shop};

/// 重印 in GB18030.
const REPRINT: [u8; 4] = [0xd6, 0xd8, 0xd3, 0xa1];

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|w| w == part)
}

/// Sells one thing to her under a till's number.
fn sell(app: &Window, her: &Person, receipt: &str) {
    app.click("nav-sale");
    app.sale_for(&her.phone);
    app.wait_for("pick-hit-0");
    app.press(ENTER);
    app.wait_for("strip-name");
    app.add_product("jh");
    app.wait_for("sale-line-0");
    app.till_receipt(receipt);
    app.press(F12);
    app.wait_for("sale-done");
}

/// Chooses a file for a printer, as a clerk would.
fn choose_file(app: &Window, path: &Path) {
    app.choose_menu("menu-printer");
    app.wait_for("printer-file");
    app.click("printer-file");
    app.wait_for("printer-place");
    // to its end, then all of it away
    app.click("printer-place");
    app.wait_focus("printer-place");
    let before = app.value("printer-place").chars().count();
    app.press(END);
    app.press(&BACKSPACE.repeat(before));
    app.write("printer-place", path.to_str().expect("a path"));
}

#[test]
fn a_receipt_prints_by_itself_and_again_after_the_printer_failed() {
    let shop = Shop::open();
    let counter = shop.counter("一号柜台");
    let her = shop.person();
    let app = Window::open(
        &shop.dir().join("window"),
        &counter.home,
        TABLET,
        Album::of(TABLET, "zh-CN/printing"),
    );
    let (paper, away) = (shop.dir().join("paper"), shop.dir().join("away"));
    app.sign_in(&shop.clerk);
    app.wait_pill("in_step");

    app.choose_menu("menu-printer");
    app.wait_for("printer-none");
    app.picture("printer-none");
    app.click("printer-close");
    app.wait_gone("printer");
    choose_file(&app, &paper);
    app.click("printer-automatic");
    app.click("printer-test");
    app.text("printer-tested");
    app.picture("printer-file");
    app.click("printer-keep");
    app.wait_gone("printer");
    let tested = std::fs::read(&paper).expect("a test page");
    assert!(tested.starts_with(&[0x1b, b'@', 0x1c, b'&']));

    sell(&app, &her, "P-1001");
    app.text("slip-printed");
    app.picture("sale-done-printed");
    let once = std::fs::read(&paper).expect("a receipt");
    assert!(has(&once[tested.len()..], b"P-1001") && !has(&once, &REPRINT));

    // the paper on the screen
    app.click("slip-open");
    app.text_where("slip-number", "the till's number", |w| w == "P-1001");
    app.text_where("slip-prints", "printed once", |w| w.contains('1'));
    app.picture("slip");
    app.click("slip-png");
    app.text_where("slip-done", "where it is", |w| w.contains(".png"));
    app.picture("slip-saved");
    app.click("slip-close");
    app.wait_gone("slip");
    assert_eq!(
        std::fs::read(&paper).expect("a receipt"),
        once,
        "looking prints nothing"
    );
    app.click("sale-next");

    // the printer is away: the sale is there, and the clerk is told
    choose_file(&app, &away.join("printer"));
    app.click("printer-keep");
    app.wait_gone("printer");
    sell(&app, &her, "P-1002");
    app.text_where("slip-trouble", "the code", |w| w.contains("C-404"));
    app.picture("sale-done-not-printed");
    app.click("slip-again");
    app.text_where("slip-trouble", "still the code", |w| w.contains("C-404"));
    std::fs::create_dir(&away).expect("the printer is back");
    app.click("slip-again");
    app.text("slip-printed");
    app.picture("sale-done-printed-at-last");
    let after = std::fs::read(away.join("printer")).expect("a receipt");
    assert!(
        has(&after, b"P-1002") && !has(&after, &REPRINT),
        "nothing came out before"
    );

    // once more is a reprint
    app.click("slip-open");
    app.wait_for("slip-print");
    app.click("slip-print");
    app.text("slip-done");
    let twice = std::fs::read(away.join("printer")).expect("two receipts");
    assert!(has(&twice[after.len()..], &REPRINT));
    app.click("slip-close");
    app.wait_gone("slip");
    app.click("sale-next");

    // from her history and from the sync page
    app.open_member(&her);
    app.click("history-0");
    app.wait_for("receipt");
    app.click("slip-open");
    app.wait_for("slip-paper");
    app.picture("slip-from-history");
    app.click("slip-close");
    app.wait_gone("slip");
    app.click("drawer-close");
    app.wait_gone("receipt");
    app.go_sync();
    app.picture("sync");
    app.click("op-slip");
    app.wait_for("slip-paper");
    app.click("slip-close");
    app.wait_gone("slip");
    app.close();

    counter.settle_with(&[]);
    for receipt in ["P-1001", "P-1002"] {
        let sales = shop.centre.ledger().number(
            "SELECT count(*) FROM operation WHERE kind = 'sale' AND body LIKE '%' || ?1 || '%'",
            [receipt],
        );
        assert_eq!(sales, 1, "{receipt}");
    }
    shop.centre.assert_audit_clean();
}

/// The same paper in the other looks: upright, in English, dim.
#[test]
fn the_paper_in_every_look() {
    let shop = Shop::open();
    let counter = shop.counter("一号柜台");
    let her = shop.person();
    let receipt = text(&counter.page(&her.id)["history"][0]["no"]);
    let app = Window::open(
        &shop.dir().join("window"),
        &counter.home,
        tests::window::Size(1400, 1300),
        Album::closed(),
    );
    app.sign_in(&shop.clerk);
    let mut albums = Vec::new();
    for (size, language, theme) in [
        (UPRIGHT, "zh-CN", "light"),
        (TABLET, "zh-CN", "dim"),
        (TABLET, "en", "light"),
        (UPRIGHT, "en", "dim"),
    ] {
        app.resize(size);
        app.turn_page(Album::of(size, &format!("{language}/printing-{theme}")));
        if app.theme() != theme {
            app.choose_menu("menu-theme");
        }
        if app.language() != language {
            app.choose_menu("menu-language");
        }
        app.choose_menu("menu-printer");
        app.wait_for("printer-tcp");
        app.click("printer-tcp");
        app.picture("printer");
        app.click("printer-close");
        app.wait_gone("printer");
        app.open_member(&her);
        app.click("history-0");
        app.wait_for("receipt");
        app.picture("history-receipt");
        app.click("slip-open");
        app.text_where("slip-number", "the number", |w| w == receipt);
        app.picture("slip");
        app.click("slip-close");
        app.wait_gone("slip");
        app.click("drawer-close");
        app.wait_gone("receipt");
        albums.push(app.turn_page(Album::closed()));
    }
    app.close();
    for album in albums {
        album.pass();
    }
}

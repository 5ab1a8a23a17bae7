//! The main screens in other sizes, in English and in the dim theme; each picture is looked over.

use tests::counter::text;
use tests::window::bench::{PC, TABLET, UPRIGHT};
use tests::window::keys::ENTER;
use tests::window::page::SOON;
use tests::window::{Album, Size, Window};
use tests::{Person, Shop};

/// Wide and high enough for each of them.
const ROOM: Size = Size(1400, 1300);

/// What is shown in every round.
struct Tour {
    shop: Shop,
    her: Person,
    receipt: String,
    round: u32,
}

/// The same screens, four times over.
#[test]
fn the_main_screens_stand_in_every_size_language_and_theme() {
    let shop = Shop::open();
    let counter = shop.counter("一号柜台");
    let her = shop.people(300, 1)[0].clone();
    let page = counter.page(&her.id);
    let mut tour = Tour {
        receipt: text(&page["history"][0]["no"]),
        her,
        shop,
        round: 0,
    };
    let app = Window::open(
        &tour.shop.dir().join("window"),
        &counter.home,
        ROOM,
        Album::closed(),
    );
    let mut albums = Vec::new();
    for (size, language, theme) in [
        (UPRIGHT, "zh-CN", "light"),
        (PC, "zh-CN", "light"),
        (TABLET, "zh-CN", "dim"),
        (TABLET, "en", "light"),
        (UPRIGHT, "en", "light"),
    ] {
        let folder = match theme {
            "dim" => format!("{language}-dim"),
            _ => language.to_owned(),
        };
        app.resize(size);
        app.turn_page(Album::of(size, &folder));
        tour.walk(&app, language, theme);
        albums.push(app.turn_page(Album::closed()));
    }
    app.close();
    for album in albums {
        album.pass();
    }
}

impl Tour {
    fn walk(&mut self, app: &Window, language: &str, theme: &str) {
        self.round += 1;
        app.sign_in(&self.shop.clerk);
        if app.theme() != theme {
            app.choose_menu("menu-theme");
        }
        if app.language() != language {
            app.choose_menu("menu-language");
        }
        self.members(app);
        self.redeem(app);
        self.sale(app);
        self.give_back(app);
        app.click("nav-invite");
        app.wait_for("invite-qr");
        app.picture("invite");
        app.go_sync();
        app.picture("sync");
        app.click("clerk-menu");
        app.wait_for("clerk-switch");
        app.picture("menu");
        app.click("clerk-switch");
        app.wait_for("pin-prompt");
        app.choose_clerk(&self.shop.clerk);
        app.picture("sign-in");
        app.tap_pin("0");
        app.click("pin-delete");
    }

    fn members(&self, app: &Window) {
        app.go_find();
        app.picture("find");
        app.write("find-field", "138");
        app.wait_for("hit-0");
        app.picture("find-hits");
        app.click("find-clear");
        app.open_member(&self.her);
        app.picture("member");
        app.click("history-0");
        app.wait_for("receipt");
        app.picture("member-receipt");
        app.click("drawer-close");
        app.wait_gone("receipt");
    }

    fn redeem(&self, app: &Window) {
        app.click("act-redeem");
        app.within(SOON, "rewards", || app.rewards("possible").pop());
        app.picture("redeem");
        app.choose_kind("cash");
        for key in ["8", "0", "0"] {
            app.click(&format!("bill-{key}"));
        }
        app.click("redeem-points-max");
        app.picture("redeem-cash");
    }

    fn sale(&self, app: &Window) {
        app.click("nav-sale");
        app.sale_for(&self.her.phone);
        app.wait_for("pick-hit-0");
        app.picture("sale-who");
        app.press(ENTER);
        app.wait_for("strip-name");
        app.add_product("jh");
        app.add_product("cl");
        app.wait_for("sale-line-0");
        app.click("sale-amount-0");
        app.wait_for("amount-pad");
        app.picture("sale-amount");
        app.click("amount-list");
        app.wait_gone("amount-pad");
        app.till_receipt(&format!("T9-{}", self.round));
        app.picture("sale");
        app.click("sale-submit");
        app.wait_for("sale-done");
        app.picture("sale-done");
        app.click("sale-next");
    }

    fn give_back(&self, app: &Window) {
        app.open_receipt(&self.receipt);
        app.click("return-check-0");
        app.click("return-reason-shade");
        app.text_where("return-refund", "a sum", |w| w.contains('¥'));
        app.picture("return");
        app.click("return-other");
        app.wait_for("return-receipt");
    }
}

//! What her page lets a clerk know and do: her profile is edited, her coupons and the ledger of her points are read, a
//! sale is credited to whom it belongs. In step, and with headquarters away.

use serde_json::json;
use tests::window::bench::{TABLET, UPRIGHT};
use tests::window::keys::{ESCAPE, F12};
use tests::window::{Album, Window};
use tests::{Counter, Person, Shop};

const NEW_NAME: &str = "温如玉";
const NEW_PHONE: &str = "13912340001";

struct Knowing {
    shop: Shop,
    counter: Counter,
    her: Person,
    /// Who is credited besides the clerk.
    second: String,
}

#[test]
fn her_page_is_edited_read_and_sold_from_in_step_and_alone() {
    let shop = Shop::open();
    let counter = shop.counter("一号柜台");
    let her = shop.people(600, 1)[0].clone();
    // not her own advisor, who has the sale by the rule
    let second = shop.centre.ledger().column(
        "SELECT c.id FROM clerk c JOIN member m ON m.id = ?2 AND m.advisor <> c.id
         WHERE c.store_id = ?1 AND c.role = 'advisor' AND c.active LIMIT 1",
        [&shop.store, &her.id],
    );
    let mut story = Knowing {
        shop,
        counter,
        her,
        second: second[0].clone(),
    };
    let coupon = json!({"id": "c50", "kind": "amount_off", "amount": "50.00", "threshold": "300.00", "stacks": true});
    story.shop.centre.give_coupon(&story.her.id, &coupon);
    story.counter.settle_with(&[]);

    let app = Window::open(
        &story.shop.dir().join("window"),
        &story.counter.home,
        TABLET,
        Album::of(TABLET, "zh-CN/knowing"),
    );
    app.sign_in(&story.shop.clerk);
    app.wait_pill("in_step");
    app.open_member(&story.her);
    story.reads_coupons(&app);
    story.reads_ledger(&app, false);
    story.edits(&app, NEW_PHONE, NEW_NAME, false);
    story.her.phone = NEW_PHONE.to_owned();
    story.sells(&app, "K-1", false);

    story.shop.centre.kill();
    app.wait_pill("offline");
    app.open_member(&story.her);
    story.reads_ledger(&app, true);
    story.edits(&app, "", "温如瑾", true);
    story.sells(&app, "K-2", true);

    story.shop.centre.restart();
    app.wait_pill("in_step");
    story.looks_in_english_and_dim(&app);
    app.close();
    story.is_at_the_centre();
}

impl Knowing {
    fn reads_coupons(&self, app: &Window) {
        app.click("member-tab-coupons");
        app.text_where("coupon-0", "what it takes off", |w| w.contains("50"));
        look_at(app, "coupons");
        app.click("member-tab-talk");
    }

    fn reads_ledger(&self, app: &Window, alone: bool) {
        app.click("ledger-open");
        assert_eq!(
            app.number("ledger-confirmed"),
            self.shop_points(),
            "what the centre has"
        );
        app.wait_for("lot-0");
        app.wait_for("movement-0");
        assert_eq!(app.has("ledger-as-of"), alone);
        if alone {
            app.text_where("movement-0", "the sale of a moment ago", |w| {
                w.contains("K-1")
            });
        }
        look_at(app, if alone { "ledger-alone" } else { "ledger" });
        app.press(ESCAPE);
        app.wait_gone("ledger");
    }

    fn shop_points(&self) -> i64 {
        self.shop.centre.ledger().points(&self.her.id)
    }

    /// Another name, and where there is a network another number; allowed only with its consent.
    fn edits(&self, app: &Window, phone: &str, name: &str, alone: bool) {
        app.click("profile-edit");
        app.wait_for("profile");
        app.empty("profile-name");
        app.write("profile-name", name);
        app.text_where("change-name", "the new name", |w| w.contains(name));
        if alone {
            app.text("profile-phone-why");
        } else {
            app.empty("profile-phone");
            app.write("profile-phone", phone);
            app.click("consent-marketing-toggle");
        }
        look_at(app, if alone { "profile-alone" } else { "profile" });
        // an impatient finger records one change
        app.tap_fast("profile-save", 3);
        app.wait_for("profile-done");
        app.picture(if alone {
            "profile-done-alone"
        } else {
            "profile-done"
        });
        app.click("profile-back");
        app.wait_for("member-page");
        if !alone {
            self.proves_the_number(app, phone);
        }
    }

    /// The new number is hers once she has said the code that was sent to it.
    fn proves_the_number(&self, app: &Window, phone: &str) {
        let tail = phone.get(7..).unwrap_or_default();
        app.text_where("phone-waits", "the new number", |w| w.contains(tail));
        app.picture("phone-waits");
        app.click("phone-verify");
        let said = app.text_where("new-phone-demo", "the code", |w| {
            w.chars().filter(char::is_ascii_digit).count() == 6
        });
        app.picture("new-phone");
        let code: String = said.chars().filter(char::is_ascii_digit).collect();
        app.tap_pin(&code);
        app.wait_gone("new-phone");
        app.wait_gone("phone-waits");
    }

    /// The clerk sells; a colleague has helped, and by the rule helps again with the next sale.
    fn sells(&self, app: &Window, receipt: &str, alone: bool) {
        app.click("act-sale");
        app.add_product("jh");
        app.wait_for("sale-line-0");
        app.click("credit-row");
        app.wait_for("credit");
        if !alone {
            app.click(&format!("credit-part-{}-assist", self.second));
            app.click("credit-reason-assisted");
        }
        look_at(app, if alone { "credit-alone" } else { "credit" });
        app.click("credit-done");
        app.wait_gone("credit");
        assert_eq!(
            app.attribute("credit-row", "data-second").as_deref(),
            Some(self.second.as_str())
        );
        app.till_receipt(receipt);
        app.press(F12);
        app.wait_for("sale-done");
        app.picture(if alone { "sold-alone" } else { "sold" });
        app.click("sale-member-page");
        app.wait_for("member-page");
    }

    fn looks_in_english_and_dim(&self, app: &Window) {
        app.choose_menu("menu-language");
        app.choose_menu("menu-theme");
        app.turn_page(Album::of(TABLET, "en/knowing"));
        app.click("member-tab-coupons");
        // the first sale took the best there was
        app.wait_for("used-coupon-0");
        look_at(app, "coupons-used");
        app.click("ledger-open");
        app.wait_for("movement-0");
        look_at(app, "ledger");
        app.press(ESCAPE);
        app.wait_gone("ledger");
        app.click("profile-edit");
        app.empty("profile-name");
        app.write("profile-name", NEW_NAME);
        look_at(app, "profile");
        // what was typed is not dropped without a word, wherever the clerk goes from here
        app.click("nav-sale");
        app.click("profile-stay");
        app.wait_gone("profile-leave");
        assert_eq!(app.value("profile-name"), NEW_NAME);
        app.click("strip-change");
        app.picture("profile-leave");
        app.click("profile-drop");
        app.wait_for("member-page");
    }

    fn is_at_the_centre(&self) {
        self.counter.settle_with(&[]);
        let ledger = self.shop.centre.ledger();
        let of_her = |column: &str| {
            let sql = format!("SELECT {column} FROM member WHERE id = ?1");
            ledger.column(&sql, [&self.her.id]).remove(0)
        };
        assert_eq!(of_her("name"), "温如瑾");
        assert_eq!(of_her("phone"), NEW_PHONE);
        let changes = "SELECT count(*) FROM operation WHERE kind = 'profile'";
        assert_eq!(ledger.number(changes, []), 2, "each change once");
        let helped = ledger.column(
            "SELECT reason FROM sale_credit WHERE second = ?1 ORDER BY at",
            [&self.second],
        );
        assert_eq!(helped, ["assisted", ""], "said, then by the rule");
        self.shop.centre.assert_audit_clean();
    }
}

/// A picture lying and upright.
fn look_at(app: &Window, name: &str) {
    app.picture(name);
    let language = if app.language() == "en" {
        "en"
    } else {
        "zh-CN"
    };
    let page = Album::of(UPRIGHT, format!("{language}/knowing-{name}").as_str());
    let before = app.turn_page(page);
    app.resize(UPRIGHT);
    app.picture(name);
    app.resize(TABLET);
    app.turn_page(before);
}

//! Coupons at a sale and at a return in parts, in step and alone: what the screen says is what the centre has
//! once it is told.

#![allow(clippy::panic, reason = "a step that cannot be taken fails the test")]

use serde_json::{Value, json};
use tests::counter::{number, text};
use tests::window::bench::{TABLET, UPRIGHT};
use tests::window::keys::{ENTER, F12};
use tests::window::page::number_in;
use tests::window::{Album, Size, Window};
use tests::{Counter, Person, Shop};

/// Wide and high enough for every size.
const ROOM: Size = Size(1400, 1300);
/// Receipts of the till.
const IN_STEP: &str = "T5-0001";
const ALONE: &str = "T5-0002";

/// What the screens said of a sale and of what came back of it, in fen and points.
struct Said {
    pay: i64,
    earned: i64,
    refund: i64,
    balance: i64,
}

struct Couponing {
    shop: Shop,
    a: Counter,
    b: Counter,
    her: Person,
}

#[test]
fn coupons_come_to_the_same_in_step_and_alone() {
    let shop = Shop::open();
    let (a, b) = (shop.counter("一号柜台"), shop.counter("二号柜台"));
    let her = shop.people(600, 1)[0].clone();
    let mut story = Couponing { shop, a, b, her };
    story.gives_coupons();

    let app = Window::open(
        &story.shop.dir().join("window"),
        &story.a.home,
        ROOM,
        Album::closed(),
    );
    app.resize(TABLET);
    app.turn_page(Album::of(TABLET, "zh-CN/coupons"));
    app.sign_in(&story.shop.clerk);
    app.wait_pill("in_step");

    let in_step = story.sells(&app, IN_STEP, true);
    app.wait_pill("in_step");
    story.shop.centre.kill();
    app.wait_pill("offline");
    let alone = story.sells(&app, ALONE, false);
    story.shop.centre.restart();
    app.wait_pill("in_step");
    app.open_member(&story.her);
    app.text_where("points-pending", "nothing on its way", |w| w == "0");
    assert_eq!(app.points().confirmed, alone.balance);
    app.picture("confirmed");
    app.close();

    story.has(IN_STEP, &in_step);
    story.has(ALONE, &alone);
    story.shop.centre.assert_audit_clean();
}

impl Couponing {
    /// One that the other counter has, and those that come to the counter with the window.
    fn gives_coupons(&self) {
        let give = |id: &str, benefit: Value, stacks: bool| {
            let mut coupon = benefit;
            coupon["id"] = id.into();
            coupon["stacks"] = stacks.into();
            self.shop.centre.give_coupon(&self.her.id, &coupon);
        };
        let off = |amount: &str, threshold: &str| json!({"kind": "amount_off", "amount": amount, "threshold": threshold});
        give("there", off("30.00", "100.00"), true);
        self.held(&self.b, &["there"]);
        for n in [1, 2] {
            give(&format!("off{n}"), off("50.00", "300.00"), true);
            give(
                &format!("twice{n}"),
                json!({"kind": "factor", "factor": "2", "threshold": "100.00"}),
                true,
            );
        }
        give(
            "percent",
            json!({"kind": "percent_off", "percent": "10", "cap": "80.00"}),
            false,
        );
        let mut lips = off("50.00", "5000.00");
        lips["categories"] = json!(["lip"]);
        give("lips", lips, true);
        let mine = ["off1", "off2", "twice1", "twice2", "percent", "lips"];
        self.held(&self.a, &mine);
    }

    /// A counter syncs until it has these.
    fn held(&self, counter: &Counter, ids: &[&str]) {
        for _ in 0..5 {
            counter.sync();
            let all = counter.ok(&["coupons", "--member", &self.her.id]);
            let here = |id: &&str| {
                let all = all.as_array().into_iter().flatten();
                all.filter(|c| c["id"] == **id)
                    .any(|c| c["place"] == "here")
            };
            if ids.iter().all(here) {
                return;
            }
        }
        panic!("{ids:?} do not come to the counter");
    }

    /// A sale with the coupons that are proposed, then one piece of it comes back.
    fn sells(&mut self, app: &Window, receipt: &str, in_step: bool) -> Said {
        app.click("nav-sale");
        app.sale_for(&self.her.phone);
        app.wait_for("pick-hit-0");
        app.press(ENTER);
        app.wait_for("strip-name");
        app.add_product("jh");
        app.add_product("cl");
        app.wait_for("sale-line-1");
        app.click("sale-qty-plus-0");
        let chosen = |id: &str| app.attribute(&format!("coupon-{id}"), "aria-checked");
        app.until("coupons that are proposed", || {
            app.words("sale-coupons-off")
                .filter(|_| app.has("sale-coupons"))
        });
        let best = number_in(&app.text("sale-coupons-off"));
        assert!(best < 0, "{best}");
        app.picture(if in_step { "sale" } else { "sale-offline" });
        if in_step {
            self.looks_around(app, best);
        } else {
            app.click("coupons-rest");
            app.wait_for("coupons-drawer");
            let why = app.text("coupon-there");
            assert!(why.contains("联网后可用"), "{why}");
            assert_eq!(chosen("there").as_deref(), Some("false"));
            app.click("drawer-close");
            app.wait_gone("coupons-drawer");
        }
        app.till_receipt(receipt);
        let pay = number_in(&app.text("sale-pay"));
        let earned = app.number("sale-earned");
        app.press(F12);
        app.wait_for("sale-done");
        assert_eq!(app.number("sale-done-earned"), earned);
        app.picture(if in_step { "sold" } else { "sold-offline" });
        app.click("sale-next");

        app.open_receipt(receipt);
        app.click("return-check-1");
        app.click("return-reason-shade");
        let refund = number_in(&app.text_where("return-refund", "a sum", |w| w.contains('¥')));
        app.wait_for("return-coupon-kept");
        app.picture(if in_step { "return" } else { "return-offline" });
        let balance = app.text("return-balance");
        let balance = balance.rsplit('→').next().map_or(0, number_in);
        app.press(F12);
        app.wait_for("return-done");
        Said {
            pay,
            earned,
            refund,
            balance,
        }
    }

    /// Another choice and back, upright and in the other language.
    fn looks_around(&self, app: &Window, best: i64) {
        // what is used stands beside the total, whatever else she has
        app.click("coupons-rest");
        app.wait_for("coupons-drawer");
        app.click("coupon-percent");
        app.until("the other coupon", || {
            let on = app.attribute("coupon-percent", "aria-checked");
            (on.as_deref() == Some("true")).then_some(())
        });
        app.click("drawer-close");
        app.wait_gone("coupons-drawer");
        assert!(number_in(&app.text("sale-coupons-off")) > best, "less off");
        app.picture("sale-other-coupon");
        app.click("coupons-best");
        app.text_where("sale-coupons-off", "the best again", |w| {
            number_in(w) == best
        });
        app.resize(UPRIGHT);
        app.turn_page(Album::of(UPRIGHT, "zh-CN/coupons"));
        app.picture("sale");
        app.click("coupons-all");
        app.wait_for("coupons-drawer");
        app.picture("sale-coupons");
        app.click("drawer-close");
        app.wait_gone("coupons-drawer");
        app.resize(TABLET);
        app.turn_page(Album::of(TABLET, "en/coupons"));
        app.choose_menu("menu-language");
        app.picture("sale");
        app.choose_menu("menu-theme");
        app.picture("sale-dim");
        app.choose_menu("menu-theme");
        app.choose_menu("menu-language");
        app.turn_page(Album::of(TABLET, "zh-CN/coupons"));
    }

    /// What the other counter, and so the centre, has of a receipt.
    fn has(&self, receipt: &str, said: &Said) {
        self.b.sync();
        let page = self.b.page(&self.her.id);
        let history = page["history"].as_array().into_iter().flatten();
        let of: Vec<&Value> = history.filter(|r| r["no"] == receipt).collect();
        let [r] = of.as_slice() else {
            panic!("{receipt} once: {page}");
        };
        assert_eq!(number_in(&text(&r["pay"])), said.pay, "{r}");
        assert_eq!(number_in(&text(&r["refunded"])), said.refund, "{r}");
        assert_eq!(number(&r["earned"]), said.earned, "{r}");
    }
}

//! While the centre is away.

use super::{Day, RECEIPT, STRANGER, STRANGERS_RECEIPT};
use tests::counter::text;
use tests::window::Window;
use tests::window::keys::{ENTER, F12};
use tests::window::page::number_in;

/// What waits in the end, sorted.
const WAITING: [&str; 4] = ["redemption", "return", "sale", "sale"];

impl Day {
    /// The pill says it by itself.
    pub fn centre_goes_away(&mut self, app: &Window) {
        app.open_member(&self.her);
        self.shop.centre.kill();
        app.wait_pill("offline");
        app.text("points-as-of");
        app.picture("member-offline");
    }

    /// A sample that the points kept for this counter pay.
    pub fn redeem_within_the_allowance(&mut self, app: &Window) {
        let before = app.points();
        app.click("act-redeem");
        app.wait_for("redeem-limit");
        let possible = app.until("a reward within the allowance", || {
            app.rewards("possible").first().cloned()
        });
        if !app.is_chosen(&possible) {
            app.click(&format!("reward-{possible}"));
        }
        app.picture("redeem-offline");
        let using = app.number("redeem-using");
        assert!(
            using < 0 && -using <= before.offline,
            "{using} of {before:?}"
        );
        app.press(F12);
        app.wait_for("redeem-done");
        app.picture("redeem-done");
        self.spent = -using;
        assert_eq!(app.number("redeem-done-after"), self.confirmed - self.spent);
    }

    /// Above it the screen says how much is possible, and why.
    pub fn redeem_above_it(&self, app: &Window) {
        app.click("redeem-again");
        let limit = app.text("redeem-limit");
        assert!(limit.contains(|c: char| c.is_ascii_digit()), "{limit}");
        app.choose_kind("product");
        let out = app.until("a reward above the allowance", || {
            app.rewards("online_only").first().cloned()
        });
        app.click(&format!("reward-{out}"));
        app.picture("redeem-above");
        assert!(!app.is_chosen(&out));
        app.choose_kind("cash");
        for key in ["5", "0", "0", "0"] {
            app.click(&format!("bill-{key}"));
        }
        app.click("redeem-points-max");
        app.picture("redeem-cash");
        let most = app.number("redeem-using");
        let kept = self.a.offline_usable(&self.her.id);
        assert!(-most <= kept, "{most} of {kept}");
    }

    /// A till's sale to a member, two of one product and one of another.
    pub fn sell(&mut self, app: &Window) {
        app.click("nav-sale");
        app.wait_for("pick-member");
        app.picture("sale-who");
        app.sale_for(&self.her.phone);
        app.wait_for("pick-hit-0");
        app.picture("sale-who-found");
        app.press(ENTER);
        app.text_where("strip-name", "her", |w| w.contains('*'));
        app.picture("sale-empty");
        app.press(tests::window::keys::F3);
        app.type_slowly("jh");
        app.wait_for("sale-hit-0");
        app.picture("sale-products");
        app.press(ENTER);
        app.wait_for("sale-line-0");
        app.add_product("m");
        app.wait_for("sale-line-1");
        app.click("sale-qty-plus-0");
        app.text_where("sale-line-0", "two of it", |w| w.lines().any(|l| l == "2"));
        app.text_where("sale-pay", "a sum", |w| w.contains('¥'));
        app.picture("sale-lines");
        app.press(F12);
        app.text("sale-missing");
        app.picture("sale-receipt-missing");
        app.till_receipt(RECEIPT);
        app.picture("sale-ready");
        self.earned = app.number("sale-earned");
        app.press(F12);
        app.wait_for("sale-done");
        assert_eq!(app.number("sale-done-earned"), self.earned);
        app.picture("sale-done");
        app.click("sale-next");
    }

    /// A phone number that nobody here has: recorded, credited when she is known.
    pub fn sell_to_an_unknown_phone(&self, app: &Window) {
        app.sale_for(STRANGER);
        app.wait_for("pick-unknown");
        app.picture("sale-unknown");
        app.press(ENTER);
        app.wait_for("credited-later");
        app.add_product("jh");
        app.wait_for("sale-line-0");
        app.till_receipt(STRANGERS_RECEIPT);
        app.picture("sale-unknown-ready");
        app.press(F12);
        app.wait_for("sale-done");
        app.picture("sale-unknown-done");
        app.click("sale-next");
    }

    /// One piece of an old receipt.
    pub fn take_back(&self, app: &Window) {
        app.click("nav-return");
        app.wait_focus("return-receipt");
        app.picture("return-start");
        app.type_slowly("NO-SUCH-1");
        app.press(ENTER);
        app.text("return-trouble");
        app.picture("return-unknown");
        app.click("return-receipt-clear");
        app.open_receipt(&text(&self.receipt["no"]));
        app.picture("return-receipt");
        app.click("return-check-0");
        app.click("return-reason-reaction");
        // she would rather not say: one tap, and the money is hers as before
        app.click("reaction-none");
        app.wait_gone("reaction");
        let refund = app.text_where("return-refund", "a sum", |w| w.contains('¥'));
        assert!(number_in(&refund) > 0);
        app.picture("return-ready");
        app.press(F12);
        app.wait_for("return-done");
        app.picture("return-done");
        app.click("return-member-page");
        app.is_page_of(&self.other);
        app.picture("member-return-pending");
    }

    /// The code needs no network.
    pub fn invite(&self, app: &Window) {
        app.click("nav-invite");
        app.wait_for("invite-qr");
        app.text("invite-left");
        app.picture("invite-offline");
    }

    /// The page of sync lists it.
    pub fn all_of_it_waits(&self, app: &Window) {
        let pill = app.wait_pill("offline");
        // a look at her whole name is told to the centre as well
        assert!(number_in(&pill) >= 4, "{pill}");
        app.go_sync();
        self.lists_all(app);
        app.picture("sync-offline");
        app.click("sync-now");
        app.text("sync-tried");
        app.picture("sync-tried");
    }

    fn lists_all(&self, app: &Window) {
        let mut waiting = app.until("what waits", || {
            let all = app.operations("waiting");
            (all.len() >= WAITING.len()).then_some(all)
        });
        waiting.retain(|kind| WAITING.contains(&kind.as_str()));
        assert_eq!(waiting, WAITING);
    }

    /// The app's process is killed and started again, still alone.
    pub fn power_cut(&self, app: Window) -> Window {
        let album = app.kill();
        let app = self.open(album);
        app.wait_pill("offline");
        app.picture("sign-in-offline");
        app.sign_in(&self.clerk);
        app
    }

    /// Everything that was called done.
    pub fn all_of_it_still_waits(&self, app: &Window) {
        app.go_sync();
        self.lists_all(app);
        app.open_member(&self.her);
        let now = app.points();
        assert_eq!(now.confirmed, self.confirmed);
        assert_eq!(now.pending, self.earned - self.spent);
        app.picture("member-after-power-cut");
    }
}

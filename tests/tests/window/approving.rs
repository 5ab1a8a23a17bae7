//! What a clerk does to a member's account, and a manager's approval of it: with the centre in reach, then
//! with the centre killed, and all of it counts once when it is back.

use tests::counter::text;
use tests::till::{Sale, points};
use tests::window::bench::{Size, TABLET};
use tests::window::keys::ENTER;
use tests::window::{Album, Window};
use tests::{Books, Brand, Clerk, Counter, Person, Shop};

/// The tablet, held upright.
const UPRIGHT: Size = Size(800, 1280);
/// A receipt that the other counter writes while nobody hears of it.
const ELSEWHERE: &str = "AWAY-0001";
/// What is on it, and what it costs there.
const SKU: &str = "TH1001";

struct Story {
    shop: Shop,
    here: Counter,
    other: Counter,
    her: Person,
    manager: Clerk,
    /// What the other counter redeemed for her.
    redeemed: i64,
}

impl Story {
    fn begins() -> Self {
        let shop = Shop::open();
        let (here, other) = (shop.counter("一号柜台"), shop.counter("二号柜台"));
        here.settle_with(&[&other]);
        let her = shop.person();
        let done = other.patiently(&["redeem", "--member", &her.id, "--cash=100", "--bill=500"]);
        let redeemed = done["points"].as_i64().expect("points");
        here.settle_with(&[&other]);
        Self {
            manager: Brand::demo().clerk_of(&shop.store, "manager"),
            shop,
            here,
            other,
            her,
            redeemed,
        }
    }

    fn frozen(&self) -> i64 {
        let sql = "SELECT count(*) FROM account WHERE member_id = ?1 AND frozen_since IS NOT NULL";
        self.shop.centre.ledger().number(sql, [&self.her.id])
    }

    fn state_of(&self, kind: &str) -> Vec<String> {
        let sql = format!("SELECT state FROM operation WHERE kind = '{kind}'");
        Books::File(self.shop.centre.ledger()).column(&sql)
    }

    /// A check-in counts once; the manager freezes her points.
    fn with_the_centre(&self, app: &Window) {
        let before = app.points();
        app.open_more();
        app.picture("more");
        app.click("behaviour-check_in");
        app.text("behaviour-effect");
        app.picture("behaviour");
        app.click("behaviour-submit");
        app.text_where("acts-done", "the check-in", |w| w.contains("到店签到"));
        app.until("no second one today", || {
            let tile = app.attribute("behaviour-check_in", "aria-disabled");
            (tile.as_deref() == Some("true")).then_some(())
        });
        app.picture("behaviour-done");

        app.click("freeze-ask");
        app.text_where("approval-title", "what", |w| w.contains("冻结"));
        app.picture("freeze-asked");
        app.approval_for("misuse", &self.manager);
        app.tap_pin("000000");
        app.text_where("approval-error", "tries left", |w| w.contains('4'));
        app.picture("freeze-wrong-pin");
        app.give_approval(&self.manager);
        app.text_where("acts-done", "the freeze", |w| w.contains("冻结"));
        app.picture("frozen");
        app.click("drawer-close");
        app.wait_pill("in_step");
        app.until("the centre has it", || (self.frozen() == 1).then_some(()));
        app.until("the check-in has arrived", || {
            (app.points().confirmed == before.confirmed + 5).then_some(())
        });
        app.text_where("points-about", "frozen", |w| w.contains("冻结"));
        app.picture("member-frozen");
    }

    /// The other counter hears of it and spends nothing of hers.
    fn not_spent_elsewhere(&self) {
        self.other.sync();
        let redeem = [
            "redeem",
            "--member",
            &self.her.id,
            "--cash=100",
            "--bill=500",
        ];
        self.other.refused("frozen", &redeem);
    }

    /// Everything goes on alone, the manager's approval too.
    fn without_the_centre(&mut self, app: &Window) {
        self.shop.centre.kill();
        app.wait_pill("offline");
        app.open_more();
        app.click("unfreeze-ask");
        app.approval_for("asked", &self.manager);
        app.picture("unfreeze-offline");
        app.give_approval(&self.manager);
        app.text_where("acts-done", "the unfreezing", |w| w.contains("解冻"));
        app.wait_for("freeze-ask");
        app.click("extend-12");
        let to = app.text("extend-date");
        app.click("extend-ask");
        app.text_where("approval-title", "the date", |w| w.contains(&to));
        app.approval_for("goodwill", &self.manager);
        app.picture("extension-offline");
        app.give_approval(&self.manager);
        app.text_where("acts-done", "the extension", |w| w.contains(&to));
        app.click("drawer-close");
        app.text_where("points-about", "the new date", |w| !w.contains("冻结"));
    }

    /// The other counter's redemption is undone here.
    fn undo_alone(&self, app: &Window) {
        app.click("history-redeemed");
        app.click("redemption-0");
        app.text_where("redemption-needs", "why", |w| w.contains("不是本柜"));
        app.picture("redemption");
        app.click("redemption-undo");
        app.approval_for("mistake", &self.manager);
        let effect = app.text("approval-effect");
        assert!(effect.contains(&format!("+{}", self.redeemed)), "{effect}");
        app.picture("reversal-offline");
        app.give_approval(&self.manager);
        app.text("redemption-back");
        app.picture("reversal-done");
        app.click("drawer-close");
    }

    /// A receipt that only the other counter has, which nobody hears at this hour.
    fn return_of_a_receipt_elsewhere(&self, app: &Window) -> String {
        let line = format!("{SKU}*2=400.00");
        let sold = self
            .other
            .sell(&Sale::to(&self.her.id, ELSEWHERE, &[line.as_str()]));
        app.click("nav-return");
        app.write("return-receipt", ELSEWHERE);
        app.press(ENTER);
        app.wait_for("return-unknown");
        app.picture("receipt-unknown");
        app.click("return-unknown");
        app.write("sale-product", SKU);
        app.press(ENTER);
        app.wait_for("unknown-line-0");
        app.write("unknown-refund", "200");
        app.click("unknown-reason-damaged");
        app.picture("return-typed");
        app.click("unknown-ask");
        app.approval_for("", &self.manager);
        app.picture("return-approval");
        app.give_approval(&self.manager);
        app.text("unknown-done");
        app.picture("return-done");
        text(&sold["op_id"])
    }

    /// All of it waits, and counts once when it is heard.
    fn counts_once(&mut self, app: &Window) {
        app.go_sync();
        let mut waiting = app.operations("waiting");
        waiting.sort();
        assert_eq!(waiting, ["extension", "return", "reversal", "unfreeze"]);
        app.picture("waiting");
        self.shop.centre.restart();
        app.until("all but the return", || {
            (self.state_of("extension") == ["applied"] && self.state_of("reversal") == ["applied"])
                .then_some(())
        });
        assert_eq!(self.state_of("return"), ["held"], "its sale is on its way");
        self.other.sync();
        app.until("the return", || {
            (self.state_of("return") == ["applied"]).then_some(())
        });
    }
}

/// Freeze, extension, an undone redemption and the return of an unknown receipt, approved by the manager
/// online and with the centre gone.
#[test]
fn a_manager_approves_with_the_centre_and_without_it() {
    let mut story = Story::begins();
    let dir = story.shop.dir().join("window");
    let album = Album::of(TABLET, "zh-CN/approving");
    let app = Window::open(&dir, &story.here.home, TABLET, album);
    app.sign_in(&story.shop.clerk);
    app.wait_pill("in_step");
    app.open_member(&story.her);

    story.with_the_centre(&app);
    story.not_spent_elsewhere();
    story.without_the_centre(&app);
    app.resize(UPRIGHT);
    story.undo_alone(&app);
    app.resize(TABLET);
    story.return_of_a_receipt_elsewhere(&app);
    story.counts_once(&app);
    app.close();

    story.here.settle_with(&[&story.other]);
    assert_eq!(story.frozen(), 0);
    let listed = "SELECT count(*) FROM manager_list WHERE reason IN \
                  ('not_approved', 'approver_not_manager', 'over_returned', 'refund_over')";
    let ledger = story.shop.centre.ledger();
    assert_eq!(ledger.number(listed, []), 0, "all of it was approved");
    for counter in [&story.here, &story.other] {
        let shown = points(&counter.page(&story.her.id), "confirmed");
        assert_eq!(shown, ledger.points(&story.her.id));
    }
    story.shop.centre.assert_audit_clean();
}

//! While the centre is there.

use super::{Day, RECEIPT, STRANGERS_RECEIPT};
use serde_json::Value;
use tests::counter::number;
use tests::window::Window;
use tests::window::keys::{DOWN, ENTER, ESCAPE};

impl Day {
    /// The wrong PIN is told beside the pad; the right one lets her in.
    pub fn sign_in_after_a_wrong_pin(&self, app: &Window) {
        app.wait_pill("in_step");
        app.picture("sign-in");
        app.choose_clerk(&self.clerk);
        app.picture("clerk-chosen");
        let wrong: String = self
            .clerk
            .pin
            .chars()
            .map(|d| if d == '9' { '0' } else { '9' })
            .collect();
        app.tap_pin(&wrong);
        app.text("pin-error");
        app.picture("pin-wrong");
        // the right one on the key board
        app.type_slowly(&self.clerk.pin);
        app.signed_in();
        app.wait_focus("find-field");
        app.picture("find-start");
    }

    /// One letter on our own key board, the rest on a real one.
    pub fn find_her_by_initials(&self, app: &Window) {
        let initials = self.initials();
        let (first, rest) = initials.split_at(1);
        app.click(&format!("key-{first}"));
        app.until("the first letter", || {
            (app.value("find-field") == first).then_some(())
        });
        app.wait_for("hit-0");
        app.picture("find-one-letter");
        app.type_slowly(rest);
        app.until("the other letters", || {
            (app.value("find-field") == initials).then_some(())
        });
        let place = app.hit_of(&self.her);
        app.wait_gone("keyboard");
        app.picture("find-initials");
        app.press(&DOWN.repeat(usize::try_from(place).expect("few hits")));
        app.press(ENTER);
        app.is_page_of(&self.her);
    }

    /// Points and history on the screen are those that the engine says.
    pub fn her_page(&mut self, app: &Window) {
        let page = self.b.page(&self.her.id);
        let shown = app.points();
        assert_eq!(shown.confirmed, number(&page["points"]["confirmed"]));
        assert_eq!(shown.confirmed, self.her.points);
        assert_eq!(shown.pending, 0);
        self.confirmed = shown.confirmed;
        let receipts = page["history"].as_array().map_or(0, Vec::len);
        assert!(receipts > 0 && app.how_many("history-0") > 0);
        app.picture("member");
        app.click("history-0");
        app.wait_for("receipt");
        app.picture("member-receipt");
        app.press(ESCAPE);
        app.wait_gone("receipt");
        if app.has("history-all") {
            app.click("history-all");
            app.still();
            app.picture("member-history");
            app.press(ESCAPE);
            app.still();
        }
        app.click("reveal");
        app.text_where("member-name", "her whole name", |w| w == self.her.name);
        app.picture("member-revealed");
        app.click("reveal");
        app.text_where("member-name", "her name covered", |w| w.contains('*'));
    }

    /// The other pages while all is well.
    pub fn look_around_in_step(&self, app: &Window) {
        app.press("/");
        app.wait_focus("find-field");
        app.type_slowly("zzzzzz");
        app.wait_for("find-none");
        app.picture("find-nobody");
        app.press(ESCAPE);
        app.wait_gone("find-none");
        app.picture("find-recent");
        app.click("sync-pill");
        app.wait_for("sync-page");
        app.picture("sync-in-step");
        app.click("clerk-menu");
        app.wait_for("menu-language");
        app.picture("clerk-menu");
        app.press(ESCAPE);
        app.still();
    }

    /// The centre starts again; nobody touches the app.
    pub fn centre_comes_back(&mut self, app: &Window) {
        app.open_member(&self.her);
        self.shop.centre.restart();
        app.wait_pill("in_step");
        app.text_where("points-pending", "nothing on its way", |w| w == "0");
        let now = app.points();
        assert_eq!(now.confirmed, self.confirmed - self.spent + self.earned);
        app.picture("member-confirmed");
        app.go_sync();
        assert!(app.operations("waiting").is_empty());
        app.picture("sync-confirmed");
    }

    /// On the screen of this counter.
    pub fn it_counts_once(&self, app: &Window) {
        app.open_member(&self.other);
        app.picture("member-returned");
    }

    /// By the other counter's command line.
    pub fn it_counts_once_at_the_other_counter(&self) {
        self.b.sync();
        let her = self.b.page(&self.her.id);
        let expected = self.confirmed - self.spent + self.earned;
        assert_eq!(number(&her["points"]["confirmed"]), expected);
        let with = |no: &str| -> Vec<Value> {
            let history = her["history"].as_array().into_iter().flatten();
            history.filter(|r| r["no"] == no).cloned().collect()
        };
        assert_eq!(with(RECEIPT).len(), 1, "{her}");
        assert!(with(STRANGERS_RECEIPT).is_empty());
        let other = self.b.page(&self.other.id);
        let receipts = other["history"].as_array().into_iter().flatten();
        let returned: i64 = receipts
            .filter(|r| r["no"] == self.receipt["no"])
            .map(|r| number(&r["lines"][0]["returned"]))
            .sum();
        assert_eq!(returned, 1, "one piece, once");
        self.shop.centre.ledger().assert_sound();
    }
}

//! Samples are handed to a member from her page: in step, and with headquarters away. What was given is seen once by
//! another counter and at headquarters, and is off the store's stock.

use serde_json::{Value, json};
use tests::counter::text;
use tests::window::bench::TABLET;
use tests::window::keys::ESCAPE;
use tests::window::page::part;
use tests::window::{Album, Window};
use tests::{Counter, Person, Shop};

struct Sampling {
    shop: Shop,
    counter: Counter,
    her: Person,
    /// A sample that the store counts, by its reward's id.
    sample: String,
}

#[test]
fn samples_are_given_once_each_in_step_and_alone() {
    let shop = Shop::open();
    let counter = shop.counter("一号柜台");
    let other = shop.counter("二号柜台");
    let her = shop.person();
    let sample = counted(&counter.ok(&["sample", "--member", &her.id]));
    let mut story = Sampling {
        shop,
        counter,
        her,
        sample,
    };
    let before = story.stock();

    let app = Window::open(
        &story.shop.dir().join("window"),
        &story.counter.home,
        TABLET,
        Album::of(TABLET, "zh-CN/sampling"),
    );
    app.sign_in(&story.shop.clerk);
    app.wait_pill("in_step");
    app.open_member(&story.her);
    assert!(!app.has("history-samples"), "nothing was given yet");
    story.gives(&app, "trial", "confirmed");
    story.was_given(&app, 1);

    story.shop.centre.kill();
    app.wait_pill("offline");
    story.gives(&app, "care", "pending");
    story.was_given(&app, 2);

    story.shop.centre.restart();
    app.wait_pill("in_step");
    app.close();
    story.counter.settle_with(&[&other]);
    assert_eq!(story.stock(), before - 2, "each is off the stock once");
    let seen = other.page(&story.her.id);
    let reasons: Vec<String> = seen["samples"]
        .as_array()
        .expect("samples")
        .iter()
        .map(|one| text(&one["reason"]))
        .collect();
    assert_eq!(reasons, ["care", "trial"], "the latest first: {seen}");
    let kept = "SELECT count(*) FROM operation WHERE kind = 'sample_given'";
    assert_eq!(story.shop.centre.ledger().number(kept, []), 2);
    story.shop.centre.assert_audit_clean();
}

/// The first sample of which the store has several pieces.
fn counted(options: &Value) -> String {
    let counted = |one: &&Value| one["stock"].as_u64().is_some_and(|pieces| pieces > 4);
    let samples = options["samples"].as_array().expect("samples");
    let one = samples.iter().find(counted).expect("one with stock");
    text(&one["what"]["id"])
}

impl Sampling {
    /// An impatient finger gives one piece, once.
    fn gives(&self, app: &Window, reason: &str, state: &str) {
        app.open_more();
        app.click("sample-open");
        app.wait_for("sample-drawer");
        app.click(&format!("sample-{}", self.sample));
        app.click(&format!("sample-reason-{reason}"));
        app.picture(&format!("choosing-{reason}"));
        app.tap_fast("sample-give", 3);
        app.wait_for("sample-done");
        app.until("where the sample stands", || {
            let now = app.attribute("sample-state", "data-state")?;
            (now == state || (state == "pending" && now == "waiting")).then_some(())
        });
        assert!(
            self.is_in_sight(app, "sample-done"),
            "what became of it, wherever the list was"
        );
        app.picture(&format!("given-{reason}"));
        app.press(ESCAPE);
        app.wait_gone("sample-drawer");
    }

    fn was_given(&self, app: &Window, times: u64) {
        app.text_where("history-samples", "how often", |w| {
            w.contains(&times.to_string())
        });
        // right after something was done a tap means what stood there before, and does nothing
        app.until("the list of samples", || {
            if !app.has("samples-given") {
                app.click("history-samples");
            }
            app.has(&format!("sample-given-{}", times - 1))
                .then_some(())
        });
        assert!(!app.has(&format!("sample-given-{times}")));
        app.picture(&format!("list-{times}"));
        app.press(ESCAPE);
        app.wait_gone("samples-given");
    }

    fn is_in_sight(&self, app: &Window, name: &str) -> bool {
        let inside = "const box = document.querySelector(arguments[0]).getBoundingClientRect();
             const frame = document.querySelector('.drawer .body').getBoundingClientRect();
             return box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1";
        app.script(inside, vec![json!(part(name))]) == json!(true)
    }

    fn stock(&self) -> i64 {
        let sql = "SELECT pieces FROM reward_stock WHERE store_id = ?1 AND reward_id = ?2";
        let ledger = self.shop.centre.ledger();
        ledger.number(sql, [&self.shop.store, &self.sample])
    }
}

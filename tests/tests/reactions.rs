//! What a customer tells of a reaction, from the counter's shell to headquarters' list.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use tests::Shop;
use tests::counter::text;
use tests::till::Sale;

/// What a spreadsheet would run, were it let.
const NOTE: &str = "=第二天早上脸颊发烫";

#[test]
fn told_while_the_centre_is_gone_it_is_on_the_brands_list_once_and_goes_with_her() {
    let mut shop = Shop::open();
    let counter = shop.counter("一号柜台");
    let her = shop.person();
    counter.sell(&Sale::to(&her.id, "RE-1", &["TH1001=480.00"]));
    counter.settle_with(&[]);
    shop.centre.kill();
    let back = |more: &[&'static str]| {
        let words = ["return", "--receipt", "RE-1", "--reason", "reaction"];
        [&words, more].concat()
    };
    let word = counter.run(&back(&["--reaction", "sleepy"]));
    assert_eq!(word.exit, Some(2), "{}", word.stderr);
    counter.ok(&back(&[
        "--reaction",
        "redness,itching",
        "--reaction-place=face",
        "--reaction-onset=day",
        "--reaction-course=still",
        "--reaction-doctor=hospital",
        "--reaction-note",
        NOTE,
    ]));
    shop.centre.restart();
    counter.settle_with(&[]);
    counter.sync();

    let all = shop.centre.headquarters::<&str>("reactions", &[]);
    assert_eq!(all.as_array().expect("a list").len(), 1, "{all}");
    let one = &all[0];
    assert_eq!(one["class"], "serious");
    assert_eq!(one["signs"], "redness; itching");
    assert_eq!(
        (text(&one["member"]), text(&one["note"])),
        (her.id.clone(), NOTE.to_owned())
    );
    assert_eq!(
        (&one["skus"], &one["store"]),
        (&"TH1001".into(), &shop.store.as_str().into())
    );
    let day = |key: &str| text(&one[key]).parse::<chrono::NaiveDate>().unwrap();
    assert_eq!((day("report_by") - day("learned")).num_days(), 15);
    let elsewhere = shop
        .centre
        .headquarters("reactions", &["--to", "2020-01-01"]);
    assert_eq!(elsewhere, serde_json::json!([]));

    // nothing of it in what the centre or the counter logs or feeds
    let page = counter.page(&her.id).to_string();
    assert!(!page.contains("itching") && !page.contains(NOTE));

    let erased = shop.centre.headquarters("reactions", &["--erase", &her.id]);
    assert_eq!(erased["erased"], 1);
    let after = shop.centre.headquarters::<&str>("reactions", &[]);
    assert_eq!(
        (&after[0]["note"], &after[0]["member"]),
        (&"erased".into(), &"".into())
    );
    assert_eq!(
        after[0]["report_by"], one["report_by"],
        "the brand misses no date"
    );
    shop.centre.assert_audit_clean();
}

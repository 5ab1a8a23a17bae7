//! Who acts is proven, by real processes: the first sign-in on a counter, outages, a new PIN, and letting go.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use std::fs;
use tests::Shop;
use tests::till::Sale;

#[test]
fn who_has_signed_in_once_goes_on_in_an_outage_until_let_go() {
    let mut shop = Shop::open();
    let a = shop.counter("A");
    let here = || {
        let clerks = a.ok(&["clerks"]);
        let all = clerks.as_array().unwrap().iter();
        all.filter(|c| c["here"] == true).count()
    };
    assert_eq!(here(), 1, "of those who work here one has signed in");
    let manager = a.with(&tests::Brand::demo().clerk("manager"));
    let her = shop.people(1_000, 1).remove(0);
    let sale = |n: u32| Sale::to(&her.id, &format!("WHO-{n}"), &["TH1001"]).args();
    shop.centre.kill();
    a.ok(&sale(1));
    // nobody here knows the manager's PIN yet, and the words say so
    let error = manager.refused("first_sign_in_offline", &sale(2));
    assert_eq!(error["number"], "C-126");
    shop.centre.restart();
    manager.ok(&sale(2));
    assert_eq!(here(), 2);
    a.sync();
    let ledger = shop.centre.ledger();
    let proofs = "SELECT clerk_proof FROM operation WHERE kind = 'sale'";
    assert_eq!(ledger.column(proofs, []), ["proven", "proven"]);
    let listed = "SELECT reason FROM manager_list WHERE reason LIKE '%unproven'";
    assert!(ledger.column(listed, []).is_empty());

    // a new PIN: the old one opens nothing once the counter has heard of it
    let pin = shop.dir().join("pin");
    fs::write(&pin, "864209\n").unwrap();
    let file = pin.to_string_lossy();
    let id = a.clerk.id.clone();
    shop.centre
        .ok("clerks", &["change", &id, "--pin-file", &file]);
    a.sync();
    a.refused("pin_wrong", &sale(3));
    let mut anew = a.clone();
    anew.clerk.pin = "864209".to_owned();
    anew.ok(&sale(3));

    // who is let go is nobody here from the next contact on, with or without a network
    shop.centre.ok("clerks", &["disable", &id]);
    anew.sync();
    anew.refused("clerk_unknown", &sale(4));
    shop.centre.kill();
    anew.refused("clerk_unknown", &sale(4));
    manager.ok(&sale(4));
    shop.centre.restart();
    manager.sync();
    assert!(shop.centre.ledger().column(listed, []).is_empty());
    shop.centre.assert_audit_clean();
}

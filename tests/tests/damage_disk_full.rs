//! A full disk: whatever does not fit is not done, by halves least of all, and all goes on when
//! there is room again. Where nobody may mount a small disk this says so and does nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use std::fs;
use tests::counter::number;
use tests::room::Room;
use tests::till::{Sale, cash_args, points, receipts};
use tests::{Counter, Shop};

#[test]
fn a_pull_that_does_not_fit_is_taken_when_there_is_room() {
    let Some(room) = Room::of_kib(16 * 1024) else {
        return;
    };
    let shop = Shop::open();
    let elsewhere = shop.counter("B");
    let members = number(&elsewhere.status().0["members"]);
    let counter = Counter::at(&room.path().join("A"), &shop.clerk);
    let code = shop.centre.enrol_code(&shop.store, true);
    counter.enrol(&shop.centre.url(), &code, "A");
    let mut full = 0;
    for kib in [0, 32, 128, 300, 600, 900] {
        room.fill_but(kib);
        let answer = counter.run(&["sync"]);
        if answer.exit == Some(0) {
            println!("a pull fits into {kib} KiB");
            continue;
        }
        full += 1;
        assert_eq!(
            answer.code(),
            "disk_full",
            "{kib} KiB: {} {}",
            answer.json,
            answer.stderr
        );
        room.free();
        let device = counter.status().0;
        assert_eq!(device["enrolled"], true, "{kib} KiB: {device}");
        let held = number(&device["members"]);
        assert!(
            held == 0 || held == members,
            "{kib} KiB: half a pull: {device}"
        );
    }
    assert!(full > 0, "the disk was never full");
    room.free();
    counter.settle_with(&[&elsewhere]);
    assert_eq!(number(&counter.status().0["members"]), members);
    shop.centre.ledger().assert_sound();
}

#[test]
fn a_later_pull_that_does_not_fit_loses_no_change_and_no_operation() {
    let Some(room) = Room::of_kib(16 * 1024) else {
        return;
    };
    let shop = Shop::open();
    let elsewhere = shop.counter("B");
    let counter = Counter::at(&room.path().join("A"), &shop.clerk);
    let code = shop.centre.enrol_code(&shop.store, true);
    counter.enrol(&shop.centre.url(), &code, "A");
    counter.settle_with(&[&elsewhere]);
    let people = shop.people(1_000, 6);
    let mut full = 0;
    for (n, kib) in [0, 4, 12, 24, 40, 64].into_iter().enumerate() {
        // both have news for each other
        let her = &people[n];
        let no = format!("PULL-A{n}");
        let own = Sale::to(&her.id, &no, &["TH1001"]);
        counter.sell(&own);
        elsewhere.sell(&Sale::to(&her.id, &format!("PULL-B{n}"), &["TH1003"]));
        elsewhere.sync();
        let usable = counter.offline_usable(&her.id);
        room.fill_but(kib);
        let answer = counter.run(&["sync"]);
        room.free();
        if answer.exit != Some(0) {
            full += 1;
            assert_eq!(
                answer.code(),
                "disk_full",
                "{kib} KiB: {} {}",
                answer.json,
                answer.stderr
            );
        }
        assert!(
            counter.offline_usable(&her.id) >= usable,
            "{kib} KiB: an allowance went"
        );
        assert_eq!(counter.sell(&own)["exists"], true, "{kib} KiB");
    }
    assert!(full > 0, "the disk was never full");
    counter.settle_with(&[&elsewhere]);
    assert_eq!(counter.pending(), 0);
    for (n, her) in people.iter().enumerate() {
        let all = receipts(&counter.page(&her.id));
        for no in [format!("PULL-A{n}"), format!("PULL-B{n}")] {
            assert_eq!(all.iter().filter(|r| **r == no).count(), 1, "{no} {all:?}");
        }
    }
    shop.centre.assert_audit_clean();
}

#[test]
fn an_operation_that_does_not_fit_is_not_done() {
    let Some(room) = Room::of_kib(16 * 1024) else {
        return;
    };
    let mut shop = Shop::open();
    let counter = Counter::at(&room.path().join("A"), &shop.clerk);
    let code = shop.centre.enrol_code(&shop.store, true);
    counter.enrol(&shop.centre.url(), &code, "A");
    counter.settle_with(&[]);
    counter.sign_in();
    let her = shop.people(2_000, 5).pop().expect("five members");
    shop.centre.kill();
    let sale = Sale::to(&her.id, "FULL-1", &["TH1001"]).paid_by(100).args();
    let cash = cash_args(&her.id, 100, "300");
    let back = {
        counter.sell(&Sale::to(&her.id, "FULL-0", &["TH1003"]));
        ["return", "--receipt", "FULL-0"]
            .map(str::to_owned)
            .to_vec()
    };
    let before = counter.page(&her.id);
    let (mut full, mut done) = (0, [false; 3]);
    for kib in [0, 4, 8, 16, 32, 40, 48, 64] {
        for (n, args) in [&sale, &cash, &back].into_iter().enumerate() {
            if done[n] {
                continue;
            }
            room.fill_but(kib);
            let answer = counter.run(args);
            room.free();
            if answer.exit == Some(0) {
                println!("{} fits into {kib} KiB", args[0]);
                done[n] = true;
                continue;
            }
            full += 1;
            assert_eq!(
                answer.code(),
                "disk_full",
                "{kib} KiB: {args:?}: {} {}",
                answer.json,
                answer.stderr
            );
            if done == [false; 3] {
                let after = counter.page(&her.id);
                assert_eq!(after, before, "{kib} KiB: half of {args:?}");
                assert_eq!(counter.pending(), 1);
            }
        }
    }
    assert!(full > 0, "the disk was never full");
    for (n, args) in [&sale, &cash, &back].into_iter().enumerate() {
        if !done[n] {
            counter.ok(args);
        }
    }
    assert_eq!(counter.pending(), 4);
    shop.centre.restart();
    counter.settle_with(&[]);
    let page = counter.page(&her.id);
    let ledger = shop.centre.ledger();
    ledger.assert_sound();
    assert_eq!(points(&page, "confirmed"), ledger.points(&her.id), "{page}");
    for no in ["FULL-0", "FULL-1"] {
        let times = receipts(&page).iter().filter(|r| *r == no).count();
        assert_eq!(times, 1, "{no} in {page}");
    }
}

#[test]
fn a_counter_opens_on_a_full_disk_only_to_say_so() {
    let Some(room) = Room::of_kib(4 * 1024) else {
        return;
    };
    let shop = Shop::open();
    let counter = Counter::at(&room.path().join("A"), &shop.clerk);
    let code = shop.centre.enrol_code(&shop.store, true);
    let url = shop.centre.url();
    for kib in [0, 4, 40, 120] {
        room.fill_but(kib);
        let answer = counter.run(&["enrol", "--centre", &url, "--code", &code]);
        assert_eq!(answer.exit, Some(1), "{kib} KiB: {}", answer.json);
        assert!(
            ["disk_full", "key_unusable", "home_unusable"].contains(&answer.code()),
            "{kib} KiB: {} {}",
            answer.json,
            answer.stderr
        );
        room.free();
    }
    let names: Vec<_> = fs::read_dir(&counter.home)
        .map(|dir| dir.filter_map(Result::ok).map(|e| e.file_name()).collect())
        .unwrap_or_default();
    println!("what is there: {names:?}");
    assert_eq!(counter.status().0["enrolled"], false);
    let second = shop.centre.enrol_code(&shop.store, true);
    counter.enrol(&url, &second, "A");
}

#[test]
fn a_full_disk_is_said_and_takes_nothing_half() {
    let Some(room) = Room::of_kib(16 * 1024) else {
        return;
    };
    let shop = Shop::open();
    let counter = Counter::at(&room.path().join("A"), &shop.clerk);
    let code = shop.centre.enrol_code(&shop.store, true);
    counter.enrol(&shop.centre.url(), &code, "A");
    counter.settle_with(&[]);
    let her = shop.people(2_000, 5).pop().expect("five members");
    let before = counter.page(&her.id);
    room.fill_but(0);
    // a shell signs in anew each time, and neither a wrong PIN nor who looked could be written down
    counter.refused("disk_full", &["show", &her.id]);
    counter.refused("disk_full", &["find", &her.phone]);
    counter.refused("disk_full", &["sync"]);
    let (device, page) = counter.status();
    assert_eq!(device["sync"]["problem"], "disk_full", "{device}");
    assert_eq!(page["state"]["kind"], "attention", "{page}");
    counter.refused(
        "disk_full",
        &Sale::to(&her.id, "FULL-9", &["TH1001"]).args(),
    );
    room.free();
    assert_eq!(counter.page(&her.id), before);
    assert_eq!(
        counter.sell(&Sale::to(&her.id, "FULL-9", &["TH1001"]))["exists"],
        false
    );
    counter.settle_with(&[]);
    assert_eq!(counter.pending(), 0);
}

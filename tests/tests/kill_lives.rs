//! Power cuts where a life of an outbox begins or ends: an epoch that begins, a report to a restored
//! centre, a fork that is resolved, a write-off, a damaged outbox that is moved aside. Each is done whole or
//! not at all, and doing it again ends where one quiet try would have.
//!
//! `COUNTERPART_KILL_ROUNDS` and `COUNTERPART_KILL_SEED` as for `kill.rs`; an eighth of the rounds here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use serde_json::Value;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tests::copies::{flip, remove_beside};
use tests::counter::text;
use tests::dice::Dice;
use tests::till::{Sale, points};
use tests::{Books, Counter, Person, Shop, process};

fn rounds() -> usize {
    let given = std::env::var("COUNTERPART_KILL_ROUNDS").ok();
    let all: usize = given.and_then(|n| n.parse().ok()).unwrap_or(40);
    all.div_ceil(8)
}

struct Bench {
    shop: Shop,
    a: Counter,
    her: Person,
    dice: Dice,
    /// How long a contact takes here and now: kills are spread over it.
    span: Duration,
    told: Vec<Value>,
}

fn bench() -> Bench {
    let shop = Shop::open();
    let a = shop.counter("A");
    let her = shop.person();
    a.settle_with(&[]);
    let begun = Instant::now();
    a.sync();
    Bench {
        span: begun.elapsed() * 3 / 2,
        dice: Dice::of("COUNTERPART_KILL_SEED"),
        told: Vec::new(),
        shop,
        a,
        her,
    }
}

impl Bench {
    fn sell(&mut self, receipt: &str) {
        let sale = Sale::to(&self.her.id, receipt, &["TH1001"]);
        self.told.push(self.a.sell(&sale));
    }

    /// A contact in which the counter or the centre is killed.
    fn cut_contact(&mut self) {
        let mut child = self.a.command(&["sync"]).spawn().expect("counter starts");
        std::thread::sleep(self.dice.moment(self.span));
        if self.dice.below(2) == 0 {
            self.shop.centre.kill();
        } else {
            // it may have ended by itself: then this is as if the cut came later
            let _ = child.kill();
        }
        process::output_of(child, "a contact that was cut");
        if !self.shop.centre.runs() {
            self.shop.centre.restart();
        }
    }

    /// A command of the centre that is killed.
    fn cut_command(&mut self, mut command: Command) {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("central starts");
        std::thread::sleep(self.dice.moment(self.span));
        // as above
        let _ = child.kill();
        process::output_of(child, "a command that was cut");
    }

    /// In the end all that was said to be done has counted once and cost nobody anything.
    #[track_caller]
    fn settled(&self) {
        self.a.settle_with(&[]);
        assert_eq!((self.a.pending(), self.a.problem()), (0, String::new()));
        self.shop.centre.assert_audit_clean();
        let books = Books::File(self.shop.centre.ledger());
        let applied = books.applied();
        for done in &self.told {
            assert_eq!(applied.get(&text(&done["op_id"])), Some(&1), "{done}");
        }
        assert_eq!(books.losses(), 0);
        // as the centre counted: a counter shows points by the tier that it knows
        let outcomes = books.column(&format!(
            "SELECT outcome FROM operation WHERE member_id = '{0}' AND state = 'applied'
             UNION ALL
             SELECT outcome FROM quarantined WHERE member_id = '{0}' AND state = 'applied'",
            self.her.id
        ));
        let earned = outcomes.iter().map(|text| {
            let outcome: Value = serde_json::from_str(text).expect("an outcome");
            outcome["earned"].as_i64().unwrap_or(0)
        });
        let expected = self.her.points + earned.sum::<i64>();
        assert_eq!(books.points(&self.her.id), expected);
        let page = self.a.page(&self.her.id);
        assert_eq!(points(&page, "confirmed"), expected, "{page}");
        let device = self.shop.centre.device_id("A");
        let epoch = books.number(&format!("SELECT epoch FROM device WHERE id = '{device}'"));
        let epoch = u32::try_from(epoch).expect("an epoch");
        assert_eq!(
            points(&page, "offline_usable"),
            books.held(&device, Some(epoch), &self.her.id),
            "{page}"
        );
    }
}

#[test]
fn an_epoch_that_begins_is_cut_anywhere() {
    let mut b = bench();
    for round in 0..rounds() {
        let older = b.a.copied("older");
        b.sell(&format!("EPOCH-{round}"));
        b.a.sync();
        b.a.put_back(&older);
        b.cut_contact();
        b.cut_contact();
        // a sale before it has heard that it is an older copy would be a fork
        b.a.sync();
        b.sell(&format!("AFTER-{round}"));
        b.settled();
    }
}

#[test]
fn a_report_to_a_restored_centre_is_cut_anywhere() {
    let mut b = bench();
    for round in 0..rounds() {
        let backup = b.shop.centre.backup();
        b.sell(&format!("FORGOT-{round}"));
        b.a.settle_with(&[]);
        b.shop.centre.stop();
        b.shop.centre.put_back(&backup);
        if b.dice.below(2) == 0 {
            b.shop.centre.headquarters::<&str>("restored", &[]);
        }
        b.shop.centre.restart();
        b.cut_contact();
        b.cut_contact();
        b.settled();
    }
}

#[test]
fn a_fork_that_is_resolved_or_written_off_is_cut_anywhere() {
    let mut b = bench();
    for round in 0..rounds() {
        let older = b.a.copied("older");
        b.sell(&format!("MAIN-{round}"));
        b.a.sync();
        b.a.put_back(&older);
        b.sell(&format!("COPY-{round}"));
        b.a.sync();
        assert_eq!(b.a.problem(), "quarantined");
        let what = ["resolve", "write-off"][round % 2];
        let device = b.shop.centre.device_id("A");
        for _ in 0..2 {
            let command = b.shop.centre.command_of("devices", &[what, &device]);
            b.cut_command(command);
        }
        // whole or not at all: once more, where it is still to be done
        if b.shop.centre.device("A")["standing"] == "quarantined" {
            b.shop.centre.device_done(what, "A");
        }
        b.settled();
    }
}

#[test]
fn an_outbox_that_is_moved_aside_is_cut_anywhere() {
    let mut b = bench();
    for round in 0..rounds() {
        b.sell(&format!("ASIDE-{round}"));
        b.a.sync();
        let outbox = b.a.file("outbox.db");
        remove_beside(&outbox);
        flip(&outbox, 0, 4_096);
        for _ in 0..3 {
            let words = ["outbox", "move-aside"];
            let mut child = b.a.command(&words).spawn().expect("counter starts");
            std::thread::sleep(b.dice.moment(b.span));
            // it may have ended by itself: then this is as if the cut came later
            let _ = child.kill();
            process::output_of(child, "a move that was cut");
        }
        let status = b.a.run(&["status"]);
        if status.exit != Some(0) {
            assert_eq!(status.code(), "outbox_damaged", "{}", status.json);
            b.a.ok(&["outbox", "move-aside"]);
        }
        b.sell(&format!("ANEW-{round}"));
        b.settled();
    }
}

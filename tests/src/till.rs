//! What a clerk does, as words of the command line.

use crate::counter::{number, text};
use crate::relay::{Mode, Relay};
use crate::{Answer, Counter};
use serde_json::Value;
use std::ffi::OsStr;

/// A sale to be recorded.
#[derive(Debug, Clone)]
pub struct Sale<'a> {
    /// `--member`, `--phone` or `--code`, and whose.
    pub who: (&'a str, &'a str),
    /// Receipt number.
    pub receipt: &'a str,
    /// Lines as they are typed.
    pub lines: &'a [&'a str],
    /// Points that pay part of it.
    pub points: i64,
}

impl<'a> Sale<'a> {
    /// A sale to a member that is held here.
    pub fn to(member: &'a str, receipt: &'a str, lines: &'a [&'a str]) -> Self {
        Self {
            who: ("--member", member),
            receipt,
            lines,
            points: 0,
        }
    }

    /// The same, paid in part by points.
    #[must_use]
    pub fn paid_by(mut self, points: i64) -> Self {
        self.points = points;
        self
    }

    /// The same for a phone number.
    #[must_use]
    pub fn phone(mut self) -> Self {
        self.who.0 = "--phone";
        self
    }

    /// The same for a scanned code.
    #[must_use]
    pub fn code(mut self) -> Self {
        self.who.0 = "--code";
        self
    }

    /// The words of the command line.
    pub fn args(&self) -> Vec<String> {
        let mut args: Vec<String> = ["sell", self.who.0, self.who.1, "--receipt", self.receipt]
            .map(str::to_owned)
            .to_vec();
        for line in self.lines {
            args.extend(["--line".to_owned(), (*line).to_owned()]);
        }
        if self.points != 0 {
            args.extend([format!("--points={}", self.points)]);
        }
        args
    }
}

impl Counter {
    /// Records a sale.
    ///
    /// # Panics
    /// Where that is refused.
    #[track_caller]
    pub fn sell(&self, sale: &Sale<'_>) -> Value {
        self.ok(&sale.args())
    }

    /// Redeems pieces of a reward.
    ///
    /// # Panics
    /// Where that is refused.
    #[track_caller]
    pub fn reward(&self, member: &str, reward: &str) -> Value {
        self.ok(&["redeem", "--member", member, "--reward", reward])
    }

    /// Turns points into money off a bill.
    ///
    /// # Panics
    /// Where that is refused.
    #[track_caller]
    pub fn cash(&self, member: &str, points: i64, bill: &str) -> Value {
        self.ok(&cash_args(member, points, bill))
    }

    /// Does what may need an answer of the centre within the clerk's short wait; again where this
    /// machine was too slow for that.
    ///
    /// # Panics
    /// Where it is refused.
    #[track_caller]
    pub fn patiently<S: AsRef<OsStr>>(&self, args: &[S]) -> Value {
        let answer = self.not_slow(args);
        assert_eq!(answer.exit, Some(0), "{} {}", answer.json, answer.stderr);
        answer.json
    }

    /// What must be refused by this code for this reason; asked again where this machine was too slow
    /// for an answer of the centre.
    ///
    /// # Panics
    /// Where it is not.
    #[track_caller]
    pub fn refused_for<S: AsRef<OsStr>>(&self, code: &str, reason: &str, args: &[S]) -> Value {
        let answer = self.not_slow(args);
        let error = answer.json["error"].clone();
        assert_eq!(
            (answer.code(), error["reason"].as_str()),
            (code, Some(reason)),
            "{} {}",
            answer.json,
            answer.stderr
        );
        error
    }

    fn not_slow<S: AsRef<OsStr>>(&self, args: &[S]) -> Answer {
        let mut answer = self.run(args);
        for _ in 0..20 {
            if answer.json["error"]["reason"] != "slow" {
                break;
            }
            answer = self.run(args);
        }
        answer
    }

    /// Asks for all of a member's points and does not spend them: the answer of the centre is lost on the
    /// way, and asked for again when nobody waits for it.
    ///
    /// # Panics
    /// Where the centre was not asked.
    #[track_caller]
    pub fn hold_all(&self, relay: &Relay, member: &str) {
        let all = points(&self.page(member), "confirmed") / 100 * 100;
        relay.set(Mode::LoseReply("/v1/grant"));
        self.refused("offline_limit", &cash_args(member, all, "9999999"));
        assert!(relay.met() > 0, "the centre was not asked");
        relay.set(Mode::Pass);
        self.sync();
    }

    /// What is in the way of its sync, as its screens say; empty where nothing is.
    ///
    /// # Panics
    /// Where its files cannot be read.
    #[track_caller]
    pub fn problem(&self) -> String {
        let (_, page) = self.status();
        let problem = page["state"]["problem"].as_str();
        problem.unwrap_or_default().to_owned()
    }

    /// Syncs until nothing moves any more.
    ///
    /// # Panics
    /// Where that does not come.
    #[track_caller]
    pub fn settle_with(&self, others: &[&Self]) {
        for _ in 0..10 {
            let mut moved = 0;
            for counter in std::iter::once(&self).chain(others) {
                let report = counter.sync();
                moved += ["pushed", "pulled", "grants", "released"]
                    .map(|what| number(&report[what]))
                    .iter()
                    .sum::<i64>();
            }
            if moved == 0 {
                return;
            }
        }
        panic!("the counters never come to rest");
    }
}

/// The words of a reward.
pub fn reward_args(member: &str, reward: &str) -> Vec<String> {
    ["redeem", "--member", member, "--reward", reward]
        .map(str::to_owned)
        .to_vec()
}

/// The words of money off a bill.
pub fn cash_args(member: &str, points: i64, bill: &str) -> Vec<String> {
    let (cash, bill) = (format!("--cash={points}"), format!("--bill={bill}"));
    ["redeem", "--member", member, &cash, &bill]
        .map(str::to_owned)
        .to_vec()
}

/// Numbers of the receipts on a member's page, as they stand there.
///
/// # Panics
/// Where it is no page.
pub fn receipts(page: &Value) -> Vec<String> {
    page["history"]
        .as_array()
        .unwrap_or_else(|| panic!("no history in {page}"))
        .iter()
        .map(|r| text(&r["no"]))
        .collect()
}

/// The points of a page by name: `confirmed`, `offline_usable`, ….
///
/// # Panics
/// Where there are none.
#[track_caller]
pub fn points(page: &Value, which: &str) -> i64 {
    number(&page["points"][which])
}

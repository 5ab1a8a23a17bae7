//! What commands had said when they were killed, and what of it is at the centre in the end.

use crate::counter::text;
use crate::{Counter, process};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// What a killed command had said by then.
#[derive(Debug)]
pub enum Said {
    /// It was done.
    Done(Value),
    /// The limit or the points did not suffice.
    Refused,
    /// It was cut before.
    Nothing,
}

impl Said {
    /// Of what a command printed.
    ///
    /// # Panics
    /// Where it is a refusal that nothing explains.
    pub fn of(stdout: &[u8]) -> Self {
        match serde_json::from_slice::<Value>(stdout) {
            Ok(done) if done["op_id"].is_string() => Self::Done(done),
            Ok(refused) => {
                let code = refused["error"]["code"].as_str().unwrap_or_default();
                let explained = ["offline_limit", "not_enough_points", "reward_out_of_stock"];
                assert!(explained.contains(&code), "{refused}");
                Self::Refused
            }
            Err(_) => Self::Nothing,
        }
    }
}

/// Starts a command and kills it at a moment.
///
/// # Panics
/// Where it cannot be started, or was refused for a reason that nothing explains.
pub fn killed(counter: &Counter, args: &[String], after: Duration) -> Said {
    let mut child = counter.command(args).spawn().expect("counter starts");
    std::thread::sleep(after);
    // it may have ended by itself: then this is as if the cut came later
    let _ = child.kill();
    let output = process::output_of(child, "a killed counter");
    Said::of(&output.stdout)
}

/// What was acknowledged, by operation id.
#[derive(Debug, Default)]
pub struct Acknowledged(pub BTreeMap<String, Value>);

impl Acknowledged {
    /// Keeps what a command said that was done.
    ///
    /// # Panics
    /// Where one id stands for two receipts.
    pub fn note(&mut self, done: Value) {
        let id = text(&done["op_id"]);
        if let Some(before) = self.0.get(&id) {
            assert_eq!(
                before["receipt"], done["receipt"],
                "one id for two receipts"
            );
        }
        self.0.insert(id, done);
    }
}

//! What headquarters does by the centre's command line, whether the centre serves or not.

use crate::{Answer, Centre, counter, process};
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

impl Centre {
    /// Runs `central COMMAND WORDS… --json` on its database to the end, whatever that is.
    ///
    /// # Panics
    /// Where it hangs.
    pub fn central<S: AsRef<OsStr>>(&self, command: &str, words: &[S]) -> Answer {
        Answer::of(&process::output(&mut self.command_of(command, words)))
    }

    /// The same, not started.
    pub fn command_of<S: AsRef<OsStr>>(&self, command: &str, words: &[S]) -> Command {
        let mut run = self.command(command);
        run.arg("--json").args(words);
        run
    }

    /// A store counts the pieces of a reward no more: it never runs out.
    ///
    /// # Panics
    /// Where the centre does not take it.
    #[track_caller]
    pub fn has_enough(&self, store: &str, reward: &str) {
        let mut rewards = self.command("rewards");
        rewards.args(["stock", store, reward, "none"]);
        let said = process::output(&mut rewards);
        assert!(said.status.success(), "{said:?}");
    }

    /// Runs it; it must succeed. Answers what it printed.
    ///
    /// # Panics
    /// Where it does not.
    #[track_caller]
    pub fn headquarters<S: AsRef<OsStr>>(&self, command: &str, words: &[S]) -> Value {
        let answer = self.central(command, words);
        assert_eq!(
            answer.exit,
            Some(0),
            "central {command}: {} {}",
            answer.json,
            answer.stderr
        );
        answer.json
    }

    /// The rows that a table holds on a member, opened, as `central members export` writes them for her.
    ///
    /// # Panics
    /// Where there is no such member, or nothing of that table is written of her.
    #[track_caller]
    pub fn held_on(&self, member: &str, table: &str) -> Vec<Value> {
        let dir = tempfile::tempdir().expect("a folder");
        let to = dir.path().to_string_lossy();
        let said = self.headquarters("members", &["export", member, "--dir", &to]);
        let files = said["files"].as_array().expect("files").iter();
        let all = files
            .filter_map(Value::as_str)
            .find(|f| f.ends_with(".json"))
            .expect("her data as JSON");
        let all = fs::read(all).expect("her data");
        let all: Value = serde_json::from_slice(&all).expect("JSON");
        let sections = all["sections"].as_array().expect("sections");
        let of = sections.iter().find(|s| s["table"] == table);
        let rows = of.and_then(|s| s["rows"].as_array());
        rows.unwrap_or_else(|| panic!("{table}: {all}")).clone()
    }

    /// The books hold, as `central audit` says.
    ///
    /// # Panics
    /// Naming what does not.
    #[track_caller]
    pub fn assert_audit_clean(&self) {
        let answer = self.central::<&str>("audit", &[]);
        let broken: Vec<&Value> = answer.json["checks"]
            .as_array()
            .map(|checks| checks.iter().filter(|c| c["count"] != 0).collect())
            .unwrap_or_default();
        assert_eq!(
            answer.exit,
            Some(0),
            "the audit: {broken:?} {}",
            answer.stderr
        );
        assert_eq!(answer.json["clean"], true, "{}", answer.json);
    }

    /// How the device of this name stands, with what is kept of it.
    ///
    /// # Panics
    /// Where there is none.
    #[track_caller]
    pub fn device(&self, name: &str) -> Value {
        let all = self.headquarters("devices", &["list"]);
        let id = all
            .as_array()
            .and_then(|all| all.iter().find(|d| d["name"] == name))
            .map(|d| counter::text(&d["device"]))
            .unwrap_or_else(|| panic!("no device {name} in {all}"));
        self.headquarters("devices", &["show", &id])
    }

    /// The id of the device of this name.
    ///
    /// # Panics
    /// Where there is none.
    #[track_caller]
    pub fn device_id(&self, name: &str) -> String {
        counter::text(&self.device(name)["device"])
    }

    /// Does something about the device of this name: `resolve`, `write-off` or `revoke`.
    ///
    /// # Panics
    /// Where that fails.
    #[track_caller]
    pub fn device_done(&self, what: &str, name: &str) -> Value {
        self.headquarters("devices", &[what, &self.device_id(name)])
    }

    /// Gives a member a coupon.
    ///
    /// # Panics
    /// Where that fails.
    #[track_caller]
    pub fn give_coupon(&self, member: &str, coupon: &Value) {
        let file = self.data().join("coupon.json");
        fs::create_dir_all(self.data()).expect("the centre's folder");
        fs::write(&file, coupon.to_string()).expect("a coupon in a file");
        let words = [
            OsStr::new("give"),
            OsStr::new("--member"),
            OsStr::new(member),
            OsStr::new("--file"),
            file.as_os_str(),
        ];
        self.headquarters("coupons", &words);
    }

    /// A backup of its database, taken while it may be in use.
    ///
    /// # Panics
    /// Where it cannot be written, or the database is not a file.
    pub fn backup(&self) -> PathBuf {
        let file = self.data().with_file_name("backup.db");
        // one from before is of no use any more
        let _ = fs::remove_file(&file);
        self.ledger().copy_to(&file);
        file
    }

    /// Puts a backup in the place of its database. It must not run.
    ///
    /// # Panics
    /// Where it runs, or files cannot be written.
    pub fn put_back(&self, backup: &Path) {
        assert!(!self.runs(), "the centre runs");
        for tail in ["", "-wal", "-shm"] {
            // after a clean end only the first is there
            let _ = fs::remove_file(self.data().join(format!("central.db{tail}")));
        }
        fs::copy(backup, self.data().join("central.db")).expect("the backup put back");
    }
}

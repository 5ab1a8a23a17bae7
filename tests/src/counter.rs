//! The `counter` command line as a process.

use crate::programs::Build;
use crate::wall::Wall;
use crate::{Clerk, process};
use serde_json::Value;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// One counter: a data folder and who stands at it.
#[derive(Debug, Clone)]
pub struct Counter {
    /// Its data folder.
    pub home: PathBuf,
    /// Who signs in.
    pub clerk: Clerk,
    /// What its processes are given beside that, a wrong wall clock for example.
    pub env: Vec<(OsString, OsString)>,
    /// Which build of the program it runs.
    pub build: Build,
}

/// What a command answered.
#[derive(Debug)]
pub struct Answer {
    /// Exit code; none where a signal ended it.
    pub exit: Option<i32>,
    /// Standard output as JSON; null where it is none.
    pub json: Value,
    /// Standard error.
    pub stderr: String,
}

impl Answer {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            exit: output.status.code(),
            json: serde_json::from_slice(&output.stdout).unwrap_or(Value::Null),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The stable code of the refusal; empty where there was none.
    pub fn code(&self) -> &str {
        self.json["error"]["code"].as_str().unwrap_or_default()
    }
}

impl Counter {
    /// A counter with this folder, whether it is there or not.
    pub fn at(home: &Path, clerk: &Clerk) -> Self {
        Self {
            home: home.to_owned(),
            clerk: clerk.clone(),
            env: Vec::new(),
            build: Build::This,
        }
    }

    /// The same counter with another build of its program.
    #[must_use]
    pub fn of(&self, build: Build) -> Self {
        Self {
            build,
            ..self.clone()
        }
    }

    /// The same counter with somebody else at it.
    #[must_use]
    pub fn with(&self, clerk: &Clerk) -> Self {
        Self {
            clerk: clerk.clone(),
            ..self.clone()
        }
    }

    /// The same counter by these clocks.
    #[must_use]
    pub fn by(&self, wall: &Wall) -> Self {
        Self {
            env: wall.env(),
            ..self.clone()
        }
    }

    /// The command, not started.
    pub fn command<S: AsRef<OsStr>>(&self, args: &[S]) -> Command {
        let mut command = Command::new(self.build.program("counter"));
        command
            .arg("--home")
            .arg(&self.home)
            .arg("--json")
            .args(args)
            .env("COUNTER_CLERK", &self.clerk.id)
            .env("COUNTER_PIN", &self.clerk.pin)
            .env("COUNTERPART_INSECURE_KEY_FILE", "1")
            .env_remove("COUNTERPART_HOME")
            .env_remove("RUST_LOG")
            .envs(self.env.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end, whatever that is.
    ///
    /// # Panics
    /// Where it hangs.
    pub fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> Answer {
        let answer = Answer::of(&process::output(&mut self.command(args)));
        if answer.code() != "presence_needed" {
            return answer;
        }
        // she is asked for the last digits of her number, and says them
        let mut args: Vec<OsString> = args.iter().map(|arg| arg.as_ref().to_owned()).collect();
        let named = args.iter().position(|arg| arg == "--member");
        let Some(member) = named.and_then(|at| args.get(at + 1)) else {
            return answer;
        };
        let page = self.ok(&[OsStr::new("show"), member.as_os_str()]);
        let phone = page["masked_phone"].as_str().unwrap_or_default();
        let said = last_four(phone);
        args.extend(["--last-four".into(), said.into()]);
        Answer::of(&process::output(&mut self.command(&args)))
    }

    /// Runs a command that must succeed and answers what it printed.
    ///
    /// # Panics
    /// Where it does not.
    #[track_caller]
    pub fn ok<S: AsRef<OsStr>>(&self, args: &[S]) -> Value {
        let answer = self.run(args);
        assert_eq!(
            answer.exit,
            Some(0),
            "{:?}: {} {}",
            words(args),
            answer.json,
            answer.stderr
        );
        answer.json
    }

    /// Runs a command that must be refused with this code; answers the error with its details.
    ///
    /// # Panics
    /// Where it is not, or something else is in the way.
    #[track_caller]
    pub fn refused<S: AsRef<OsStr>>(&self, code: &str, args: &[S]) -> Value {
        let answer = self.run(args);
        assert_eq!(
            (answer.exit, answer.code()),
            (Some(1), code),
            "{:?}: {} {}",
            words(args),
            answer.json,
            answer.stderr
        );
        assert!(
            !answer.stderr.contains("panicked"),
            "{:?}: {}",
            words(args),
            answer.stderr
        );
        answer.json["error"].clone()
    }

    /// Enrols at an address.
    ///
    /// # Panics
    /// Where that fails.
    #[track_caller]
    pub fn enrol(&self, centre: &str, code: &str, name: &str) -> Value {
        self.ok(&["enrol", "--centre", centre, "--code", code, "--name", name])
    }

    /// Signs its clerk in, after a first contact: later ones need no network. A build that knows no such command checks the
    /// PIN by itself.
    ///
    /// # Panics
    /// Where that fails.
    #[track_caller]
    pub fn sign_in(&self) {
        match self.build {
            Build::This => {
                self.ok(&["sign-in"]);
            }
            Build::Other => {
                self.run(&["sign-in"]);
            }
        }
    }

    /// One whole contact.
    ///
    /// # Panics
    /// Where that fails.
    #[track_caller]
    pub fn sync(&self) -> Value {
        self.ok(&["sync"])
    }

    /// A member's page, by id, number or phone.
    ///
    /// # Panics
    /// Where she is not held here.
    #[track_caller]
    pub fn page(&self, member: &str) -> Value {
        self.ok(&["show", member])
    }

    /// Device and sync page.
    ///
    /// # Panics
    /// Where the files cannot be read.
    #[track_caller]
    pub fn status(&self) -> (Value, Value) {
        let both = self.ok(&["status"]);
        (both[0].clone(), both[1].clone())
    }

    /// Operations that the centre has not confirmed.
    ///
    /// # Panics
    /// Where the files cannot be read.
    #[track_caller]
    pub fn pending(&self) -> u64 {
        let (_, page) = self.status();
        page["state"]["pending"]
            .as_u64()
            .unwrap_or_else(|| panic!("no number of pending operations in {page}"))
    }

    /// Points possible offline for a member.
    ///
    /// # Panics
    /// Where she is not held here.
    #[track_caller]
    pub fn offline_usable(&self, member: &str) -> i64 {
        number(&self.page(member)["points"]["offline_usable"])
    }
}

fn words<S: AsRef<OsStr>>(args: &[S]) -> Vec<String> {
    args.iter()
        .map(|a| a.as_ref().to_string_lossy().into_owned())
        .collect()
}

/// A whole number in an answer.
///
/// # Panics
/// Where it is none.
#[track_caller]
pub fn number(value: &Value) -> i64 {
    value
        .as_i64()
        .unwrap_or_else(|| panic!("{value} is not a whole number"))
}

/// Words of an answer.
///
/// # Panics
/// Where it is none.
#[track_caller]
pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is not text"))
        .to_owned()
}

/// The last four digits of a masked number.
fn last_four(phone: &str) -> String {
    phone
        .chars()
        .skip(phone.chars().count().saturating_sub(4))
        .collect()
}

//! What was found, and what to do about it.

use serde::Serialize;

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// As it should be.
    Good,
    /// Soon it is not.
    Soon,
    /// It is not.
    Bad,
}

/// What was found of one thing.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Found {
    /// Which thing.
    pub(super) what: &'static str,
    /// How it is.
    pub(super) state: State,
    /// What was found, in a sentence.
    pub(super) said: String,
    /// What to do; empty where nothing is.
    pub(super) todo: String,
}

impl Found {
    pub(super) fn good(what: &'static str, said: impl Into<String>) -> Self {
        Self {
            what,
            state: State::Good,
            said: said.into(),
            todo: String::new(),
        }
    }

    pub(super) fn soon(what: &'static str, said: impl Into<String>, todo: &str) -> Self {
        Self {
            what,
            state: State::Soon,
            said: said.into(),
            todo: todo.to_owned(),
        }
    }

    pub(super) fn bad(what: &'static str, said: impl Into<String>, todo: &str) -> Self {
        Self {
            what,
            state: State::Bad,
            said: said.into(),
            todo: todo.to_owned(),
        }
    }

    /// A line for people, with what to do below it.
    pub(super) fn words(&self) -> String {
        let mark = match self.state {
            State::Good => "ok  ",
            State::Soon => "soon",
            State::Bad => "BAD ",
        };
        let mut said = format!("{mark}  {:<12} {}\n", self.what, self.said);
        if !self.todo.is_empty() {
            said.push_str(&format!("                    → {}\n", self.todo));
        }
        said
    }
}

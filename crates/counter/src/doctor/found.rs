//! What was found.

use crate::view::SlipLanguage;
use serde::Serialize;

/// All that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Examined {
    /// What is wrong first, then what soon is, then what is well.
    pub findings: Vec<Finding>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Finding {
    /// Which.
    pub part: Part,
    /// How it is.
    pub state: State,
    /// What was found.
    pub said: Words,
    /// What to do; empty where nothing is.
    pub todo: Words,
    /// Stable number of an error, to say on the telephone; empty where there is none.
    pub number: String,
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename = "ExaminedPart", rename_all = "snake_case")]
pub enum Part {
    /// The program and the system.
    Program,
    /// The folder with the counter's files.
    Folder,
    /// The keys of its files.
    Keys,
    /// Whether the device is enrolled, and may go on.
    Device,
    /// The way to the centre.
    Centre,
    /// What it recorded and has not delivered.
    Work,
    /// Its clock.
    Clock,
    /// The room on its disk.
    Disk,
    /// Its printer.
    Printer,
    /// New versions.
    Update,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename = "ExaminedState", rename_all = "snake_case")]
pub enum State {
    /// It keeps somebody from working.
    Bad,
    /// It will.
    Soon,
    /// It is well.
    Good,
}

/// Words in both languages of the shops.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename = "BothLanguages")]
pub struct Words {
    /// 简体中文
    pub zh: String,
    /// English
    pub en: String,
}

impl Words {
    /// Both.
    pub(super) fn of(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// In one language.
    #[must_use]
    pub fn of_language(&self, language: SlipLanguage) -> &str {
        match language {
            SlipLanguage::Zh => &self.zh,
            SlipLanguage::En => &self.en,
        }
    }
}

impl Finding {
    pub(super) fn good(part: Part, said: Words) -> Self {
        Self {
            part,
            state: State::Good,
            said,
            todo: Words::default(),
            number: String::new(),
        }
    }

    pub(super) fn soon(part: Part, said: Words, todo: Words) -> Self {
        Self {
            state: State::Soon,
            todo,
            ..Self::good(part, said)
        }
    }

    pub(super) fn bad(part: Part, said: Words, todo: Words) -> Self {
        Self {
            state: State::Bad,
            todo,
            ..Self::good(part, said)
        }
    }

    pub(super) fn numbered(mut self, number: &str) -> Self {
        number.clone_into(&mut self.number);
        self
    }
}

impl Examined {
    pub(super) fn of(mut findings: Vec<Finding>) -> Self {
        // what is wrong first; else in the order of looking
        findings.sort_by_key(|found| found.state);
        Self { findings }
    }

    /// Whether nothing keeps anybody from working.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.findings.iter().all(|found| found.state != State::Bad)
    }

    /// All of it for a terminal.
    #[must_use]
    pub fn words(&self, language: SlipLanguage) -> String {
        let mut said = String::new();
        for found in &self.findings {
            let mark = match found.state {
                State::Bad => "✗",
                State::Soon => "!",
                State::Good => "✓",
            };
            said.push_str(mark);
            said.push(' ');
            said.push_str(found.said.of_language(language));
            if !found.number.is_empty() {
                said.push_str(&format!(" ({})", found.number));
            }
            said.push('\n');
            let todo = found.todo.of_language(language);
            if !todo.is_empty() {
                said.push_str("  → ");
                said.push_str(todo);
                said.push('\n');
            }
        }
        said.trim_end().to_owned()
    }
}

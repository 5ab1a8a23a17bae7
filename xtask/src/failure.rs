//! Why a task ended early.

use std::fmt;

/// What every task gives back.
pub type Outcome<T = ()> = Result<T, Failure>;

/// Why a task ended early.
#[derive(Debug)]
pub enum Failure {
    /// Ctrl-C, or the signal to end.
    Stopped,
    /// Something went wrong that has been told already.
    Told,
    /// Something went wrong; the text is for the person at the command line.
    Because(String),
}

impl Failure {
    /// A failure with this text.
    pub fn because(text: impl Into<String>) -> Self {
        Self::Because(text.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped => f.write_str("stopped"),
            Self::Told => Ok(()),
            Self::Because(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Failure {}

/// Says what was being done when it failed.
pub trait Doing<T> {
    /// Turns an error into a failure that starts with what was being done.
    fn doing(self, what: impl fmt::Display) -> Outcome<T>;
}

impl<T, E: fmt::Display> Doing<T> for Result<T, E> {
    fn doing(self, what: impl fmt::Display) -> Outcome<T> {
        self.map_err(|error| Failure::Because(format!("{what}: {error}")))
    }
}

//! Whoever sends short messages, and what comes of one.

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;

use crate::message::{Kind, Message};

/// A message on its way.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// To which mobile number: 11 digits.
    pub to: &'a str,
    /// Whose message it is, as its recipient knows the brand.
    pub brand: &'a str,
    /// What it says.
    pub message: &'a Message,
    /// Our own name for it, by which the provider's report is found again: letters, digits and dashes, at most 64.
    pub id: &'a str,
}

/// Why a message did not go out, or may not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SmsError {
    /// There is no template for messages of this kind.
    #[error("no template for {0}")]
    NoTemplate(Kind),
    /// The provider said no: nothing was sent.
    #[error("the provider refused it: {0}")]
    Refused(String),
    /// Nothing left this machine.
    #[error("the provider cannot be reached: {0}")]
    Unreached(String),
    /// It was handed over, or may have been, and no answer came that says which.
    #[error("no answer from the provider: {0}")]
    Unanswered(String),
}

/// What a provider knows of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// Nothing: it was never handed over, or is not in its records yet.
    Nothing,
    /// It has it, and the phone has not said that it came.
    OnItsWay,
    /// The phone has it.
    Delivered,
    /// It could not be delivered; the provider's word for why.
    Failed(String),
}

/// A way to send short messages.
pub trait SmsSender: Send + Sync + std::fmt::Debug {
    /// Hands a message over.
    fn send<'a>(&'a self, out: &'a Outgoing<'a>) -> BoxFuture<'a, Result<(), SmsError>>;

    /// What the provider knows of a message that was handed over at `since` or after it.
    fn report<'a>(
        &'a self,
        out: &'a Outgoing<'a>,
        since: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Report, SmsError>>;

    /// Whether it sends messages of this kind at all.
    fn says(&self, kind: Kind) -> bool;
}

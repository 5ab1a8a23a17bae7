//! Tokens and nonces of this process: by them a request counts once.

use super::answer::Answer;
use crate::clock::Moment;
use crate::error::Result;
use crate::lock::lock;
use chrono::{DateTime, Utc};
use protocol::Epoch;
use protocol::attestation::Attested;
use protocol::token::Rotated;
use std::fs::File;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Mutex as AsyncMutex;
use uuid::Uuid;

/// What is kept of tokens beyond this process.
pub(crate) trait Words: Send + Sync {
    /// Begins to ask for one, and writes that down; none while another process of this device asks.
    fn begin(&self) -> Result<Option<Asking>>;
    /// Keeps what the centre said about how often it was asked.
    fn keep(&self, rotated: Option<&Attested<Rotated>>) -> Result<()>;
    /// Whether the centre ever gave one.
    fn has_had_one(&self) -> Result<bool>;
}

/// How a token is asked for.
pub(crate) struct Asking {
    /// The life of the outbox.
    pub(crate) epoch: Epoch,
    /// The centre's newest word about that life.
    pub(crate) rotated: Option<Attested<Rotated>>,
    /// Names the asking.
    pub(crate) request: Uuid,
    /// Whether it was begun before, and its answer not heard: a copy of this folder may have begun the same.
    pub(crate) again: bool,
    /// Held until the answer is kept.
    pub(crate) _turn: File,
}

/// Tokens and nonces of this process.
pub(super) struct Tokens {
    pub(super) words: Arc<dyn Words>,
    now: Mutex<Now>,
    /// One asks, the others wait.
    pub(super) asking: AsyncMutex<()>,
}

#[derive(Default)]
struct Now {
    /// The centre is of a build that gives none.
    none_there: bool,
    token: Option<Token>,
    nonce: Option<Nonce>,
}

struct Token {
    text: Arc<str>,
    since: Moment,
    holds: Duration,
}

#[derive(Clone)]
struct Nonce {
    text: String,
    time: DateTime<Utc>,
    since: Moment,
}

/// What there is for a request now.
pub(super) enum Standing {
    /// This token.
    Token(Arc<str>),
    /// The centre gives none.
    NoneThere,
    /// One is to be asked for.
    Ask,
}

impl Tokens {
    pub(super) fn new(words: Arc<dyn Words>) -> Self {
        Self {
            words,
            now: Mutex::default(),
            asking: AsyncMutex::new(()),
        }
    }

    pub(super) fn standing(&self) -> Standing {
        let now = lock(&self.now);
        if now.none_there {
            return Standing::NoneThere;
        }
        let token = now.token.as_ref();
        match token.filter(|token| token.since.elapsed() < token.holds) {
            Some(token) => Standing::Token(token.text.clone()),
            None => Standing::Ask,
        }
    }

    /// Takes a token that holds for so long.
    pub(super) fn take(&self, text: &str, holds: Duration) {
        lock(&self.now).token = Some(Token {
            text: text.into(),
            since: Moment::now(),
            // the last tenth is for the way
            holds: holds.mul_f32(0.9),
        });
    }

    /// A token that the centre takes no more.
    pub(super) fn drop_token(&self, text: &str) {
        let mut now = lock(&self.now);
        if now.token.as_ref().is_some_and(|own| &*own.text == text) {
            now.token = None;
        }
    }

    /// Whether the centre gives tokens at all.
    pub(super) fn set_none_there(&self, none: bool) {
        lock(&self.now).none_there = none;
    }

    /// Hears the nonce of an answer, and the centre's time.
    pub(super) fn hear(&self, answer: &Answer) {
        let time = answer.time.and_then(DateTime::from_timestamp_millis);
        if let (Some(text), Some(time)) = (&answer.nonce, time) {
            lock(&self.now).nonce = Some(Nonce {
                text: text.clone(),
                time,
                since: Moment::now(),
            });
        }
    }

    /// The nonce for the next proof, and the centre's time; before the first, no nonce and a time that means nothing.
    pub(super) fn nonce(&self) -> (Option<String>, DateTime<Utc>) {
        let nonce = lock(&self.now).nonce.clone();
        match nonce {
            Some(nonce) => (Some(nonce.text), nonce.time + nonce.since.elapsed()),
            None => (None, DateTime::UNIX_EPOCH),
        }
    }
}

//! Sending short messages.
//!
//! No provider can be reached from a test bench, so the one implementation here writes the
//! message down: to a file, or to the log with the number masked. A brand's provider is another
//! implementation of [`SmsSender`].

use std::future::Future;
use std::io::Write;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use centre_store::files;

/// Why a message was not sent.
#[derive(Debug, thiserror::Error)]
#[error("the message could not be sent: {0}")]
pub struct SmsError(pub String);

/// A way to send a short message.
pub trait SmsSender: Send + Sync + std::fmt::Debug {
    /// Sends a text to an 11-digit number.
    fn send<'a>(
        &'a self,
        phone: &'a str,
        text: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<(), SmsError>> + Send + 'a>>;
}

/// Writes messages down instead of sending them.
#[derive(Debug, Default)]
pub struct LogSms {
    /// One JSON object per line; none = the log.
    outbox: Option<Mutex<PathBuf>>,
}

impl LogSms {
    /// Writes to a file, or to the log where there is none.
    pub fn new(outbox: Option<PathBuf>) -> Self {
        Self {
            outbox: outbox.map(Mutex::new),
        }
    }

    /// Whether messages can be written down: the file is made where it is missing.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn check(&self) -> std::io::Result<()> {
        let Some(path) = &self.outbox else {
            return Ok(());
        };
        let path = path.lock().unwrap_or_else(PoisonError::into_inner);
        files::append(&path).map(drop)
    }

    fn write(&self, phone: &str, text: &str) -> Result<(), SmsError> {
        let Some(path) = &self.outbox else {
            tracing::warn!(to = %masked(phone), text, "no SMS provider: the message stands here");
            return Ok(());
        };
        let path = path.lock().unwrap_or_else(PoisonError::into_inner);
        let line = serde_json::json!({ "phone": phone, "text": text });
        files::append(&path)
            .and_then(|mut file| writeln!(file, "{line}"))
            .map_err(|e| SmsError(format!("{}: {e}", path.display())))
    }
}

impl SmsSender for LogSms {
    fn send<'a>(
        &'a self,
        phone: &'a str,
        text: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<(), SmsError>> + Send + 'a>> {
        Box::pin(async move { self.write(phone, text) })
    }
}

/// A number as a log may show it.
fn masked(phone: &str) -> String {
    let head: String = phone.chars().take(3).collect();
    let tail: String = phone.chars().skip(7).collect();
    format!("{head}****{tail}")
}

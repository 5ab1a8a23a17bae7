//! `central sms`: whether the short message provider is set up as it should be.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use sms::{Delivery, Message, Outgoing, Patience, Provider, SmsSender};

use crate::cli::CommandError;
use centre_store::{boxed, files};
use identity::MobileNumber;

/// What `central sms` is told.
#[derive(Debug, Clone, Args)]
pub struct SmsArgs {
    /// The provider's settings
    #[arg(long, value_name = "FILE", env = "CENTRAL_SMS_PROVIDER")]
    pub sms_provider: PathBuf,
    /// Send a code that proves nothing to this number, to see that it comes
    #[arg(long, value_name = "NUMBER")]
    pub to: String,
    /// How the brand is called
    #[arg(long, default_value = "")]
    pub brand: String,
}

/// Reads a provider's settings and makes the way to it.
///
/// # Errors
/// Where the file cannot be read or says what cannot be used.
pub(super) fn provider(file: &Path) -> Result<Box<dyn SmsSender>, CommandError> {
    // one way of TLS for the whole program; where there is one already, it is this
    let _ = rustls::crypto::ring::default_provider().install_default();
    // whoever else could read it is shut out, with a warning
    files::shut(file);
    let failed = |why: String| {
        CommandError::Failed(format!(
            "the SMS provider's settings {}: {why}",
            file.display()
        ))
    };
    let document = std::fs::read(file).map_err(|e| failed(e.to_string()))?;
    Provider::read(&document)
        .and_then(Provider::sender)
        .map_err(|e| failed(e.to_string()))
}

/// Sends one message and says what became of it.
///
/// # Errors
/// Where the settings or the number are none, or the message did not go out.
#[boxed]
pub async fn run(args: &SmsArgs) -> Result<(), CommandError> {
    let sender = provider(&args.sms_provider)?;
    let to = MobileNumber::parse(&args.to)
        .map_err(|_| CommandError::Usage("--to takes a mobile number of 11 digits".to_owned()))?;
    let message = Message::JoiningCode {
        code: "000000".to_owned(),
    };
    let id = uuid::Uuid::now_v7().to_string();
    let out = Outgoing {
        to: to.as_str(),
        brand: &args.brand,
        message: &message,
        id: &id,
    };
    let said = match sms::deliver(sender.as_ref(), &out, &Patience::default()).await {
        Ok(Delivery::Sent) => "the provider has it",
        Ok(Delivery::Unknown) => "the provider does not say whether it has it",
        Err(e) => return Err(CommandError::Failed(e.to_string())),
    };
    writeln!(std::io::stdout(), "{said}")?;
    Ok(())
}

//! What is asked of whoever sits there and not shown; with nobody there, the next line of standard input.

use crate::error::{Error, Result};
use crate::keys::KeyAccess;
use std::io::{BufRead, IsTerminal};
use std::path::Path;
use zeroize::Zeroizing;

/// Asks for a secret.
pub(super) fn secret(words: &str) -> Result<Zeroizing<String>> {
    let input = std::io::stdin();
    let answer = if input.is_terminal() {
        rpassword::prompt_password(words).map(Zeroizing::new)
    } else {
        let mut line = Zeroizing::new(String::new());
        let read = input.lock().read_line(&mut line);
        read.map(|_| Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
    };
    answer.map_err(Error::home(Path::new("standard input")))
}

/// Opens something by the keys, asking for the manager's passphrase where one is needed.
pub(super) fn with_keys<T>(
    access: &KeyAccess,
    mut open: impl FnMut(&KeyAccess) -> Result<T>,
) -> Result<T> {
    match open(access) {
        Err(Error::PassphraseNeeded) => {
            let said = given(
                secret("The manager's passphrase: ")?,
                Error::PassphraseNeeded,
            )?;
            open(&access.clone().with_passphrase(&said))
        }
        Err(e @ Error::PassphraseChoose { .. }) => {
            let words = format!("{e}.\nA new passphrase: ");
            let said = given(secret(&words)?, e)?;
            // whoever types it blindly types it twice
            if std::io::stdin().is_terminal() && *secret("Once more: ")? != *said {
                return Err(Error::PassphraseWrong);
            }
            open(&access.clone().with_passphrase(&said))
        }
        other => other,
    }
}

/// What was given, unless nothing was.
fn given(said: Zeroizing<String>, else_error: Error) -> Result<Zeroizing<String>> {
    if said.trim().is_empty() {
        Err(else_error)
    } else {
        Ok(said)
    }
}

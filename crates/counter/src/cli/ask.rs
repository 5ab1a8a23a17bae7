//! What is asked of whoever sits there and not shown; with nobody there, the next line of standard input.

use crate::error::{Error, Result};
use crate::keys::KeyAccess;
use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;
use zeroize::Zeroizing;

/// Asks for a secret.
pub(super) fn secret(words: &str) -> Result<Zeroizing<String>> {
    let input = std::io::stdin();
    let asked = input.is_terminal();
    let read = || {
        let mut line = Zeroizing::new(String::new());
        input.lock().read_line(&mut line)?;
        Ok(Zeroizing::new(
            line.trim_end_matches(['\r', '\n']).to_owned(),
        ))
    };
    let answer = if asked {
        prompt(words);
        unseen(read)
    } else {
        read()
    };
    answer.map_err(Error::home(Path::new("standard input")))
}

fn prompt(words: &str) {
    let mut out = std::io::stderr().lock();
    // whoever closed it is not there to read it
    let _ = write!(out, "{words}").and_then(|()| out.flush());
}

/// Reads from the terminal without showing what is typed.
#[cfg(unix)]
fn unseen<T>(read: impl FnOnce() -> std::io::Result<T>) -> std::io::Result<T> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    let input = std::io::stdin();
    let Ok(shown) = tcgetattr(&input) else {
        return read();
    };
    let mut hidden = shown.clone();
    hidden.local_modes &= !LocalModes::ECHO;
    tcsetattr(&input, OptionalActions::Flush, &hidden)?;
    let answer = read();
    tcsetattr(&input, OptionalActions::Now, &shown)?;
    prompt("\n");
    answer
}

/// A terminal there shows what is typed.
#[cfg(not(unix))]
fn unseen<T>(read: impl FnOnce() -> std::io::Result<T>) -> std::io::Result<T> {
    read()
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

//! `central check`: whether the service has what it needs: database, keys, time, disk, certificate, jobs, backup.

mod asked;
mod found;
mod looks;

use crate::cli::{CommandError, say};
pub use asked::CheckArgs;
use centre_store::boxed;
use found::{Found, State};

/// Looks at everything, and says what it found and what to do.
///
/// # Errors
/// Where something is not as it must be: what was found is printed first.
#[boxed]
pub async fn run(args: &CheckArgs) -> Result<(), CommandError> {
    let mut all: Vec<Found> = looks::files(args);
    let opened = args
        .database
        .with(async |centre| Ok(looks::database(centre, args).await))
        .await;
    match opened {
        Ok(found) => all.extend(found),
        Err(error) => all.push(Found::bad(
            "database",
            error.to_string(),
            "see that the address is right, the server runs, and the key's file is there",
        )),
    }
    say(args.json, &all, || all.iter().map(Found::words).collect())?;
    let bad = all.iter().filter(|f| f.state == State::Bad).count();
    if bad > 0 {
        return Err(CommandError::Failed(format!(
            "{bad} things are not as they must be"
        )));
    }
    Ok(())
}

//! Whether an audit can be made at all.

use crate::cli::{CommandError, DatabaseArgs};

/// Nothing is known of the books then: not the same end as books that do not hold.
pub(super) fn not_asked(error: impl std::fmt::Display) -> CommandError {
    CommandError::Usage(format!("the audit could not be made: {error}"))
}

/// Opening would make a database where there is none, and an empty one is always in order.
pub(super) fn there(database: &DatabaseArgs) -> Result<(), CommandError> {
    let file = match &database.database {
        None => database.data.join("central.db"),
        Some(url) => {
            let Some(path) = url.strip_prefix("sqlite:") else {
                return Ok(());
            };
            let path = path.trim_start_matches("//");
            path.split('?').next().unwrap_or(path).into()
        }
    };
    if file.exists() {
        return Ok(());
    }
    Err(CommandError::Usage(format!(
        "there is no database at {}",
        file.display()
    )))
}

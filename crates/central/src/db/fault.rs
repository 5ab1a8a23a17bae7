//! What kind of trouble a database error is: whether trying again helps.

use sea_orm::sqlx::Error as SqlxError;
use sea_orm::sqlx::postgres::PgDatabaseError;
use sea_orm::{DbErr, RuntimeErr};

/// Kinds of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Another transaction was in the way, and this one was given up whole: the same again does
    /// it.
    Conflict,
    /// The connection was lost or could not be had. Where that was during a commit, nobody knows
    /// whether it was made: only what may be done twice is to be tried again.
    Lost,
    /// Anything else: the same again would fail again.
    Other,
}

/// SQLSTATE codes of transactions that were in each other's way: failed serialization, deadlock,
/// a lock that was not to be had in time, and two that wrote the same key at the same moment.
const CONFLICTS: [&str; 4] = ["40001", "40P01", "55P03", "23505"];
/// Beginnings of codes that say that the server goes away, comes up, is full, has become a standby,
/// or has ended this session.
const LOST: [&str; 7] = ["08", "57P01", "57P02", "57P03", "53300", "25006", "25P03"];

/// The kind of an error.
pub fn of(error: &DbErr) -> Fault {
    match error {
        DbErr::ConnectionAcquire(_) => Fault::Lost,
        DbErr::Conn(RuntimeErr::SqlxError(e))
        | DbErr::Exec(RuntimeErr::SqlxError(e))
        | DbErr::Query(RuntimeErr::SqlxError(e)) => of_driver(e),
        _ => Fault::Other,
    }
}

fn of_driver(error: &SqlxError) -> Fault {
    match error {
        SqlxError::Io(_)
        | SqlxError::Tls(_)
        | SqlxError::Protocol(_)
        | SqlxError::PoolTimedOut
        | SqlxError::PoolClosed
        | SqlxError::WorkerCrashed => Fault::Lost,
        SqlxError::Database(told) => told
            .try_downcast_ref::<PgDatabaseError>()
            .map_or(Fault::Other, |told| of_code(told.code())),
        _ => Fault::Other,
    }
}

fn of_code(code: &str) -> Fault {
    if CONFLICTS.contains(&code) {
        Fault::Conflict
    } else if LOST.iter().any(|start| code.starts_with(start)) {
        Fault::Lost
    } else {
        Fault::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_say_whether_to_try_again() {
        for code in ["40001", "40P01", "55P03", "23505"] {
            assert_eq!(of_code(code), Fault::Conflict, "{code}");
        }
        for code in ["08006", "57P01", "57P03", "53300", "25006"] {
            assert_eq!(of_code(code), Fault::Lost, "{code}");
        }
        for code in ["23503", "23514", "42P01", "57014", "22001"] {
            assert_eq!(of_code(code), Fault::Other, "{code}");
        }
        assert_eq!(of(&DbErr::Custom("no".to_owned())), Fault::Other);
        let lost = SqlxError::PoolTimedOut;
        let lost = DbErr::Conn(RuntimeErr::SqlxError(lost.into()));
        assert_eq!(of(&lost), Fault::Lost);
    }
}

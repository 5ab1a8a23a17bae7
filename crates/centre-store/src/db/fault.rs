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
    /// The connection was lost. Where that was during a commit, nobody knows
    /// whether it was made: only what may be done twice is to be tried again.
    Lost,
    /// No connection or lock was to be had in time: who asked waited long enough.
    Busy,
    /// Anything else: the same again would fail again.
    Other,
}

/// SQLSTATE codes of transactions that were in each other's way: failed serialization, deadlock,
/// and two that wrote the same key at the same moment.
const CONFLICTS: [&str; 3] = ["40001", "40P01", "23505"];
/// Beginnings of codes that say that the server goes away, comes up, has become a standby, or has
/// ended this session.
const LOST: [&str; 6] = ["08", "57P01", "57P02", "57P03", "25006", "25P03"];
/// Codes of a lock that was not to be had in time, and of a server that takes no more connections.
const BUSY: [&str; 2] = ["55P03", "53300"];

/// The kind of an error.
pub fn of(error: &DbErr) -> Fault {
    match error {
        DbErr::ConnectionAcquire(_) => Fault::Busy,
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
        | SqlxError::PoolClosed
        | SqlxError::WorkerCrashed => Fault::Lost,
        SqlxError::PoolTimedOut => Fault::Busy,
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
    } else if BUSY.contains(&code) {
        Fault::Busy
    } else {
        Fault::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_say_whether_to_try_again() {
        for code in ["40001", "40P01", "23505"] {
            assert_eq!(of_code(code), Fault::Conflict, "{code}");
        }
        for code in ["08006", "57P01", "57P03", "25006"] {
            assert_eq!(of_code(code), Fault::Lost, "{code}");
        }
        for code in ["55P03", "53300"] {
            assert_eq!(of_code(code), Fault::Busy, "{code}");
        }
        for code in ["23503", "23514", "42P01", "57014", "22001"] {
            assert_eq!(of_code(code), Fault::Other, "{code}");
        }
        assert_eq!(of(&DbErr::Custom("no".to_owned())), Fault::Other);
        let in_time = SqlxError::PoolTimedOut;
        let in_time = DbErr::Conn(RuntimeErr::SqlxError(in_time.into()));
        assert_eq!(of(&in_time), Fault::Busy);
    }
}

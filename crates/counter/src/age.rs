//! Whether a database and the log beside it are of one age.
//!
//! SQLite takes whatever log lies beside a database for its own. Where one of the two was put back alone, a
//! mixture of both would be read, and written down at the next checkpoint. So each commit counts itself in the
//! database: what the file alone has counted must lie between what the log began from (what both together have
//! counted, less the commits in the log) and what both together have counted.

use crate::home::FileKey;
use crate::read_only::{self, log_of};
use rusqlite::Connection;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

/// Bytes of a log's header, and of each frame's.
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// Looks at files that another process may be writing.
const LOOKS: u32 = 4;

/// What is said of a pair that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misfit(pub(crate) String);

/// What the file alone has counted, looked at before it was opened with its log; none where there is no log.
pub(crate) struct Before(Option<i64>);

/// How a database counts its commits: a statement that reads the count, nothing where there is none yet.
pub(crate) type Count = fn(&Connection) -> rusqlite::Result<i64>;

/// Looks at the file alone, where there is a log beside it. To be called before this process opens the file.
pub(crate) fn before(path: &Path, key: &FileKey, count: Count) -> Before {
    if !log_of(path).metadata().is_ok_and(|log| log.len() > 0) {
        return Before(None);
    }
    // one that cannot be read alone is told by whoever opens it
    Before(
        read_only::connect(path, key)
            .and_then(|conn| count(&conn))
            .ok(),
    )
}

/// Holds a database that was opened with its log against what was seen before.
///
/// # Errors
/// [`Misfit`], in words; the caller closes the connection without a checkpoint.
pub(crate) fn check(
    conn: &Connection,
    path: &Path,
    key: &FileKey,
    mut before: Before,
    count: Count,
) -> Result<(), Misfit> {
    for look in 1..=LOOKS {
        let Some(alone) = before.0 else {
            return Ok(());
        };
        // what cannot be read is told by the reading
        let Ok(whole) = count(conn) else {
            return Err(misfit(path, "they cannot be read together"));
        };
        match commits(&log_of(path)) {
            Ok(commits) if (whole - commits..=whole).contains(&alone) => return Ok(()),
            Ok(_) if look < LOOKS => {
                // another process may have gone on in between
                std::thread::sleep(Duration::from_millis(20));
                before = self::before(path, key, count);
            }
            Ok(_) if alone < whole => return Err(misfit(path, "the database is older")),
            Ok(_) => return Err(misfit(path, "the log is older")),
            Err(why) => return Err(misfit(path, &why)),
        }
    }
    Ok(())
}

fn misfit(path: &Path, why: &str) -> Misfit {
    Misfit(format!(
        "{} and the log beside it ({}) are not of one age: {why}",
        path.display(),
        log_of(path).display()
    ))
}

/// Commits that a log holds.
fn commits(path: &Path) -> Result<i64, String> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        Err(e) => return Err(format!("the log cannot be read: {e}")),
    };
    let mut header = [0u8; LOG_HEADER];
    if file.read_exact(&mut header).is_err() {
        // it was begun and no more
        return Ok(0);
    }
    let word = |at: usize| -> u32 {
        let bytes = header.get(at..at + 4).and_then(|b| b.try_into().ok());
        bytes.map_or(0, u32::from_be_bytes)
    };
    // the magic number says in which order checksums are read
    if word(0) & !1 != 0x377f_0682 {
        return Err("the log is not a log of SQLite".to_owned());
    }
    let page = i64::from(word(8));
    let salts = header.get(16..24).unwrap_or_default().to_vec();
    let mut frame = [0u8; FRAME_HEADER];
    let mut found = 0;
    while file.read_exact(&mut frame).is_ok() {
        // what a restarted log has not written over yet is of before
        if frame.get(8..16) != Some(&*salts) {
            break;
        }
        if frame.get(4..8) != Some(&[0; 4]) {
            found += 1;
        }
        if file.seek(SeekFrom::Current(page)).is_err() {
            break;
        }
    }
    Ok(found)
}

//! CSV files that go out: people open them in a spreadsheet, which would run a cell that looks like a formula. And
//! files beside those that are there: nothing that was written before is written over.

use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A cell that a spreadsheet shows and does not run: where it begins as a formula does, an apostrophe stands before
/// it. [`original`] undoes it.
pub fn safe(cell: &str) -> Cow<'_, str> {
    if runs(cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// The cell that [`safe`] was given.
pub fn original(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(inside) if runs(inside) => inside,
        _ => cell,
    }
}

/// Whether a spreadsheet may take it for a formula. Apostrophes before it change nothing here, so that what was made
/// safe can be told from what had its apostrophe before.
fn runs(cell: &str) -> bool {
    let bare = cell.trim_start_matches('\'');
    if bare.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    bare.chars()
        .find(|c| *c != '\'' && !identity::text::is_blank(*c) && !identity::text::is_invisible(*c))
        .is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '−'))
}

/// Writes a file of this name where there is none; else one with a number behind its name. One that has the same
/// content already is left as it is. Where it was written.
///
/// # Errors
/// Where nothing can be written; what was begun is removed.
pub fn write_beside(folder: &Path, stem: &str, ending: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    let mut number = 1_u32;
    loop {
        let name = match number {
            1 => format!("{stem}.{ending}"),
            n => format!("{stem}-{n}.{ending}"),
        };
        let path = folder.join(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => {
                return match fill(file, bytes) {
                    Ok(()) => Ok(path),
                    Err(error) => {
                        // a part of it would pass for the whole
                        let _ = std::fs::remove_file(&path);
                        Err(error)
                    }
                };
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if std::fs::read(&path).is_ok_and(|there| there == bytes) {
                    return Ok(path);
                }
                number = number.saturating_add(1);
            }
            Err(error) => return Err(error),
        }
    }
}

/// Writes a file that is not there yet, for its owner alone. A link of that name is not followed.
///
/// # Errors
/// Where something is there, or it cannot be written; what was begun is removed.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = fill(options.open(path)?, bytes);
    if written.is_err() {
        // a part of it would pass for the whole
        let _ = std::fs::remove_file(path);
    }
    written
}

fn fill(mut file: File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_looks_like_a_formula_is_shown_as_it_is() {
        for cell in [
            "=1+1",
            "+86 138",
            "-9.90",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "\n=x",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            " =1",
            "\u{200B}=1",
            "'=1",
            "''@x",
            "-",
        ] {
            assert!(safe(cell).starts_with('\''), "{cell:?}");
        }
        for cell in ["", "a=1", "13800005678", "'0013", "'", "价格", "1-2", "a@b"] {
            assert_eq!(safe(cell), cell);
        }
    }

    #[test]
    fn nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let write = |bytes: &[u8]| write_beside(folder.path(), "a.rejects", "csv", bytes).unwrap();
        assert_eq!(write(b"one"), folder.path().join("a.rejects.csv"));
        assert_eq!(write(b"two"), folder.path().join("a.rejects-2.csv"));
        assert_eq!(write(b"one"), folder.path().join("a.rejects.csv"));
        assert_eq!(write(b"two"), folder.path().join("a.rejects-2.csv"));
        assert_eq!(write(b"three"), folder.path().join("a.rejects-3.csv"));
        assert_eq!(
            std::fs::read(folder.path().join("a.rejects.csv")).unwrap(),
            b"one"
        );
        assert!(write_beside(&folder.path().join("none"), "a", "csv", b"").is_err());
    }

    proptest! {
        #[test]
        fn the_original_comes_back(cell in "['=+\\-@\t\r\n ＝\u{200B}a1]{0,6}|\\PC{0,12}") {
            let out = safe(&cell);
            prop_assert_eq!(original(&out), cell.as_str());
            // and what goes out does not begin as a formula, whatever stands before it
            prop_assert!(!out.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']));
        }
    }
}

//! CSV files that go out: people open them in a spreadsheet, which would run a cell that looks like a formula. And
//! files beside those that are there: nothing that was written before is written over.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use centre_store::files;
use loyalty::{Money, Points};

/// A cell of a sheet: what people wrote, or a figure of ours. There is no third kind, so that nothing goes out that
/// was not looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell<'a> {
    /// A text, whatever is in it.
    Text(Cow<'a, str>),
    /// A number, written so that a spreadsheet reckons with it.
    Number(String),
}

impl<'a> Cell<'a> {
    /// As it stands on a screen, where nothing runs.
    pub fn shown(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => Cow::Owned(number),
        }
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

/// A number stays one, below zero too.
macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl From<$number> for Cell<'_> {
            fn from(number: $number) -> Self {
                Self::Number(number.to_string())
            }
        }
    )+};
}
numbers!(i64, u64, usize, u32, Money, Points);

/// A CSV file in the making: the one way in which cells go out.
#[derive(Debug)]
pub struct Sheet(csv::Writer<Vec<u8>>);

impl Sheet {
    /// An empty one.
    pub fn new() -> Self {
        Self::after(Vec::new())
    }

    /// One that begins with the mark by which spreadsheets know that it is UTF-8 and show Chinese.
    pub fn marked() -> Self {
        Self::after(b"\xEF\xBB\xBF".to_vec())
    }

    fn after(bytes: Vec<u8>) -> Self {
        // rows that were read with too many fields go out with as many
        let mut writer = csv::WriterBuilder::new();
        Self(writer.flexible(true).from_writer(bytes))
    }

    /// Writes a row.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn row<'a>(
        &mut self,
        cells: impl IntoIterator<Item = impl Into<Cell<'a>>>,
    ) -> io::Result<()> {
        for cell in cells {
            match cell.into() {
                Cell::Text(text) => self.0.write_field(safe(&text).as_bytes())?,
                Cell::Number(number) => self.0.write_field(number)?,
            }
        }
        Ok(self.0.write_record(None::<&[u8]>)?)
    }

    /// All that was written.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn bytes(self) -> io::Result<Vec<u8>> {
        self.0.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

impl Default for Sheet {
    fn default() -> Self {
        Self::new()
    }
}

/// A cell that a spreadsheet shows and does not run: where it begins as a formula does, an apostrophe stands before
/// it. [`original`] undoes it.
fn safe(cell: &str) -> Cow<'_, str> {
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
pub fn runs(cell: &str) -> bool {
    let bare = cell.trim_start_matches('\'');
    if bare.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    bare.chars()
        .find(|c| *c != '\'' && !identity::text::is_blank(*c) && !identity::text::is_invisible(*c))
        .is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '−'))
}

/// Writes a file of this name where there is none; else one with a number behind its name. One that has the same
/// content already is left as it is. Where it was written. What a link leads to is not touched: a link counts as a
/// file that is there.
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
        match files::create(&path) {
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
                if files::read(&path).is_ok_and(|there| there == bytes) {
                    return Ok(path);
                }
                number = number.saturating_add(1);
            }
            Err(error) => return Err(error),
        }
    }
}

/// Writes a file that is not there.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`]; where nothing can be written: what was begun is removed.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = files::create(path)?;
    fill(file, bytes).inspect_err(|_| {
        // a part of it would pass for the whole
        let _ = std::fs::remove_file(path);
    })
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

    #[test]
    fn where_a_link_leads_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let theirs = folder.path().join("theirs");
        std::fs::write(&theirs, "one").unwrap();
        std::os::unix::fs::symlink(&theirs, folder.path().join("a.csv")).unwrap();
        std::os::unix::fs::symlink("nowhere", folder.path().join("a-2.csv")).unwrap();
        let at = write_beside(folder.path(), "a", "csv", b"one").unwrap();
        assert_eq!(at, folder.path().join("a-3.csv"));
        assert!(write_new(&folder.path().join("a.csv"), b"two").is_err());
        assert_eq!(std::fs::read(&theirs).unwrap(), b"one");
        assert!(!folder.path().join("nowhere").exists());
    }

    #[test]
    fn numbers_stay_numbers() {
        let mut sheet = Sheet::new();
        let cells: [Cell<'_>; 5] = [
            Money::from_fen(-500).into(),
            Points(-3).into(),
            0_u64.into(),
            "-5.00".into(),
            "卡".into(),
        ];
        sheet.row(cells).unwrap();
        assert_eq!(sheet.bytes().unwrap(), "-5.00,-3,0,'-5.00,卡\n".as_bytes());
    }

    proptest! {
        #[test]
        fn no_cell_of_a_sheet_runs(
            rows in proptest::collection::vec(
                proptest::collection::vec("['=+\\-@\t\r\n ＝＋－＠\u{200B}\",;a1]{0,6}|\\PC{0,12}", 1..6),
                1..5,
            ),
            marked in any::<bool>(),
        ) {
            let mut sheet = if marked { Sheet::marked() } else { Sheet::new() };
            for row in &rows {
                sheet.row(row).unwrap();
            }
            let bytes = sheet.bytes().unwrap();
            let text = std::str::from_utf8(&bytes).unwrap();
            let read = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(text.trim_start_matches('\u{FEFF}').as_bytes())
                .into_records()
                .map(Result::unwrap)
                .collect::<Vec<_>>();
            prop_assert_eq!(read.len(), rows.len());
            for (record, row) in read.iter().zip(&rows) {
                prop_assert_eq!(record.len(), row.len());
                for (cell, was) in record.iter().zip(row) {
                    prop_assert!(!runs(cell) || cell.starts_with('\''), "{cell:?}");
                    prop_assert_eq!(original(cell), was.as_str());
                }
            }
        }

        #[test]
        fn the_original_comes_back(cell in "['=+\\-@\t\r\n ＝\u{200B}a1]{0,6}|\\PC{0,12}") {
            let out = safe(&cell);
            prop_assert_eq!(original(&out), cell.as_str());
            // and what goes out does not begin as a formula, whatever stands before it
            prop_assert!(!out.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']));
        }
    }
}

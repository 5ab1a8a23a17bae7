//! What became of every row: taken, perhaps without something of it, already there, or set aside with its reason.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use centre_store::files;
use serde::Serialize;

use super::error::ImportError;
use super::open::OpenFile;
use super::table::SET_ASIDE;
use crate::csv_out::{self, Sheet};

/// Reasons shown one by one in the summary.
const REASONS: usize = 8;
/// Characters of a sample.
const SAMPLE: usize = 160;

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It made something.
    Taken,
    /// What it says is there already.
    AlreadyThere,
    /// It was set aside.
    Rejected(String),
}

/// What became of a file's rows, in their order.
#[derive(Debug)]
pub struct Tally {
    fates: Vec<Option<Fate>>,
    /// What of a row was not taken, or not as it stands, where the row is taken.
    doubts: Vec<(usize, String)>,
}

impl Tally {
    /// Nothing decided yet, but for rows that are wrong by themselves.
    pub fn new(file: &OpenFile) -> Self {
        Self {
            fates: file
                .rows
                .iter()
                .map(|r| r.fault.clone().map(Fate::Rejected))
                .collect(),
            doubts: Vec::new(),
        }
    }

    /// Notes what of a row is not taken, should the row be.
    pub fn doubt(&mut self, row: usize, doubts: Vec<String>) {
        self.doubts.extend(doubts.into_iter().map(|why| (row, why)));
    }

    /// Whether a row has no fate yet.
    pub fn is_open(&self, row: usize) -> bool {
        self.fates.get(row).is_some_and(Option::is_none)
    }

    /// Decides a row.
    pub fn set(&mut self, row: usize, fate: Fate) {
        if let Some(slot) = self.fates.get_mut(row) {
            *slot = Some(fate);
        }
    }

    /// Sets a row aside.
    pub fn reject(&mut self, row: usize, why: impl Into<String>) {
        self.set(row, Fate::Rejected(why.into()));
    }

    /// The figures; a row without a fate would be a fault of ours and counts as set aside.
    pub fn report(&self, file: &OpenFile, mut notes: Vec<String>) -> FileReport {
        let mut report = FileReport {
            file: file.path.display().to_string(),
            encoding: file.encoding,
            read: self.fates.len(),
            taken: 0,
            already_there: 0,
            rejected: 0,
            reasons: BTreeMap::new(),
            taken_without: BTreeMap::new(),
            samples: BTreeMap::new(),
            rejects: None,
            notes: Vec::new(),
        };
        for (row, fate) in self.fates.iter().enumerate() {
            let why = match fate {
                Some(Fate::Taken) => {
                    report.taken += 1;
                    continue;
                }
                Some(Fate::AlreadyThere) => {
                    report.already_there += 1;
                    continue;
                }
                Some(Fate::Rejected(why)) => why,
                None => UNDECIDED,
            };
            report.rejected += 1;
            let kind = report.sampled(file, row, why);
            *report.reasons.entry(kind).or_insert(0) += 1;
        }
        for (row, why) in &self.doubts {
            if self.fates.get(*row) == Some(&Some(Fate::Taken)) {
                let kind = report.sampled(file, *row, why);
                *report.taken_without.entry(kind).or_insert(0) += 1;
            }
        }
        report.notes = file.notes.clone();
        report.notes.append(&mut notes);
        report
    }

    /// Writes what was set aside: the file's own columns, then line and reason, so that a mended
    /// copy can be imported with the same map. Where nothing was set aside, none is made; what was
    /// set aside before is never written over.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn write_rejects(
        &self,
        file: &OpenFile,
        folder: &Path,
    ) -> Result<Option<PathBuf>, ImportError> {
        if !self.fates.iter().any(is_set_aside) {
            return Ok(None);
        }
        let stem = file
            .path
            .file_stem()
            .map_or_else(|| "rows".into(), |s| s.to_string_lossy());
        files::folder(folder).map_err(|e| ImportError::io(folder, e))?;
        let bytes = self.rejects(file).map_err(|e| ImportError::io(folder, e))?;
        csv_out::write_beside(folder, &format!("{stem}.rejects"), "csv", &bytes)
            .map(Some)
            .map_err(|e| ImportError::io(folder, e))
    }

    fn rejects(&self, file: &OpenFile) -> std::io::Result<Vec<u8>> {
        let set_aside = SET_ASIDE.map(str::to_owned);
        // what was set aside before brings both columns along
        let own = match file.columns.strip_suffix(set_aside.as_slice()) {
            Some(own) => own.len(),
            None => file.columns.len(),
        };
        let mut sheet = Sheet::marked();
        let mut write = |fields: &[String], behind: [&str; 2]| {
            let own = fields.iter().map(String::as_str);
            sheet.row(own.chain(behind))
        };
        write(file.columns.get(..own).unwrap_or_default(), SET_ASIDE)?;
        for (row, fate) in file.rows.iter().zip(&self.fates) {
            let why = match fate {
                Some(Fate::Taken | Fate::AlreadyThere) => continue,
                Some(Fate::Rejected(why)) => why.as_str(),
                None => UNDECIDED,
            };
            let mut fields = row.fields.clone();
            if fields.len() <= file.columns.len() {
                fields.resize(own, String::new());
            }
            write(&fields, [&row.line.to_string(), why])?;
        }
        sheet.bytes()
    }
}

fn is_set_aside(fate: &Option<Fate>) -> bool {
    !matches!(fate, Some(Fate::Taken | Fate::AlreadyThere))
}

const UNDECIDED: &str = "not decided";

/// The reason without what is particular to the row, to count like with like.
fn kind_of(why: &str) -> String {
    let mut kind = String::new();
    let (mut quoted, mut escaped) = (false, false);
    for c in why.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if quoted => {
                quoted = false;
                kind.push('…');
            }
            '"' => quoted = true,
            _ if quoted => {}
            '0'..='9' if kind.ends_with('…') => {}
            _ => kind.push(c),
        }
    }
    kind
}

/// One row of those that a reason is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// Line of the file.
    pub line: usize,
    /// The reason with what is particular to this row, shortened.
    pub reason: String,
}

/// What became of one file.
#[derive(Debug, Clone, Serialize)]
pub struct FileReport {
    /// Which.
    pub file: String,
    /// How it was read.
    pub encoding: &'static str,
    /// Rows in it; the next three add up to it.
    pub read: usize,
    /// Rows that made something.
    pub taken: usize,
    /// Rows whose content was there before.
    pub already_there: usize,
    /// Rows that were set aside.
    pub rejected: usize,
    /// Why, and how often.
    pub reasons: BTreeMap<String, usize>,
    /// What of rows that were taken was left out or is in doubt, and how often.
    pub taken_without: BTreeMap<String, usize>,
    /// For each of these reasons, the first row that it is about.
    pub samples: BTreeMap<String, Sample>,
    /// Where they were set aside.
    pub rejects: Option<String>,
    /// What else an operator should know.
    pub notes: Vec<String>,
}

impl FileReport {
    /// The kind of a reason, of which the first row is kept.
    fn sampled(&mut self, file: &OpenFile, row: usize, why: &str) -> String {
        let kind = kind_of(why);
        self.samples.entry(kind.clone()).or_insert_with(|| Sample {
            line: file.rows.get(row).map_or(0, |r| r.line),
            reason: why.chars().take(SAMPLE).collect(),
        });
        kind
    }

    /// The report in lines for people.
    pub fn lines(&self, kind: &str) -> Vec<String> {
        let mut lines = vec![format!(
            "{kind}: {} rows read ({}) = {} taken + {} already there + {} rejected",
            self.read, self.encoding, self.taken, self.already_there, self.rejected
        )];
        lines.extend(self.counted(&self.reasons));
        lines.extend(
            self.rejects
                .iter()
                .map(|path| format!("  set aside in {path}")),
        );
        if !self.taken_without.is_empty() {
            lines.push("  taken, but:".to_owned());
            lines.extend(self.counted(&self.taken_without));
        }
        lines.extend(self.notes.iter().map(|note| format!("  {note}")));
        lines
    }

    /// Reasons, the most frequent first, each with its sample.
    fn counted(&self, reasons: &BTreeMap<String, usize>) -> Vec<String> {
        let mut sorted: Vec<(&String, &usize)> = reasons.iter().collect();
        sorted.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let shown = sorted.iter().take(REASONS);
        let mut lines: Vec<String> = shown
            .map(|(why, times)| match self.samples.get(*why) {
                Some(s) if s.reason == **why => format!("  {times} × {why} (line {})", s.line),
                Some(s) => format!("  {times} × {why} (line {}: {})", s.line, s.reason),
                None => format!("  {times} × {why}"),
            })
            .collect();
        if sorted.len() > REASONS {
            lines.push(format!("  and {} more reasons", sorted.len() - REASONS));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_is_counted_with_like() {
        for (why, kind) in [
            (
                "qty: \"1.5\" is not a whole number",
                "qty: … is not a whole number",
            ),
            ("sku: \"a\\\"b\\\\\" is wrong", "sku: … is wrong"),
            ("phone: the same", "phone: the same"),
        ] {
            assert_eq!(kind_of(why), kind);
        }
    }
}

//! What became of every row: taken, already there, or set aside with its reason.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::error::ImportError;
use super::open::OpenFile;

/// Reasons shown one by one in the summary.
const REASONS: usize = 8;

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
        }
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
            rejects: None,
            notes: Vec::new(),
        };
        for fate in &self.fates {
            match fate {
                Some(Fate::Taken) => report.taken += 1,
                Some(Fate::AlreadyThere) => report.already_there += 1,
                Some(Fate::Rejected(why)) => {
                    report.rejected += 1;
                    *report.reasons.entry(kind_of(why)).or_insert(0) += 1;
                }
                None => {
                    report.rejected += 1;
                    *report.reasons.entry(UNDECIDED.to_owned()).or_insert(0) += 1;
                }
            }
        }
        report.notes = file.notes.clone();
        report.notes.append(&mut notes);
        report
    }

    /// Writes what was set aside: the file's own columns, then line and reason, so that a mended
    /// copy can be imported with the same map. Where nothing was set aside, an older file of the
    /// same name is emptied to its column names; none is made.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn write_rejects(
        &self,
        file: &OpenFile,
        folder: &Path,
    ) -> Result<Option<PathBuf>, ImportError> {
        let stem = file
            .path
            .file_stem()
            .map_or_else(|| "rows".into(), |s| s.to_string_lossy());
        let path = folder.join(format!("{stem}.rejects.csv"));
        let some = self
            .fates
            .iter()
            .any(|f| !matches!(f, Some(Fate::Taken | Fate::AlreadyThere)));
        if !some && !path.exists() {
            return Ok(None);
        }
        std::fs::create_dir_all(folder).map_err(|e| ImportError::io(folder, e))?;
        let io = |e: csv::Error| ImportError::io(&path, e.into());
        let mut csv = csv::WriterBuilder::new()
            .flexible(true)
            .from_writer(Vec::new());
        let extra = ["line", "reason"].map(str::to_owned);
        csv.write_record(file.columns.iter().chain(&extra))
            .map_err(io)?;
        for (row, fate) in file.rows.iter().zip(&self.fates) {
            let why = match fate {
                Some(Fate::Taken | Fate::AlreadyThere) => continue,
                Some(Fate::Rejected(why)) => why.as_str(),
                None => UNDECIDED,
            };
            let mut fields = row.fields.clone();
            fields.resize(fields.len().max(file.columns.len()), String::new());
            fields.extend([row.line.to_string(), why.to_owned()]);
            csv.write_record(&fields).map_err(io)?;
        }
        let text = csv
            .into_inner()
            .map_err(|e| ImportError::io(&path, e.into_error()))?;
        // the byte order mark lets spreadsheets show Chinese
        let bytes = [b"\xEF\xBB\xBF", text.as_slice()].concat();
        std::fs::write(&path, bytes).map_err(|e| ImportError::io(&path, e))?;
        Ok(some.then_some(path))
    }
}

const UNDECIDED: &str = "not decided";

/// The reason without what is particular to the row, to count like with like.
fn kind_of(why: &str) -> String {
    let mut kind = String::new();
    let mut quoted = false;
    for c in why.chars() {
        match c {
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
    /// Where they were set aside.
    pub rejects: Option<String>,
    /// What else an operator should know.
    pub notes: Vec<String>,
}

impl FileReport {
    /// The report in lines for people.
    pub fn lines(&self, kind: &str) -> Vec<String> {
        let mut lines = vec![format!(
            "{kind}: {} rows read ({}) = {} taken + {} already there + {} rejected",
            self.read, self.encoding, self.taken, self.already_there, self.rejected
        )];
        let mut reasons: Vec<(&String, &usize)> = self.reasons.iter().collect();
        reasons.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        lines.extend(
            reasons
                .iter()
                .take(REASONS)
                .map(|(why, times)| format!("  {times} × {why}")),
        );
        if reasons.len() > REASONS {
            lines.push(format!("  and {} more reasons", reasons.len() - REASONS));
        }
        lines.extend(
            self.rejects
                .iter()
                .map(|path| format!("  set aside in {path}")),
        );
        lines.extend(self.notes.iter().map(|note| format!("  {note}")));
        lines
    }
}

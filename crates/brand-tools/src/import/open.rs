//! One file of the brand's: read, decoded, cut into rows, its columns found.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::encoding::{self, Wanted};
use super::error::ImportError;
use super::identifier::Column;
use super::map::{FieldMap, FileOptions};
use super::number::Numbers;
use super::source::{Bound, Said, Source};
use super::table::{self, Row};

/// A file with its rows and with the place of each field.
#[derive(Debug)]
pub struct OpenFile {
    /// Which.
    pub path: PathBuf,
    /// How it was read.
    pub encoding: &'static str,
    /// Names of its columns.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// What an operator should know.
    pub notes: Vec<String>,
    /// How its numbers are written.
    pub numbers: Numbers,
    fields: Vec<(&'static str, Bound)>,
    /// What the columns of identifiers show.
    shown: HashMap<&'static str, Column>,
}

/// Fields that hold numbers.
const NUMBERS: [&str; 4] = [
    "products.price",
    "products.lasts_days",
    "purchases.qty",
    "purchases.amount",
];
/// Fields that hold numbers of something: what a spreadsheet may do to them shows in the whole column. What is done
/// to phone numbers and bar codes shows in each.
const IDENTIFIERS: [&str; 7] = [
    "members.no",
    "members.home_store",
    "products.sku",
    "purchases.member",
    "purchases.store",
    "purchases.receipt",
    "purchases.sku",
];

impl OpenFile {
    /// Reads a file whole.
    ///
    /// # Errors
    /// Where it cannot be read, is no text, or does not have the columns that the map names.
    pub fn read(
        path: &Path,
        map: &FieldMap,
        options: &FileOptions,
        sources: &[(&'static str, &Source)],
    ) -> Result<Self, ImportError> {
        let bytes = std::fs::read(path).map_err(|e| ImportError::io(path, e))?;
        let wanted: Wanted = options.encoding.unwrap_or(map.encoding);
        let decoded = encoding::decode(&bytes, wanted).map_err(|m| ImportError::file(path, m))?;
        let mut names: Vec<&str> = sources.iter().flat_map(|(_, s)| s.columns()).collect();
        names.sort_unstable();
        names.dedup();
        let table = table::read(&decoded, options.delimiter.or(map.delimiter), &names)
            .map_err(|m| ImportError::file(path, m))?;
        let nothing: Vec<String> = options
            .nothing
            .iter()
            .chain(&map.nothing)
            .cloned()
            .collect();
        let mut problems = Vec::new();
        let fields: Vec<(&'static str, Bound)> = sources
            .iter()
            .map(|(name, source)| {
                let bound = Bound::new(source, &table.columns, name, &nothing, &mut problems);
                (*name, bound)
            })
            .collect();
        if !problems.is_empty() {
            let columns: Vec<String> = table.columns.iter().map(|c| format!("{c:?}")).collect();
            let message = format!(
                "{}. Its columns are {}",
                problems.join("; "),
                columns.join(", ")
            );
            return Err(ImportError::file(path, message));
        }
        let mut notes: Vec<String> = decoded.note.into_iter().chain(table.notes).collect();
        if table.no_last_line_end && !table.rows.is_empty() {
            notes
                .push("the last line has no line end: the file may have been cut there".to_owned());
        }
        if table.rows.is_empty() {
            notes.push("there are column names, but no rows".to_owned());
        }
        let mut file = Self {
            path: path.to_owned(),
            encoding: decoded.encoding,
            columns: table.columns,
            rows: table.rows,
            notes,
            numbers: Numbers::default(),
            fields,
            shown: HashMap::new(),
        };
        file.look_through(options.decimal.or(map.decimal));
        Ok(file)
    }

    /// Looks through whole columns, for what no value shows alone.
    fn look_through(&mut self, decimal: Option<super::number::Mark>) {
        let good = || self.rows.iter().filter(|r| r.fault.is_none());
        let values = |field: &'static str| {
            let bound = self.bound(field);
            let rows = bound.into_iter().flat_map(|b| good().map(move |r| (b, r)));
            rows.filter_map(|(b, r)| match b.said(&r.fields) {
                Ok(Said::Value(value)) => Some((r.line, value)),
                _ => None,
            })
        };
        let taken_off = NUMBERS.into_iter().filter_map(|field| self.bound(field));
        let taken_off = taken_off.flat_map(|b| {
            good().flat_map(move |r| b.minus(&r.fields).map(|v| (r.line, v.to_owned())))
        });
        let all: Vec<(usize, String)> = NUMBERS
            .into_iter()
            .flat_map(values)
            .chain(taken_off)
            .collect();
        let numbers = Numbers::of(decimal, all.iter().map(|(line, v)| (*line, v.as_str())));
        let shown: HashMap<&'static str, Column> = IDENTIFIERS
            .into_iter()
            .filter(|field| self.bound(field).is_some_and(|b| !b.source.as_written))
            .map(|field| (field, Column::of(values(field))))
            .collect();
        self.numbers = numbers;
        self.shown = shown;
    }

    /// The fields of a row.
    pub fn fields<'a>(&'a self, row: &'a Row) -> Fields<'a> {
        Fields {
            file: self,
            row,
            doubts: Vec::new(),
        }
    }

    /// Whether the map says where a field comes from.
    pub fn has(&self, name: &str) -> bool {
        self.bound(name).is_some()
    }

    fn bound(&self, name: &str) -> Option<&Bound> {
        self.fields.iter().find(|(n, _)| *n == name).map(|(_, b)| b)
    }
}

/// The fields of one row, as they are asked for. What an optional field holds and cannot be read is put down as a
/// doubt, and the row is taken without it.
#[derive(Debug)]
pub struct Fields<'a> {
    file: &'a OpenFile,
    row: &'a Row,
    /// What was not taken, or not as it stands, and why.
    pub doubts: Vec<String>,
}

impl<'a> Fields<'a> {
    /// What a field holds, and the source that it came from; none where the map does not name the field or it is
    /// empty.
    ///
    /// # Errors
    /// Where the map does not know the value.
    pub fn said(&mut self, name: &str) -> Result<Option<(String, &'a Source)>, String> {
        let Some(bound) = self.file.bound(name) else {
            return Ok(None);
        };
        let said = bound
            .said(&self.row.fields)
            .map_err(|why| format!("{}: {why}", short(name)))?;
        Ok(match said {
            Said::Value(value) => Some((value, &bound.source)),
            Said::Nothing(None) => None,
            Said::Nothing(Some(word)) => {
                self.doubts
                    .push(format!("{}: {word:?} is taken for nothing", short(name)));
                None
            }
        })
    }

    /// A field that must be there.
    ///
    /// # Errors
    /// Where it is empty, or the map does not know the value.
    pub fn needed(&mut self, name: &str) -> Result<(String, &'a Source), String> {
        self.said(name)?
            .ok_or_else(|| format!("{} is empty", short(name)))
    }

    /// A field that need not be there: none where it is empty, or cannot be read.
    pub fn optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str, &Source) -> Result<T, String>,
    ) -> Option<T> {
        let read = self
            .said(name)
            .and_then(|said| said.map(|(v, source)| read(&v, source)).transpose());
        match read {
            Ok(value) => value,
            Err(why) => {
                self.doubts.push(why);
                None
            }
        }
    }

    /// Items of a list; what cannot be kept of it is put down as a doubt.
    pub fn list(&mut self, name: &str) -> Vec<String> {
        let found = self.optional(name, |text, source| {
            Ok(super::value::list(
                text,
                source.split.as_deref(),
                short(name),
            ))
        });
        let (items, doubts) = found.unwrap_or_default();
        self.doubts.extend(doubts);
        items
    }

    /// A short text; none where it is empty or cannot be kept.
    pub fn text(&mut self, name: &str, most: usize) -> Option<String> {
        self.optional(name, |text, _| super::value::text(text, short(name), most))
            .filter(|t| !t.is_empty())
    }

    /// A number of something, as it stands: of a card, a receipt, a product, a store.
    ///
    /// # Errors
    /// Where it shows, by itself or beside the others of its column, that a spreadsheet has changed it, or where it
    /// holds what no number may.
    pub fn identifier(
        &mut self,
        name: &'static str,
        most: usize,
    ) -> Result<Option<String>, String> {
        let Some((value, _)) = self.said(name)? else {
            return Ok(None);
        };
        let value = super::value::text(&value, short(name), most)?;
        if let Some(column) = self.file.shown.get(name) {
            column
                .check(&value)
                .map_err(|why| format!("{}: {value:?} is {why}", short(name)))?;
        }
        Ok(Some(value))
    }

    /// A number of something that must be there.
    ///
    /// # Errors
    /// As [`identifier`](Self::identifier), and where it is empty.
    pub fn needed_identifier(&mut self, name: &'static str, most: usize) -> Result<String, String> {
        self.identifier(name, most)?
            .ok_or_else(|| format!("{} is empty", short(name)))
    }

    /// The columns to be taken off a field, as they stand.
    pub fn minus(&self, name: &str) -> Vec<&'a str> {
        self.file
            .bound(name)
            .map_or_else(Vec::new, |b| b.minus(&self.row.fields).collect())
    }
}

/// The field without its section.
fn short(name: &str) -> &str {
    name.split_once('.').map_or(name, |(_, field)| field)
}

//! One file of the brand's: read, decoded, cut into rows, its columns found.

use std::path::{Path, PathBuf};

use super::encoding::{self, Wanted};
use super::error::ImportError;
use super::map::{FieldMap, FileOptions};
use super::source::{Bound, Source};
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
    fields: Vec<(&'static str, Bound)>,
}

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
        let table = table::read(&decoded, options.delimiter.or(map.delimiter))
            .map_err(|m| ImportError::file(path, m))?;
        let mut problems = Vec::new();
        let fields = sources
            .iter()
            .map(|(name, source)| {
                (
                    *name,
                    Bound::new(source, &table.columns, name, &mut problems),
                )
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
        let mut notes = Vec::new();
        if table.no_last_line_end && !table.rows.is_empty() {
            notes
                .push("the last line has no line end: the file may have been cut there".to_owned());
        }
        if table.rows.is_empty() {
            notes.push("there are column names, but no rows".to_owned());
        }
        Ok(Self {
            path: path.to_owned(),
            encoding: decoded.encoding,
            columns: table.columns,
            rows: table.rows,
            notes,
            fields,
        })
    }

    /// A field of a row: its value and the source that it came from; none where the map does not
    /// name the field or it is empty.
    ///
    /// # Errors
    /// Where the map does not know the value.
    pub fn field<'a>(
        &'a self,
        row: &Row,
        name: &str,
    ) -> Result<Option<(String, &'a Source)>, String> {
        let Some(bound) = self.bound(name) else {
            return Ok(None);
        };
        let value = bound
            .value(&row.fields)
            .map_err(|why| format!("{}: {why}", short(name)))?;
        Ok(value.map(|v| (v, &bound.source)))
    }

    /// A field that must be there.
    ///
    /// # Errors
    /// Where it is empty, or the map does not know the value.
    pub fn needed<'a>(&'a self, row: &Row, name: &str) -> Result<(String, &'a Source), String> {
        self.field(row, name)?
            .ok_or_else(|| format!("{} is empty", short(name)))
    }

    /// The columns to be taken off a field, as they stand.
    pub fn minus<'a>(&'a self, row: &'a Row, name: &str) -> Vec<&'a str> {
        self.bound(name)
            .map_or_else(Vec::new, |b| b.minus(&row.fields).collect())
    }

    /// Whether the map says where a field comes from.
    pub fn has(&self, name: &str) -> bool {
        self.bound(name).is_some()
    }

    fn bound(&self, name: &str) -> Option<&Bound> {
        self.fields.iter().find(|(n, _)| *n == name).map(|(_, b)| b)
    }
}

/// The field without its section.
fn short(name: &str) -> &str {
    name.split_once('.').map_or(name, |(_, field)| field)
}

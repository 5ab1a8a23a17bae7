//! From text to rows, with the line of each, so that what is wrong can be found again. A row that is wrong by itself
//! carries its fault; only what makes the rest of the file doubtful is an error. What people and reports put around
//! a table is left out and noted: titles above the column names, column names again, lines with nothing in them.

use super::decoded::{Damage, Decoded};
use super::records::{Record, Records};
use super::source::places;
use crate::csv_out;

/// A file's rows.
#[derive(Debug)]
pub struct Table {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Rows below them; empty lines are left out.
    pub rows: Vec<Row>,
    /// Whether the last line has no line end: it may have been cut.
    pub no_last_line_end: bool,
    /// What was left out, and why.
    pub notes: Vec<String>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Line of the file on which it begins, from 1.
    pub line: usize,
    /// Its fields.
    pub fields: Vec<String>,
    /// Why it cannot be taken, whatever its fields say.
    pub fault: Option<String>,
    /// How far the fault goes.
    pub broken: Broken,
}

/// How far a row's fault goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Broken {
    /// It is a row, or plainly none.
    No,
    /// It cannot be read, and may belong to what is before or behind it.
    Itself,
    /// It has taken rows behind it with it.
    WithOthers,
}

/// What may divide fields, where the map does not say.
const DELIMITERS: [char; 4] = [',', '\t', ';', '|'];
/// Column names are looked for in so many rows.
const ABOVE: usize = 20;
/// The columns that a file of rows set aside has behind its own.
pub(super) const SET_ASIDE: [&str; 2] = ["line", "reason"];

/// Reads rows. `wanted` are the columns that the map names.
///
/// # Errors
/// Where there are no columns, where they have no or damaged names, or where a quote is opened
/// and never closed with more lines after it.
pub fn read(decoded: &Decoded, delimiter: Option<char>, wanted: &[&str]) -> Result<Table, String> {
    // a disk that lost its power leaves zeros
    let text = decoded.text.trim_end_matches('\0');
    let mut notes = Vec::new();
    if text.len() < decoded.text.len() {
        notes.push("zeros stand at its end: it may not have been written whole".to_owned());
    }
    if delimiter.is_some_and(|d| !d.is_ascii()) {
        return Err(format!(
            "the delimiter {:?} is not a single ASCII character",
            delimiter.unwrap_or_default()
        ));
    }
    let start = Start::of(text, delimiter, wanted).ok_or("the file is empty")?;
    let mut raw = Records::new(text, start.delimiter).skip(start.above);
    let header = raw.next().ok_or("the file is empty")?;
    if let Some(damage) = damage_in(&decoded.damage, &header) {
        return Err(format!("the line of column names holds {}", told(&damage)));
    }
    if header.open {
        return Err(format!(
            "line {}: the line of column names opens a quote and never closes it",
            header.line
        ));
    }
    if start.left_out > 0 {
        notes.push(format!(
            "{} lines above the column names are left out, such as {:?}",
            start.left_out, start.sample
        ));
    }
    let mut columns: Vec<String> = header
        .fields
        .iter()
        .map(|f| identity::text::tidy(f))
        .collect();
    if columns.iter().all(String::is_empty) {
        return Err("the first line holds no column names".into());
    }
    let ours = columns.ends_with(&SET_ASIDE.map(str::to_owned));
    if ours {
        for column in &mut columns {
            *column = csv_out::original(column).to_owned();
        }
    }
    let mut rows = Vec::new();
    let (mut blank, mut again) = (0, Vec::new());
    for mut record in raw {
        if record.open && record.lines > 1 {
            return Err(format!(
                "line {}: a quote is opened and never closed, so lines {} to {} cannot be told apart",
                record.line,
                record.line,
                record.line + record.lines - 1
            ));
        }
        if record.is_blank() {
            blank += 1;
        } else if record.fields == header.fields {
            again.push(record.line);
        } else {
            if ours {
                for field in &mut record.fields {
                    *field = csv_out::original(field).to_owned();
                }
            }
            rows.push(row(record, &columns, decoded));
        }
    }
    if blank > 0 {
        notes.push(format!("{blank} rows with nothing in them are left out"));
    }
    if let Some(first) = again.first() {
        notes.push(format!(
            "the column names stand in it again, first on line {first}; {} such lines are left out",
            again.len()
        ));
    }
    Ok(Table {
        columns,
        rows,
        no_last_line_end: !text.ends_with(['\n', '\r']) || text.len() < decoded.text.len(),
        notes,
    })
}

/// Where the table begins, and what divides its fields.
struct Start {
    delimiter: char,
    /// Records above the column names.
    above: usize,
    /// Those of them that are noted.
    left_out: usize,
    /// One of them.
    sample: String,
}

impl Start {
    /// The first line on which all wanted columns stand; where there is none, the first, divided as finds most of
    /// them. None where the text holds nothing.
    fn of(text: &str, delimiter: Option<char>, wanted: &[&str]) -> Option<Self> {
        let told = told_delimiter(text);
        let above = usize::from(told.is_some());
        let candidates: Vec<char> = match delimiter.or(told) {
            Some(delimiter) => vec![delimiter],
            None => DELIMITERS.to_vec(),
        };
        let mut best: Option<(usize, usize, char)> = None;
        for delimiter in candidates {
            let records: Vec<Record> = Records::new(text, delimiter)
                .skip(above)
                .take(ABOVE)
                .collect();
            for (i, record) in records.iter().enumerate() {
                let found = wanted
                    .iter()
                    .filter(|w| !places(&record.fields, w).is_empty())
                    .count();
                if i > 0 && !wanted.is_empty() && found == wanted.len() {
                    let left: Vec<&Record> = records.iter().take(i).collect();
                    let words = left
                        .iter()
                        .flat_map(|r| &r.fields)
                        .find(|f| !f.trim().is_empty());
                    return Some(Self {
                        delimiter,
                        above: above + i,
                        left_out: i,
                        sample: words
                            .map_or_else(String::new, |w| w.trim().chars().take(24).collect()),
                    });
                }
                if i == 0 {
                    let this = (found, record.fields.len(), delimiter);
                    if best.is_none_or(|b| (this.0, this.1) > (b.0, b.1)) {
                        best = Some(this);
                    }
                    if !wanted.is_empty() && found == wanted.len() {
                        break;
                    }
                }
            }
        }
        best.map(|(_, _, delimiter)| Self {
            delimiter,
            above,
            left_out: 0,
            sample: String::new(),
        })
    }
}

/// `sep=;`, as spreadsheets put it on the first line.
fn told_delimiter(text: &str) -> Option<char> {
    let line = text.split(['\r', '\n']).find(|l| !l.trim().is_empty())?;
    let line = line.trim_start_matches('\u{FEFF}').trim_matches('"');
    let (word, rest) = line.split_at_checked(4)?;
    let mut rest = rest.chars();
    let delimiter = rest.next().filter(char::is_ascii)?;
    (word.eq_ignore_ascii_case("sep=") && rest.all(|c| c == delimiter)).then_some(delimiter)
}

fn row(mut record: Record, columns: &[String], decoded: &Decoded) -> Row {
    // a comma at the end of each line is how some tills write
    while record.fields.len() > columns.len() && record.fields.last().is_some_and(String::is_empty)
    {
        record.fields.pop();
    }
    // and columns without a name, at the end, may be missing
    let named = columns
        .iter()
        .rposition(|c| !c.is_empty())
        .map_or(0, |at| at + 1);
    if record.fields.len() >= named && record.fields.len() < columns.len() {
        record.fields.resize(columns.len(), String::new());
    }
    let count = record.fields.len();
    let fault = if let Some(damage) = damage_in(&decoded.damage, &record) {
        Some(told(&damage))
    } else if record.open {
        Some("a quote is opened and never closed: the file seems to be cut here".to_owned())
    } else if record.trailing {
        Some("text after a closing quote".to_owned())
    } else if count != columns.len() {
        let lines = if record.lines > 1 {
            format!(" (it goes on to line {})", record.line + record.lines - 1)
        } else {
            String::new()
        };
        Some(format!(
            "{count} fields where the columns are {}{lines}",
            columns.len()
        ))
    } else {
        record
            .fields
            .iter()
            .find_map(|f| lost(f))
            .map(str::to_owned)
    };
    let broken = match (&fault, record.lines) {
        (None, _) => Broken::No,
        (Some(_), 1) => Broken::Itself,
        (Some(_), _) => Broken::WithOthers,
    };
    let sums = total(&record.fields).map(|word| format!("a line of sums ({word:?}), not a row"));
    if sums.is_some() {
        return Row {
            line: record.line,
            fields: record.fields,
            fault: sums,
            broken: Broken::No,
        };
    }
    Row {
        line: record.line,
        fields: record.fields,
        fault,
        broken,
    }
}

/// What was lost of a field before the file was written.
fn lost(field: &str) -> Option<&'static str> {
    if field.contains(char::REPLACEMENT_CHARACTER) {
        Some("a character was lost before this file was written (U+FFFD)")
    } else if field.contains("锟斤拷") {
        Some("characters were lost before this file was written (锟斤拷 stands for them)")
    } else if field.contains('\0') {
        Some("a NUL character")
    } else {
        None
    }
}

/// What a line of sums begins with; most of its other fields are empty.
fn total(fields: &[String]) -> Option<&str> {
    const WORDS: [&str; 11] = [
        "合计",
        "总计",
        "小计",
        "共计",
        "总和",
        "本页小计",
        "本页合计",
        "total",
        "grandtotal",
        "subtotal",
        "sum",
    ];
    let filled = fields.iter().filter(|f| !f.trim().is_empty()).count();
    let first = fields.iter().find(|f| !f.trim().is_empty())?.trim();
    let word: String = first
        .chars()
        .filter(|c| c.is_alphabetic())
        .flat_map(char::to_lowercase)
        .collect();
    (WORDS.contains(&word.as_str()) && filled * 2 <= fields.len()).then_some(first)
}

fn damage_in(damage: &[Damage], record: &Record) -> Option<Damage> {
    let first = damage.partition_point(|d| d.in_text < record.from);
    damage.get(first).filter(|d| d.in_text < record.to).copied()
}

fn told(damage: &Damage) -> String {
    format!(
        "an undecodable byte 0x{:02X} at offset {}",
        damage.byte, damage.offset
    )
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;

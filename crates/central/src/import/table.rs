//! From text to rows: CSV as RFC 4180 has it, with the line of each row, so that what is wrong
//! can be found again. A row that is wrong by itself carries its fault; only what makes the rest
//! of the file doubtful is an error.

use super::encoding::{Damage, Decoded};

/// A file's rows.
#[derive(Debug)]
pub struct Table {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Rows below them; empty lines are left out.
    pub rows: Vec<Row>,
    /// Whether the last line has no line end: it may have been cut.
    pub no_last_line_end: bool,
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
}

/// What may divide fields, where the map does not say.
const DELIMITERS: [char; 4] = [',', '\t', ';', '|'];

/// Reads rows.
///
/// # Errors
/// Where there are no columns, where they have no or damaged names, or where a quote is opened
/// and never closed with more lines after it.
pub fn read(decoded: &Decoded, delimiter: Option<char>) -> Result<Table, String> {
    let text = decoded.text.as_str();
    let head = text
        .lines()
        .find(|l| !l.trim().is_empty())
        .ok_or("the file is empty")?;
    let delimiter = delimiter.unwrap_or_else(|| guess(head));
    if !delimiter.is_ascii() {
        return Err(format!(
            "the delimiter {delimiter:?} is not a single ASCII character"
        ));
    }
    let mut raw = Records::new(text, delimiter);
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
    let columns: Vec<String> = header.fields.iter().map(|f| f.trim().to_owned()).collect();
    if columns.iter().all(String::is_empty) {
        return Err("the first line holds no column names".into());
    }
    let mut rows = Vec::new();
    for record in raw {
        if record.open && record.lines > 1 {
            return Err(format!(
                "line {}: a quote is opened and never closed, so lines {} to {} cannot be told apart",
                record.line,
                record.line,
                record.line + record.lines - 1
            ));
        }
        rows.push(row(record, columns.len(), decoded));
    }
    let no_last_line_end = !text.ends_with(['\n', '\r']);
    Ok(Table {
        columns,
        rows,
        no_last_line_end,
    })
}

fn row(mut record: Record, columns: usize, decoded: &Decoded) -> Row {
    // a comma at the end of each line is how some tills write
    while record.fields.len() > columns && record.fields.last().is_some_and(String::is_empty) {
        record.fields.pop();
    }
    let count = record.fields.len();
    let fault = if let Some(damage) = damage_in(&decoded.damage, &record) {
        Some(told(&damage))
    } else if record.open {
        Some("a quote is opened and never closed: the file seems to be cut here".to_owned())
    } else if record.trailing {
        Some("text after a closing quote".to_owned())
    } else if count != columns {
        let lines = if record.lines > 1 {
            format!(" (it goes on to line {})", record.line + record.lines - 1)
        } else {
            String::new()
        };
        Some(format!(
            "{count} fields where the columns are {columns}{lines}"
        ))
    } else if record
        .fields
        .iter()
        .any(|f| f.contains(char::REPLACEMENT_CHARACTER))
    {
        Some("a character was lost before this file was written (U+FFFD)".to_owned())
    } else if record.fields.iter().any(|f| f.contains('\0')) {
        Some("a NUL character".to_owned())
    } else {
        None
    };
    Row {
        line: record.line,
        fields: record.fields,
        fault,
    }
}

fn guess(head: &str) -> char {
    let mut best = (0, ',');
    for delimiter in DELIMITERS {
        let count = head.matches(delimiter).count();
        if count > best.0 {
            best = (count, delimiter);
        }
    }
    best.1
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

/// A row as it stands in the text.
struct Record {
    line: usize,
    /// How many lines it takes.
    lines: usize,
    from: usize,
    to: usize,
    fields: Vec<String>,
    /// The text ended inside a quote.
    open: bool,
    /// Something stands between a closing quote and the delimiter.
    trailing: bool,
}

/// The rows of a text, one after the other.
struct Records<'a> {
    text: &'a str,
    delimiter: u8,
    at: usize,
    line: usize,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, delimiter: char) -> Self {
        Self {
            text,
            delimiter: u8::try_from(delimiter).unwrap_or(b','),
            at: 0,
            line: 1,
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Steps over one line end, if there is one.
    fn line_end(&mut self) -> bool {
        let taken = match (self.byte(self.at), self.byte(self.at + 1)) {
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(b'\r' | b'\n'), _) => 1,
            _ => return false,
        };
        self.at += taken;
        self.line += 1;
        true
    }

    /// One field; leaves `at` on the delimiter, the line end or the end.
    fn field(&mut self, record: &mut Record) -> String {
        let mut field = String::new();
        if self.byte(self.at) == Some(b'"') {
            self.at += 1;
            loop {
                let start = self.at;
                while !matches!(self.byte(self.at), None | Some(b'"' | b'\r' | b'\n')) {
                    self.at += 1;
                }
                field.push_str(&self.text[start..self.at]);
                match self.byte(self.at) {
                    None => {
                        record.open = true;
                        return field;
                    }
                    Some(b'"') if self.byte(self.at + 1) == Some(b'"') => {
                        field.push('"');
                        self.at += 2;
                    }
                    Some(b'"') => {
                        self.at += 1;
                        break;
                    }
                    Some(_) => {
                        self.line_end();
                        field.push('\n');
                    }
                }
            }
        }
        let start = self.at;
        while self
            .byte(self.at)
            .is_some_and(|b| b != self.delimiter && b != b'\r' && b != b'\n')
        {
            self.at += 1;
        }
        let rest = &self.text[start..self.at];
        if !field.is_empty() && !rest.trim().is_empty() {
            record.trailing = true;
        }
        field.push_str(rest);
        field
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        loop {
            self.byte(self.at)?;
            let (from, line) = (self.at, self.line);
            let mut record = Record {
                line,
                lines: 1,
                from,
                to: from,
                fields: Vec::new(),
                open: false,
                trailing: false,
            };
            loop {
                let field = self.field(&mut record);
                record.fields.push(field);
                if self.byte(self.at) == Some(self.delimiter) {
                    self.at += 1;
                } else {
                    break;
                }
            }
            record.to = self.at;
            record.lines = self.line - line + 1;
            self.line_end();
            let blank =
                record.fields.len() == 1 && record.fields.iter().all(|f| f.trim().is_empty());
            if !blank || record.open {
                return Some(record);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::encoding::{Wanted, decode};
    use super::*;

    fn table(text: &str) -> Result<Table, String> {
        read(&decode(text.as_bytes(), Wanted::Auto).unwrap(), None)
    }

    #[test]
    fn quoted_newlines_and_line_ends() {
        let t = table("a,b\r\n1,\"x\r\ny, \"\"z\"\"\"\r\n\r\n2,w").unwrap();
        assert_eq!(t.columns, ["a", "b"]);
        assert_eq!(t.rows.len(), 2);
        assert_eq!(t.rows[0].fields, ["1", "x\ny, \"z\""]);
        assert_eq!((t.rows[0].line, t.rows[1].line), (2, 5));
        assert!(t.no_last_line_end);
        assert!(t.rows.iter().all(|r| r.fault.is_none()));
    }

    #[test]
    fn delimiters_are_found() {
        for (text, delimiter) in [
            ("a\tb\n1\t2\n", '\t'),
            ("a;b;c\n1;2;3\n", ';'),
            ("a|b\n1|2\n", '|'),
            ("a\n1\n", ','),
        ] {
            let t = table(text).unwrap();
            assert_eq!(
                t.columns.len(),
                text.lines().next().unwrap().split(delimiter).count()
            );
            assert!(t.rows[0].fault.is_none());
        }
    }

    #[test]
    fn a_cut_last_line_is_set_aside() {
        let t = table("a,b,c\n1,2,3\n4,5").unwrap();
        assert_eq!(
            t.rows[1].fault.as_deref(),
            Some("2 fields where the columns are 3")
        );
        let t = table("a,b,c\n1,2,3\n4,\"5").unwrap();
        assert!(t.rows[1].fault.as_deref().unwrap().contains("never closed"));
    }

    #[test]
    fn an_open_quote_before_other_lines_is_an_error() {
        let error = table("a,b\n1,\"2\n3,4\n5,6\n").unwrap_err();
        assert!(
            error.starts_with("line 2: a quote is opened and never closed"),
            "{error}"
        );
    }

    #[test]
    fn nothing_is_an_error() {
        assert_eq!(table("").unwrap_err(), "the file is empty");
        assert_eq!(table("\r\n \n").unwrap_err(), "the file is empty");
        assert_eq!(table("a,b\n").unwrap().rows.len(), 0);
    }

    #[test]
    fn a_damaged_row_is_named_and_the_rest_is_read() {
        let decoded = decode(b"a,b\n1,2\n3,\xFF\n5,6\n", Wanted::Auto).unwrap();
        let t = read(&decoded, None).unwrap();
        assert_eq!(
            t.rows[1].fault.as_deref(),
            Some("an undecodable byte 0xFF at offset 10")
        );
        assert!(t.rows[0].fault.is_none() && t.rows[2].fault.is_none());
        let decoded = decode(b"a,\xFF\n1,2\n", Wanted::Auto).unwrap();
        assert!(read(&decoded, None).unwrap_err().contains("column names"));
    }
}

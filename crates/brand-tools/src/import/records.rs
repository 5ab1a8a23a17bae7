//! A text cut into records and fields, as RFC 4180 has it, each with the line on which it begins.

/// A row as it stands in the text.
pub(super) struct Record {
    /// Line on which it begins, from 1.
    pub line: usize,
    /// How many lines it takes.
    pub lines: usize,
    /// Offset in the text at which it begins.
    pub from: usize,
    /// Offset at which its line end stands.
    pub to: usize,
    /// Its fields.
    pub fields: Vec<String>,
    /// The text ended inside a quote.
    pub open: bool,
    /// Something stands between a closing quote and the delimiter.
    pub trailing: bool,
}

impl Record {
    /// Nothing is in any of its fields.
    pub fn is_blank(&self) -> bool {
        let nothing = |c: char| identity::text::is_blank(c) || identity::text::is_invisible(c);
        !self.open && self.fields.iter().all(|f| f.chars().all(nothing))
    }
}

/// The rows of a text, one after the other; lines with nothing on them are left out.
pub(super) struct Records<'a> {
    text: &'a str,
    delimiter: u8,
    at: usize,
    line: usize,
}

impl<'a> Records<'a> {
    /// All rows of a text.
    pub fn new(text: &'a str, delimiter: char) -> Self {
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
            // two files made one have the mark of the second within
            while self
                .text
                .get(self.at..)
                .is_some_and(|t| t.starts_with('\u{FEFF}'))
            {
                self.at += '\u{FEFF}'.len_utf8();
            }
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
            if record.fields.len() > 1 || !record.is_blank() {
                return Some(record);
            }
        }
    }
}

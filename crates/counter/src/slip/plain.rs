//! A receipt as plain text, each line as wide as the paper at most.

use super::chars::columns;
use super::layout::Line;

/// The lines, each ended; no space at an end.
pub(crate) fn text(lines: &[Line], width: usize) -> String {
    let mut out = String::new();
    for line in lines {
        out.push_str(row(line, width).trim_end());
        out.push('\n');
    }
    out
}

/// One line in columns. A QR code is told in words of its own: text has no pictures.
pub(super) fn row(line: &Line, width: usize) -> String {
    match line {
        Line::Sides { left, right, .. } => {
            let gap = width.saturating_sub(columns(left) + columns(right));
            format!("{left}{}{right}", " ".repeat(gap))
        }
        Line::Middle { text, .. } => {
            let gap = width.saturating_sub(columns(text)) / 2;
            format!("{}{text}", " ".repeat(gap))
        }
        Line::Rule => "-".repeat(width),
        Line::Code { .. } => String::new(),
        // nobody scans text: the address itself
        Line::Scan { data } => data.clone(),
    }
}

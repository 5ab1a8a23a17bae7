//! The parts of a receipt set in columns: 32 on 58 mm paper, 48 on 80 mm.

use super::chars::{columns, line, wrap};
use crate::view::{Part, Weight};

/// Most lines that one name, number or sentence may take; what is longer is cut.
const MOST_LINES: usize = 4;

/// A line of a receipt, already no wider than the paper, of characters that printers have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// Words at the left, figures at the right; one of them may be empty.
    Sides {
        left: String,
        right: String,
        face: Face,
    },
    /// In the middle.
    Middle { text: String, face: Face },
    /// A line across.
    Rule,
    /// A QR code.
    Code { data: String },
    /// A QR code as large as goes on the paper.
    Scan { data: String },
}

/// How a line is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    Plain,
    Light,
    Strong,
    /// Bold, twice as high.
    Tall,
}

impl From<Weight> for Face {
    fn from(weight: Weight) -> Self {
        match weight {
            Weight::Plain => Self::Plain,
            Weight::Light => Self::Light,
            Weight::Strong => Self::Strong,
            Weight::Total => Self::Tall,
        }
    }
}

/// Sets the parts on paper of so many columns.
pub(crate) fn lay_out(parts: &[Part], width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for part in parts {
        match part {
            Part::Brand { text } => middle(&mut lines, text, Face::Tall, width),
            Part::Middle { text, weight } => middle(&mut lines, text, (*weight).into(), width),
            Part::Mark { text } => {
                middle(
                    &mut lines,
                    &format!("[ {} ]", line(text)),
                    Face::Strong,
                    width,
                );
            }
            Part::Pair {
                label,
                value,
                weight,
                pending,
            } => {
                // paper has no colours: what is not confirmed has a star, and a sentence below tells of it
                let star = if *pending { " *" } else { "" };
                let value = format!("{}{star}", line(value));
                pair(&mut lines, &line(label), &value, (*weight).into(), width);
            }
            Part::Goods {
                name,
                detail,
                amount,
            } => goods(&mut lines, [name, detail, amount].map(|t| line(t)), width),
            Part::Note { text, pending } => {
                let star = if *pending { "* " } else { "" };
                let text = format!("{star}{}", line(text));
                lines.extend(wrap(&text, width, MOST_LINES).into_iter().map(left));
            }
            Part::Code { data } => {
                let data = line(data);
                lines.push(Line::Code { data: data.clone() });
                middle(&mut lines, &data, Face::Plain, width);
            }
            Part::Scan { data } => lines.push(Line::Scan { data: data.clone() }),
            Part::Rule => lines.push(Line::Rule),
        }
    }
    lines
}

fn left(text: String) -> Line {
    Line::Sides {
        left: text,
        right: String::new(),
        face: Face::Plain,
    }
}

fn middle(lines: &mut Vec<Line>, text: &str, face: Face, width: usize) {
    lines.extend(
        wrap(&line(text), width, MOST_LINES)
            .into_iter()
            .map(|text| Line::Middle { text, face }),
    );
}

/// Word and value on one line where both go in, else one below the other.
fn pair(lines: &mut Vec<Line>, label: &str, value: &str, face: Face, width: usize) {
    if columns(label) + 1 + columns(value) <= width {
        lines.push(Line::Sides {
            left: label.to_owned(),
            right: value.to_owned(),
            face,
        });
        return;
    }
    let words = wrap(label, width, MOST_LINES);
    let values = wrap(value, width, MOST_LINES);
    lines.extend(words.into_iter().map(|left| Line::Sides {
        left,
        right: String::new(),
        face,
    }));
    lines.extend(values.into_iter().map(|right| Line::Sides {
        left: String::new(),
        right,
        face,
    }));
}

/// A name, and below it how many and for how much; on one line where all goes in.
fn goods(lines: &mut Vec<Line>, [name, detail, amount]: [String; 3], width: usize) {
    let short = format!("{name}  {detail}");
    if columns(&short) + 2 + columns(&amount) <= width {
        lines.push(Line::Sides {
            left: short,
            right: amount,
            face: Face::Plain,
        });
        return;
    }
    lines.extend(wrap(&name, width, MOST_LINES).into_iter().map(left));
    pair(lines, &format!("  {detail}"), &amount, Face::Plain, width);
}

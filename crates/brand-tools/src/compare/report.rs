//! What a comparison found, for people and for programs.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use comfy_table::{CellAlignment, Table, presets};
use loyalty::{Money, Points, Program};
use protocol::ids::MemberId;
use serde::Serialize;

use super::replay::Figures;
use crate::csv_out::{self, Cell, Sheet};

/// Members whose tier differs that are named in the text; the CSV has all.
const NAMED: usize = 20;

/// Why the figures were not written to a file.
#[derive(Debug, thiserror::Error)]
pub enum CsvError {
    /// A file of that name is there.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// It cannot be written.
    #[error("{}: {source}", file.display())]
    Failed {
        /// Which.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// What two programs make of the same histories.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    /// Version of the published program.
    pub version: u32,
    /// Up to when.
    pub until: DateTime<Utc>,
    /// Rows of the ledger that their histories stand for.
    pub rows: u64,
    /// How many members there are.
    pub members: u64,
    /// How many of them would have another tier.
    pub tier_changes: u64,
    /// How many from which tier to which, those who keep theirs too.
    pub tiers: Vec<TierMove>,
    /// All together under the published program.
    pub before: Side,
    /// All together under the new one.
    pub after: Side,
    /// Every member, by the number on the card.
    #[serde(skip)]
    pub each: Vec<MemberChange>,
}

/// How many members go from a tier to a tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TierMove {
    /// Under the published program.
    pub from: String,
    /// Under the new one.
    pub to: String,
    /// How many.
    pub members: u64,
}

/// All members under one program.
#[derive(Debug, Clone, Serialize)]
pub struct Side {
    /// Their points, summed.
    #[serde(flatten)]
    pub figures: Figures,
    /// Yuan that the points issued are worth.
    pub issued_worth: Money,
    /// Yuan that the points redeemed were worth.
    pub redeemed_worth: Money,
    /// Yuan that the points expired were worth.
    pub expired_worth: Money,
    /// Yuan that the points outstanding are worth.
    pub outstanding_worth: Money,
    /// Of points that have left, the share that expired, in per cent; none where none has left.
    pub breakage_percent: Option<f64>,
    /// Of the points outstanding, those expected to expire.
    pub expected_breakage: Option<Points>,
    /// Yuan that the others are worth: what the brand should expect to pay.
    pub expected_cost: Option<Money>,
    #[serde(skip)]
    program: Program,
}

/// One member under both programs.
#[derive(Debug, Clone, Serialize)]
pub struct MemberChange {
    /// Her id.
    pub member: MemberId,
    /// The number on her card.
    pub no: String,
    /// Under the published program.
    pub before: Figures,
    /// Under the new one.
    pub after: Figures,
}

impl Side {
    fn new(program: &Program) -> Self {
        Self {
            figures: Figures::default(),
            issued_worth: Money::ZERO,
            redeemed_worth: Money::ZERO,
            expired_worth: Money::ZERO,
            outstanding_worth: Money::ZERO,
            breakage_percent: None,
            expected_breakage: None,
            expected_cost: None,
            program: program.clone(),
        }
    }

    fn add(&mut self, figures: &Figures) {
        self.figures.add(figures);
    }

    fn reckon(&mut self) {
        let f = &self.figures;
        let worth = |points: Points| self.program.worth(points.floor_zero());
        self.issued_worth = worth(f.issued);
        self.redeemed_worth = worth(f.redeemed);
        self.expired_worth = worth(f.expired);
        self.outstanding_worth = worth(f.outstanding);
        let (expired, left) = (
            i128::from(f.expired.get()),
            i128::from((f.expired + f.redeemed.floor_zero()).get()),
        );
        if left > 0 {
            let outstanding = f.outstanding.floor_zero();
            let lost = i128::from(outstanding.get()) * expired / left;
            let lost = Points(i64::try_from(lost).unwrap_or(i64::MAX));
            #[allow(clippy::cast_precision_loss, reason = "a per cent to one decimal")]
            let percent = (expired * 1_000 / left) as f64 / 10.0;
            self.breakage_percent = Some(percent);
            self.expected_breakage = Some(lost);
            self.expected_cost = Some(worth(outstanding - lost));
        }
    }
}

impl Comparison {
    pub(super) fn new(old: &Program, new: &Program, until: DateTime<Utc>, rows: u64) -> Self {
        Self {
            version: old.version(),
            until,
            rows,
            members: 0,
            tier_changes: 0,
            tiers: Vec::new(),
            before: Side::new(old),
            after: Side::new(new),
            each: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, page: Vec<MemberChange>) {
        for one in page {
            self.before.add(&one.before);
            self.after.add(&one.after);
            self.members += 1;
            self.each.push(one);
        }
    }

    pub(super) fn finish(mut self) -> Self {
        self.before.reckon();
        self.after.reckon();
        self.each
            .sort_by(|a, b| (&a.no, &a.member).cmp(&(&b.no, &b.member)));
        let mut moves: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for one in &self.each {
            *moves
                .entry((&one.before.tier, &one.after.tier))
                .or_default() += 1;
        }
        self.tiers = moves
            .into_iter()
            .map(|((from, to), members)| TierMove {
                from: from.to_owned(),
                to: to.to_owned(),
                members,
            })
            .collect();
        self.tier_changes = self
            .tiers
            .iter()
            .filter(|t| t.from != t.to)
            .map(|t| t.members)
            .sum();
        self
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{} members, {} ledger rows, up to {:?}\n\n",
            self.members, self.rows, self.until
        );
        text += &self.points_table().to_string();
        text += "\n\n";
        if self.tier_changes == 0 {
            text += "Nobody's tier differs.\n";
            return text;
        }
        text += &format!("{} members would have another tier:\n", self.tier_changes);
        text += &self.moves_table().to_string();
        text += "\n\n";
        text += &self.named_table().to_string();
        text += "\n";
        let more = self.tier_changes.saturating_sub(NAMED as u64);
        if more > 0 {
            text += &format!("and {more} more; --csv FILE names them all\n");
        }
        text
    }

    fn points_table(&self) -> Table {
        let mut table = table();
        table.set_header([
            String::new(),
            format!("version {}", self.version),
            "new".to_owned(),
            "difference".to_owned(),
        ]);
        let (b, a) = (&self.before, &self.after);
        let mut points = |name: &str, before: Points, after: Points| {
            table.add_row([
                name.to_owned(),
                grouped(before.get()),
                grouped(after.get()),
                signed((after - before).get()),
            ]);
        };
        let (f, g) = (&b.figures, &a.figures);
        points("points issued", f.issued, g.issued);
        points("added by hand", f.adjusted, g.adjusted);
        points("redeemed", f.redeemed, g.redeemed);
        points("  of it uncovered", f.uncovered, g.uncovered);
        points("taken back by returns", f.taken_back, g.taken_back);
        points("expired", f.expired, g.expired);
        points("outstanding", f.outstanding, g.outstanding);
        let known = |lost: Option<Points>| lost.map_or("–".to_owned(), |p| grouped(p.get()));
        table.add_row([
            "  of it expected to expire".to_owned(),
            known(b.expected_breakage),
            known(a.expected_breakage),
            b.expected_breakage
                .zip(a.expected_breakage)
                .map_or(String::new(), |(x, y)| signed((y - x).get())),
        ]);
        let mut money = |name: &str, before: Money, after: Money| {
            table.add_row([
                name.to_owned(),
                yuan(before),
                yuan(after),
                more_or_less(after - before),
            ]);
        };
        money("issued, worth", b.issued_worth, a.issued_worth);
        money("redeemed, worth", b.redeemed_worth, a.redeemed_worth);
        money("expired, worth", b.expired_worth, a.expired_worth);
        money(
            "outstanding, worth",
            b.outstanding_worth,
            a.outstanding_worth,
        );
        let known = |cost: Option<Money>| cost.map_or("–".to_owned(), yuan);
        table.add_row([
            "outstanding, expected cost".to_owned(),
            known(b.expected_cost),
            known(a.expected_cost),
            b.expected_cost
                .zip(a.expected_cost)
                .map_or(String::new(), |(x, y)| more_or_less(y - x)),
        ]);
        let percent = |p: Option<f64>| p.map_or("–".to_owned(), |p| format!("{p:.1} %"));
        table.add_row([
            "breakage so far".to_owned(),
            percent(b.breakage_percent),
            percent(a.breakage_percent),
            String::new(),
        ]);
        right(&mut table, 1..4);
        table
    }

    fn moves_table(&self) -> Table {
        let mut table = table();
        table.set_header(["from", "to", "members"]);
        for m in self.tiers.iter().filter(|m| m.from != m.to) {
            table.add_row([m.from.clone(), m.to.clone(), m.members.to_string()]);
        }
        right(&mut table, 2..3);
        table
    }

    fn named_table(&self) -> Table {
        let mut table = table();
        table.set_header(["card number", "from", "to", "outstanding", "then"]);
        let moved = self.each.iter().filter(|m| m.before.tier != m.after.tier);
        for m in moved.take(NAMED) {
            table.add_row([
                m.no.clone(),
                m.before.tier.clone(),
                m.after.tier.clone(),
                grouped(m.before.outstanding.get()),
                grouped(m.after.outstanding.get()),
            ]);
        }
        right(&mut table, 3..5);
        table
    }

    /// Writes every member's figures, as a spreadsheet shows them: no cell runs as a formula.
    ///
    /// # Errors
    /// Where the file is there already, or cannot be written.
    pub fn write_csv(&self, path: &Path) -> Result<(), CsvError> {
        let failed = |source: std::io::Error| match source.kind() {
            ErrorKind::AlreadyExists => CsvError::Exists(path.to_owned()),
            _ => CsvError::Failed {
                file: path.to_owned(),
                source,
            },
        };
        let bytes = self.csv().map_err(failed)?;
        csv_out::write_new(path, &bytes).map_err(failed)
    }

    /// Every member's figures as a CSV file.
    fn csv(&self) -> std::io::Result<Vec<u8>> {
        let mut csv = Sheet::new();
        let sides = ["before", "after"];
        let names = [
            "tier",
            "issued",
            "adjusted",
            "redeemed",
            "uncovered",
            "taken_back",
            "expired",
            "outstanding",
        ];
        let header = names
            .iter()
            .flat_map(|name| sides.iter().map(move |side| format!("{name}_{side}")));
        let fixed = ["member", "card_no"].map(str::to_owned);
        csv.row(fixed.into_iter().chain(header))?;
        for one in &self.each {
            let (b, a) = (&one.before, &one.after);
            let numbers = [
                (b.issued, a.issued),
                (b.adjusted, a.adjusted),
                (b.redeemed, a.redeemed),
                (b.uncovered, a.uncovered),
                (b.taken_back, a.taken_back),
                (b.expired, a.expired),
                (b.outstanding, a.outstanding),
            ];
            let texts: [Cell<'_>; 4] = [
                one.member.as_str().into(),
                (&one.no).into(),
                (&b.tier).into(),
                (&a.tier).into(),
            ];
            // a number below zero is a number, and is to be reckoned with
            let numbers = numbers
                .into_iter()
                .flat_map(|(x, y)| [Cell::from(x), y.into()]);
            csv.row(texts.into_iter().chain(numbers))?;
        }
        csv.bytes()
    }
}

fn table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table
}

fn right(table: &mut Table, columns: std::ops::Range<usize>) {
    for n in columns {
        if let Some(column) = table.column_mut(n) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

/// With thousands apart.
fn grouped(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    if n < 0 { format!("-{out}") } else { out }
}

/// ¥1,234.50.
fn yuan(money: Money) -> String {
    let fen = money.fen();
    let sign = if fen < 0 { "-" } else { "" };
    let (whole, part) = (fen.abs() / 100, fen.abs() % 100);
    format!("{sign}¥{}.{part:02}", grouped(whole))
}

fn more_or_less(money: Money) -> String {
    if money > Money::ZERO {
        format!("+{}", yuan(money))
    } else {
        yuan(money)
    }
}

fn signed(n: i64) -> String {
    if n > 0 {
        format!("+{}", grouped(n))
    } else {
        grouped(n)
    }
}

//! What became of an import, for people and for programs.

use loyalty::Money;
use serde::Serialize;

use super::apply::Sums;
use super::tally::FileReport;

/// What became of an import.
#[derive(Debug, Clone, Serialize)]
pub struct ImportReport {
    /// Nothing was kept: it was only tried.
    pub dry_run: bool,
    /// Version of the program that points were reckoned by.
    pub program: u32,
    /// That program was published by this import, as none was yet.
    pub program_published: bool,
    /// The products' file.
    pub products: Option<FileReport>,
    /// The members' file.
    pub members: Option<FileReport>,
    /// The purchases' file.
    pub purchases: Option<FileReport>,
    /// Stores that were made.
    pub stores_made: usize,
    /// Receipts that were made.
    pub receipts_made: usize,
    /// Receipts of which a part was recorded, and that got the rest.
    pub receipts_completed: usize,
    /// Counters' sales that the till's record confirmed.
    pub receipts_confirmed: usize,
    /// Of these, those of which the till has another amount.
    pub receipts_differing: usize,
    /// What these brought in.
    pub yuan: Money,
    /// Points that these earned.
    pub points_earned: i64,
}

impl ImportReport {
    pub(super) fn new(sums: Sums, program: u32, dry_run: bool) -> Self {
        Self {
            dry_run,
            program,
            program_published: false,
            products: None,
            members: None,
            purchases: None,
            stores_made: sums.stores,
            receipts_made: sums.receipts,
            receipts_completed: sums.completed,
            receipts_confirmed: sums.confirmed,
            receipts_differing: sums.differing,
            yuan: Money::from_fen(sums.fen),
            points_earned: sums.earned,
        }
    }

    /// Rows taken and receipts made, for the log.
    pub(super) fn summed_up(&self) -> String {
        let files = [
            ("products", &self.products),
            ("members", &self.members),
            ("purchases", &self.purchases),
        ];
        let taken = files.into_iter().filter_map(|(kind, report)| {
            Some(format!("{} rows of {kind}", report.as_ref()?.taken))
        });
        let made = format!("{} receipts made", self.receipts_made);
        taken.chain([made]).collect::<Vec<_>>().join(", ")
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut lines = Vec::new();
        let kinds = [
            ("products", &self.products),
            ("members", &self.members),
            ("purchases", &self.purchases),
        ];
        for (kind, report) in kinds {
            lines.extend(report.iter().flat_map(|r| r.lines(kind)));
        }
        let completed = match self.receipts_completed {
            0 => String::new(),
            n => format!(" and {n} completed"),
        };
        lines.push(format!(
            "{} receipts made{completed}, ¥{}, {} points earned by program version {}; {} stores made",
            self.receipts_made, self.yuan, self.points_earned, self.program, self.stores_made
        ));
        if self.receipts_confirmed > 0 {
            lines.push(format!(
                "{} sales of counters confirmed, {} of them with another amount",
                self.receipts_confirmed, self.receipts_differing
            ));
        }
        if self.program_published {
            lines.push(format!(
                "no rules were published yet: this import published version {}",
                self.program
            ));
        }
        if self.dry_run {
            lines.push("dry run: nothing was kept".to_owned());
        }
        lines.push(String::new());
        lines.join("\n")
    }
}

//! A receipt of a file against what is recorded of it: the same, in whatever order its lines stand; a part of it; or
//! more of it, where a file was cut within a receipt and another one has the rest.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use identity::receipt::ReceiptNumber;
use loyalty::{OpId, Program};
use protocol::ids::MemberId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::edges;
use super::error::ImportError;
use super::existing::IMPORTED;
use super::line::Line;
use super::read_purchases::NewReceipt;
use centre::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::{receipt, receipt_line};

/// Receipt numbers asked for in one statement.
const ASKED: usize = 400;

/// What a receipt of a file is to the one that is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Against {
    /// All of its lines are there.
    There,
    /// All that is there is in it, and more: for each line of the file whether it is new.
    More(Vec<bool>),
    /// None of its lines is there.
    Others,
    /// Some of its lines are there, and some that are there are not in it.
    Different,
}

/// Compares the lines of a file's receipt with those that are recorded of it; the order says nothing.
pub fn compare(file: &[Line], recorded: &[Line]) -> Against {
    let mut left: BTreeMap<&Line, usize> = BTreeMap::new();
    for line in recorded {
        *left.entry(line).or_default() += 1;
    }
    let mut new = Vec::with_capacity(file.len());
    for line in file {
        match left.get_mut(line) {
            Some(n) if *n > 0 => {
                *n -= 1;
                new.push(false);
            }
            _ => new.push(true),
        }
    }
    let missing = left.values().sum::<usize>();
    if new.iter().all(|new| !new) {
        Against::There
    } else if missing == 0 {
        Against::More(new)
    } else if new.iter().all(|new| *new) {
        Against::Others
    } else {
        Against::Different
    }
}

/// A receipt that is recorded, with its lines.
#[derive(Debug)]
struct Recorded {
    op_id: OpId,
    member: MemberId,
    at: DateTime<Utc>,
    /// It came from a file: its time is the till's, and another file may have more of it.
    imported: bool,
    /// It stood at the beginning or end of that file.
    at_edge: bool,
    lines: Vec<Line>,
}

/// Receipts that are recorded under the numbers of a file.
#[derive(Debug, Default)]
pub struct OnRecord {
    by_number: HashMap<(String, String), Vec<Recorded>>,
}

/// What the record has of a receipt of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Has {
    /// All that the file has of it.
    All {
        /// By what the sale is known.
        op_id: OpId,
        /// Its record stood at an edge of its file, and has no line that is not in this file.
        whole_now: bool,
    },
    /// A part of it.
    Part {
        /// By what the sale is known.
        op_id: OpId,
        /// For each line of the file whether it is new.
        new: Vec<bool>,
    },
}

impl OnRecord {
    /// Looks up what is recorded under the numbers of a file.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn look_up(work: &UnitOfWork, wanted: &[NewReceipt]) -> Result<Self, ImportError> {
        let db = work.on();
        let mut all = Self::default();
        let keys: BTreeSet<String> = wanted.iter().map(NewReceipt::number_key).collect();
        let keys: Vec<String> = keys.into_iter().collect();
        for some in keys.chunks(ASKED) {
            let rows = receipt::Entity::find()
                .filter(receipt::Column::NumberKey.is_in(some.iter().cloned()))
                .all(db)
                .await?;
            let ids: Vec<OpId> = rows.iter().map(|r| r.op_id.0.clone()).collect();
            let at_edge = edges::among(work, &ids).await?;
            let mut lines = lines_of(work, &rows).await?;
            for row in rows {
                let number = ReceiptNumber::stored(row.receipt_no.as_str())
                    .exact()
                    .to_owned();
                let recorded = Recorded {
                    at: *row.at,
                    imported: row.op_id.as_str().starts_with(IMPORTED),
                    at_edge: at_edge.contains(&row.op_id),
                    lines: lines.remove(&row.op_id).unwrap_or_default(),
                    member: row.member_id.into_inner(),
                    op_id: row.op_id.into_inner(),
                };
                let key = (row.store_id.to_string(), number);
                all.by_number.entry(key).or_default().push(recorded);
            }
        }
        Ok(all)
    }

    /// What is known of a receipt of a member; none where nothing is, or where what is recorded is not like it.
    pub fn of(&self, member: &MemberId, receipt: &NewReceipt, program: &Program) -> Option<Has> {
        let number = ReceiptNumber::stored(&receipt.no).exact().to_owned();
        let file = receipt.lines_known();
        let own = self.by_number.get(&(receipt.store.clone(), number))?;
        own.iter()
            .filter(|r| r.member == *member)
            .find_map(|r| r.against(receipt, &file, program))
    }
}

impl Recorded {
    fn against(&self, receipt: &NewReceipt, file: &[Line], program: &Program) -> Option<Has> {
        let op_id = self.op_id.clone();
        let there = |whole_now| Has::All {
            op_id: self.op_id.clone(),
            whole_now,
        };
        if !self.imported {
            // a counter recorded it, at its own time: the same sale has all of its lines
            let day = |at| program.business_date(at);
            let same = day(self.at) == day(receipt.at) && file.len() == self.lines.len();
            return (same && compare(file, &self.lines) == Against::There).then(|| there(false));
        }
        if self.at != receipt.at {
            return None;
        }
        match compare(file, &self.lines) {
            Against::There => Some(there(self.at_edge && file.len() == self.lines.len())),
            Against::More(new) => Some(Has::Part { op_id, new }),
            // one file ended, or began, within it, and so does this one
            Against::Others if self.at_edge && receipt.edge.is_some() => Some(Has::Part {
                op_id,
                new: vec![true; file.len()],
            }),
            Against::Others | Against::Different => None,
        }
    }
}

/// The lines of some receipts, by the id of the sale.
async fn lines_of(
    work: &UnitOfWork,
    receipts: &[receipt::Model],
) -> Result<HashMap<OpId, Vec<Line>>, ImportError> {
    let members: HashSet<&Col<MemberId>> = receipts.iter().map(|r| &r.member_id).collect();
    let rows = receipt_line::Entity::find()
        .filter(receipt_line::Column::MemberId.is_in(members))
        .filter(receipt_line::Column::OpId.is_in(receipts.iter().map(|r| r.op_id.as_str())))
        .order_by_asc(receipt_line::Column::N)
        .all(work.on())
        .await?;
    let mut lines: HashMap<OpId, Vec<Line>> = HashMap::new();
    for row in rows {
        lines.entry(row.op_id.into_inner()).or_default().push(Line {
            sku: row.sku.0.into_string(),
            qty: *row.qty,
            amount: *row.amount_fen,
        });
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use loyalty::Money;
    use proptest::prelude::*;

    fn lines(of: &[(u8, u32)]) -> Vec<Line> {
        of.iter()
            .map(|(sku, qty)| Line {
                sku: sku.to_string(),
                qty: *qty,
                amount: Money::from_fen(i64::from(*qty) * 100),
            })
            .collect()
    }

    #[test]
    fn the_same_a_part_more_and_others() {
        let recorded = lines(&[(1, 1), (2, 1), (1, 1)]);
        assert_eq!(
            compare(&lines(&[(2, 1), (1, 1), (1, 1)]), &recorded),
            Against::There
        );
        assert_eq!(compare(&lines(&[(1, 1)]), &recorded), Against::There);
        let more = lines(&[(3, 1), (1, 1), (1, 1), (2, 1)]);
        assert_eq!(
            compare(&more, &recorded),
            Against::More(vec![true, false, false, false])
        );
        let thrice = lines(&[(1, 1), (1, 1), (1, 1), (2, 1)]);
        assert_eq!(
            compare(&thrice, &recorded),
            Against::More(vec![false, false, true, false])
        );
        assert_eq!(compare(&lines(&[(3, 1)]), &recorded), Against::Others);
        assert_eq!(
            compare(&lines(&[(1, 1), (3, 1)]), &recorded),
            Against::Different
        );
        assert_eq!(compare(&lines(&[(1, 2)]), &recorded), Against::Others);
    }

    proptest! {
        #[test]
        fn order_says_nothing(lines in proptest::collection::vec((0_u8..4, 1_u32..3), 1..8), cut in 0_usize..8) {
            let whole = self::lines(&lines);
            let mut turned = whole.clone();
            turned.reverse();
            prop_assert_eq!(compare(&turned, &whole), Against::There);
            let part = &turned[..cut.min(turned.len())];
            prop_assert_eq!(compare(part, &whole), Against::There);
            if let Against::More(new) = compare(&whole, part) {
                prop_assert_eq!(new.iter().filter(|new| **new).count(), whole.len() - part.len());
            } else {
                prop_assert_eq!(part.len(), whole.len());
            }
        }
    }
}

//! What becomes of a receipt of the file whose number, or one like it, is there.

use chrono::{DateTime, Utc};
use identity::receipt::{Common, Likeness, ReceiptNumber, Relation, judge};
use loyalty::{OpId, Program};
use protocol::ids::MemberId;

use super::read_purchases::NewReceipt;
use super::tally::Fate;

/// A receipt that is recorded.
#[derive(Debug, Clone)]
pub struct KnownReceipt {
    /// By what the sale is known.
    pub op_id: OpId,
    /// The till's number.
    pub number: ReceiptNumber,
    /// When it was; of one that a counter recorded, when it was recorded.
    pub at: DateTime<Utc>,
    /// Whether it came from a file: then its time is the till's.
    pub imported: bool,
    /// Whether anything is left to return.
    pub stands: bool,
    /// Whose.
    pub member: MemberId,
    /// What it says.
    pub content_hash: String,
}

/// What becomes of it, and what is to be noted of it; none where it is new.
pub fn fate(
    program: &Program,
    receipt: &NewReceipt,
    member: &MemberId,
    content: &str,
    there: &[KnownReceipt],
) -> Option<(Fate, Option<String>)> {
    let number = ReceiptNumber::stored(&receipt.no);
    let held = there.iter().filter_map(|known| {
        let days = program.business_date(receipt.at) - program.business_date(known.at);
        let common = Common {
            likeness: number.likeness(&known.number),
            days: days.num_days().unsigned_abs(),
            member: known.member == *member,
            content: known.content_hash == content,
        };
        let verdict = against(&common, known, receipt)?;
        Some((verdict, common, known))
    });
    // one that it is for sure goes before those that it may be
    let (verdict, common, known) = held.max_by_key(|(verdict, ..)| *verdict)?;
    let (no, store) = (&receipt.no, &receipt.store);
    let as_there = known.number.written();
    let day = program.business_date(known.at);
    Some(match verdict {
        Against::There => (Fate::AlreadyThere, None),
        Against::ThereButZeros => (
            Fate::AlreadyThere,
            Some(format!(
                "receipt {no:?} of store {store:?} is there as {as_there:?}"
            )),
        ),
        Against::Other => {
            let how = match (common.member, common.likeness) {
                (_, Likeness::ButZeros) => {
                    format!("as {as_there:?}: likely the same, without its zeros")
                }
                (false, _) => "as another member's".to_owned(),
                (true, _) => "with other content".to_owned(),
            };
            (
                Fate::Rejected(format!(
                    "receipt: number {no:?} of store {store:?} is there {how}"
                )),
                None,
            )
        }
        Against::Perhaps => {
            let how = format!(
                "receipt: number {no:?} of store {store:?} is likely {as_there:?} of {day}, which is there"
            );
            (Fate::Rejected(how), None)
        }
    })
}

/// Which of the counters' sales the till's record confirms: of the same number, business day and member. One that says the
/// same goes before others; one whose number has other zeros at the beginning has to say the same.
pub fn confirmed<'a>(
    program: &Program,
    receipt: &NewReceipt,
    member: &MemberId,
    content: &str,
    there: &'a [KnownReceipt],
) -> Option<&'a KnownReceipt> {
    let number = ReceiptNumber::stored(&receipt.no);
    let day = program.business_date(receipt.at);
    let of_counter = there.iter().filter(|known| {
        let same_day = program.business_date(known.at) == day;
        !known.imported && known.member == *member && same_day
    });
    let alike = of_counter.filter(|known| match number.likeness(&known.number) {
        Likeness::Same => true,
        Likeness::ButZeros => known.content_hash == content,
        Likeness::Other => false,
    });
    alike.max_by_key(|known| (known.content_hash == content, known.stands))
}

/// What a receipt is to one that is there, the surest last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Against {
    Perhaps,
    Other,
    ThereButZeros,
    There,
}

fn against(common: &Common, known: &KnownReceipt, receipt: &NewReceipt) -> Option<Against> {
    let sure = common.member && common.content;
    match judge(common) {
        // of one that shares only the number, the other is another till's
        Relation::TwoSales | Relation::Shared => None,
        // one that came back whole is that one all the same: the file tells of the past
        Relation::OneSale => Some(Against::There),
        Relation::Perhaps if common.days == 0 && sure => Some(Against::ThereButZeros),
        // a sale that was undone and recorded rightly: the file may have the right one
        Relation::Taken | Relation::Perhaps if !known.stands => None,
        // both times are the till's own: two tills gave the number
        Relation::Taken if known.imported && !common.member && known.at != receipt.at => None,
        Relation::Taken => Some(Against::Other),
        Relation::Perhaps if common.days == 0 => Some(Against::Other),
        // both times are the till's own, and they are of two days
        Relation::Perhaps if known.imported => None,
        Relation::Perhaps => Some(Against::Perhaps),
    }
}

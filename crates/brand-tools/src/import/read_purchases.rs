//! Rows of the purchases' file as receipts. A receipt is taken whole or not at all: points are
//! reckoned on all of it, and a receipt number is recorded once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use identity::card::CARD_CHARS;
use identity::receipt::ReceiptNumber;
use identity::sku::SKU_CHARS;
use identity::{CardNo, Sku};
use loyalty::Money;
use protocol::limits;

use super::line::Line;
use super::moment;
use super::open::{Fields, OpenFile};
use super::table::{Broken, Row};
use super::tally::Tally;
use super::value;

/// Whose purchase it is, as the file says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Buyer {
    /// By card number.
    No(String),
    /// By phone.
    Phone(String),
}

/// A receipt as the brand's file has it.
#[derive(Debug, Clone)]
pub struct NewReceipt {
    /// Places of its rows in the file.
    pub rows: Vec<usize>,
    /// Whose.
    pub buyer: Buyer,
    /// Where.
    pub store: String,
    /// The till's number.
    pub no: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Through what.
    pub channel: String,
    /// What; a line for each of its rows.
    pub lines: Vec<NewLine>,
    /// Where it stands in the file, if at an end of it.
    pub edge: Option<Edge>,
    /// Line of the last of its rows.
    pub last_line: usize,
}

/// An end of a file: it may have been cut there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Its beginning.
    First,
    /// Its end.
    Last,
}

impl NewReceipt {
    /// What its number is looked for by.
    pub fn number_key(&self) -> String {
        ReceiptNumber::stored(&self.no).loose()
    }

    /// Its lines, as they are compared with those that are recorded.
    pub fn lines_known(&self) -> Vec<Line> {
        let lines = self.lines.iter().map(|l| Line {
            sku: l.sku.clone(),
            qty: l.qty,
            amount: l.amount,
        });
        lines.collect()
    }
}

/// A line of a receipt.
#[derive(Debug, Clone)]
pub struct NewLine {
    /// Product.
    pub sku: String,
    /// Name, where the file has one.
    pub name: Option<String>,
    /// Category, where the file has one.
    pub category: Option<String>,
    /// Pieces; 0 is taken and cannot be returned.
    pub qty: u32,
    /// What it brought in.
    pub amount: Money,
}

/// A row before it is put to its receipt.
struct Parsed {
    buyer: Buyer,
    store: String,
    receipt: String,
    at: DateTime<Utc>,
    channel: String,
    line: NewLine,
}

/// Receipts in the order in which they begin in the file; what cannot be one is rejected in the
/// tally, with all rows of the receipt that it belongs to.
pub fn read(file: &OpenFile, tally: &mut Tally, zone: Tz, now: DateTime<Utc>) -> Vec<NewReceipt> {
    let mut gathered = Gathered::new(zone);
    for (i, row) in file.rows.iter().enumerate() {
        let parsed = match &row.fault {
            Some(why) => Err(why.clone()),
            None => parse(file, row, zone, now),
        };
        match parsed {
            Ok((parsed, doubts)) => {
                gathered.add(i, row.line, parsed);
                tally.doubt(i, doubts);
            }
            Err(why) => {
                let key = key(file, row);
                // it may belong to the receipt before it or to the one after it
                let unknown = key.is_none() && row.broken == Broken::Itself;
                if unknown || row.broken == Broken::WithOthers {
                    gathered.doubt(row.line);
                }
                if let Some(key) = key {
                    gathered.spoil(key, row.line, &why);
                }
                tally.reject(i, why);
            }
        }
    }
    gathered.settle(file, tally)
}

/// Receipts as they come together row by row.
struct Gathered {
    /// Where their days are.
    zone: Tz,
    receipts: Vec<NewReceipt>,
    /// Why each cannot be taken: line and reason.
    faults: Vec<Option<(usize, String)>>,
    /// Those of a number: on several days, or of several tills.
    by_key: HashMap<Key, Vec<usize>>,
    /// Faults of rows, by the number that they have: those that come after are in doubt too.
    spoilt: HashMap<Key, (usize, String)>,
    /// The receipt of the row before.
    previous: Option<usize>,
    /// A row before this one that may belong to this one's receipt.
    doubtful: Option<usize>,
}

/// Store and number, however it is spelt.
type Key = (String, String);

fn key_of(store: &str, no: &str) -> Key {
    let number = ReceiptNumber::stored(no);
    (store.to_owned(), number.exact().to_owned())
}

impl Gathered {
    fn new(zone: Tz) -> Self {
        Self {
            zone,
            receipts: Vec::new(),
            faults: Vec::new(),
            by_key: HashMap::new(),
            spoilt: HashMap::new(),
            previous: None,
            doubtful: None,
        }
    }

    fn add(&mut self, i: usize, line: usize, parsed: Parsed) {
        let key = key_of(&parsed.store, &parsed.receipt);
        let place = match self.place(&key, &parsed) {
            Some(place) => {
                let receipt = &mut self.receipts[place];
                if let Some(why) = differs(receipt, &parsed) {
                    self.faults[place].get_or_insert((line, why));
                }
                receipt.rows.push(i);
                receipt.lines.push(parsed.line);
                place
            }
            None => {
                self.faults.push(self.spoilt.get(&key).cloned());
                let place = self.receipts.len();
                self.by_key.entry(key).or_default().push(place);
                self.receipts.push(begin(i, parsed));
                place
            }
        };
        if let Some(line) = self.doubtful.take() {
            self.faults[place].get_or_insert((line, UNKNOWN.to_owned()));
        }
        self.previous = Some(place);
    }

    fn spoil(&mut self, key: Key, line: usize, why: &str) {
        // which day it was of is not sure where the row cannot be read
        for place in self.by_key.get(&key).into_iter().flatten() {
            self.faults[*place].get_or_insert((line, why.to_owned()));
        }
        self.spoilt.entry(key).or_insert((line, why.to_owned()));
    }

    /// The receipt that a row belongs to: of that number, on that day. Where both member and time are others, it
    /// is another till's.
    fn place(&self, key: &Key, row: &Parsed) -> Option<usize> {
        let day = |at: DateTime<Utc>| at.with_timezone(&self.zone).date_naive();
        let own = self.by_key.get(key)?;
        let of_day = |place: &&usize| day(self.receipts[**place].at) == day(row.at);
        let fits = |place: &&usize| differs(&self.receipts[**place], row).is_none();
        let may_be = |place: &&usize| {
            let receipt = &self.receipts[**place];
            receipt.buyer == row.buyer || receipt.at == row.at
        };
        let of_day = || own.iter().filter(of_day);
        of_day()
            .find(fits)
            .or_else(|| of_day().find(may_be))
            .copied()
    }

    fn doubt(&mut self, line: usize) {
        if let Some(place) = self.previous {
            self.faults[place].get_or_insert((line, UNKNOWN.to_owned()));
        }
        self.doubtful = Some(line);
    }

    fn settle(self, file: &OpenFile, tally: &mut Tally) -> Vec<NewReceipt> {
        let mut good = Vec::with_capacity(self.receipts.len());
        let is_row = |row: &Row| row.fault.is_none();
        let first = file.rows.iter().position(is_row);
        let last = file.rows.iter().rposition(is_row);
        for (mut receipt, fault) in self.receipts.into_iter().zip(self.faults) {
            let fault = fault.or_else(|| {
                let too_long = receipt.lines.len() > limits::LINES;
                too_long.then(|| (0, format!("a receipt of more than {} lines", limits::LINES)))
            });
            let Some((line, why)) = fault else {
                let at = |row: Option<usize>| row.is_some_and(|row| receipt.rows.contains(&row));
                receipt.edge = match (at(first), at(last)) {
                    (_, true) => Some(Edge::Last),
                    (true, false) => Some(Edge::First),
                    (false, false) => None,
                };
                let end = receipt.rows.last().and_then(|row| file.rows.get(*row));
                receipt.last_line = end.map_or(0, |row| row.line);
                good.push(receipt);
                continue;
            };
            for i in receipt.rows {
                let own = file.rows.get(i).is_some_and(|r| r.line == line) || line == 0;
                let told = if own {
                    why.clone()
                } else {
                    format!("another line of its receipt was set aside: line {line}, {why}")
                };
                tally.reject(i, told);
            }
        }
        good
    }
}

/// Of a row beside a receipt.
const UNKNOWN: &str = "which may belong to it, cannot be read";

fn begin(i: usize, p: Parsed) -> NewReceipt {
    NewReceipt {
        rows: vec![i],
        buyer: p.buyer,
        store: p.store,
        no: p.receipt,
        at: p.at,
        channel: p.channel,
        lines: vec![p.line],
        edge: None,
        last_line: 0,
    }
}

fn differs(receipt: &NewReceipt, p: &Parsed) -> Option<String> {
    let what = if receipt.buyer != p.buyer {
        "of several members"
    } else if receipt.at != p.at {
        "with several times"
    } else if receipt.channel != p.channel {
        "of several channels"
    } else {
        return None;
    };
    Some(format!("receipt: a receipt {what}"))
}

/// The receipt that a broken row belongs to, where that can be read.
fn key(file: &OpenFile, row: &Row) -> Option<Key> {
    let mut whole = row.clone();
    if whole.fields.len() < file.columns.len() {
        // where a row is cut, its last field may be cut too
        whole.fields.pop();
    }
    let mut fields = file.fields(&whole);
    let mut read = |field: &'static str| {
        let text = fields.needed_identifier(field, 40).ok()?;
        let lost = text.contains(char::REPLACEMENT_CHARACTER);
        (!lost).then_some(text)
    };
    Some(key_of(
        &read("purchases.store")?,
        &read("purchases.receipt")?,
    ))
}

/// A row, and what of it was not taken.
fn parse(
    file: &OpenFile,
    row: &Row,
    zone: Tz,
    now: DateTime<Utc>,
) -> Result<(Parsed, Vec<String>), String> {
    let mut fields = file.fields(row);
    let buyer = buyer(file, &mut fields)?;
    let (time, source) = fields.needed("purchases.time")?;
    let at = moment::time(&time, source.format.as_deref(), zone, now, "time")?;
    if at.serial {
        fields.doubts.push(format!(
            "time: {time:?} is taken for {}, as a spreadsheet counts days",
            at.value.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S")
        ));
    }
    let (amount, _) = fields.needed("purchases.amount")?;
    let mut net = value::amount(&amount, &file.numbers, "amount")?;
    for off in fields.minus("purchases.amount") {
        // some tills write discounts above zero, some below
        let off = value::signed_amount(off, &file.numbers, "amount")?;
        net -= if off < Money::ZERO { -off } else { off };
    }
    if net < Money::ZERO {
        return Err(format!("amount: {net} after discounts is below zero"));
    }
    let qty = match fields.said("purchases.qty")? {
        None if file.has("purchases.qty") => return Err("qty is empty".into()),
        None => 1,
        Some((v, _)) => value::count(&v, &file.numbers, "qty", limits::QUANTITY)?,
    };
    let parsed = Parsed {
        buyer,
        store: fields.needed_identifier("purchases.store", 40)?,
        receipt: fields.needed_identifier("purchases.receipt", limits::RECEIPT_CHARS)?,
        at: at.value,
        channel: fields
            .text("purchases.channel", 40)
            .unwrap_or_else(|| "store".to_owned()),
        line: NewLine {
            sku: sku(&fields.needed_identifier("purchases.sku", SKU_CHARS)?)?,
            name: fields.text("purchases.name", 120),
            category: fields.text("purchases.category", 60),
            qty,
            amount: net,
        },
    };
    Ok((parsed, fields.doubts))
}

/// The number of a card as it is kept.
fn card(text: &str) -> Result<String, String> {
    let card = CardNo::parse(text).map_err(|why| format!("member: {text:?} {why}"))?;
    Ok(card.as_str().to_owned())
}

/// The number of a product as it is kept.
fn sku(text: &str) -> Result<String, String> {
    let sku = Sku::parse(text).map_err(|why| format!("sku: {text:?} {why}"))?;
    Ok(sku.as_str().to_owned())
}

/// Whose it is: by the card's number, and by the phone where that is not given or cannot be read.
fn buyer(file: &OpenFile, fields: &mut Fields<'_>) -> Result<Buyer, String> {
    let by_phone = file.has("purchases.phone");
    let card = fields
        .identifier("purchases.member", CARD_CHARS)
        .and_then(|no| no.map(|no| card(&no)).transpose());
    match card {
        Ok(Some(no)) => return Ok(Buyer::No(no)),
        Ok(None) if !by_phone => return Err("member is empty".into()),
        Ok(None) => {}
        Err(why) if by_phone => fields.doubts.push(why),
        Err(why) => return Err(why),
    }
    let phone = value::phone(&fields.needed("purchases.phone")?.0)?;
    Ok(Buyer::Phone(phone))
}

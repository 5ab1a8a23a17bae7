//! Rows of the purchases' file as receipts. A receipt is taken whole or not at all: points are
//! reckoned on all of it, and a receipt number is recorded once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use loyalty::Money;
use protocol::limits;

use super::open::OpenFile;
use super::table::Row;
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
    /// What.
    pub lines: Vec<NewLine>,
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
    let mut receipts: Vec<NewReceipt> = Vec::new();
    let mut faults: Vec<Option<(usize, String)>> = Vec::new();
    let mut by_key: HashMap<(String, String), usize> = HashMap::new();
    for (i, row) in file.rows.iter().enumerate() {
        if !tally.is_open(i) {
            continue;
        }
        let parsed = parse(file, row, zone, now);
        // a broken row still belongs to its receipt, where that can be read
        let key = match &parsed {
            Ok(p) => Some((p.store.clone(), p.receipt.clone())),
            Err(_) => key(file, row),
        };
        let place = key.as_ref().and_then(|k| by_key.get(k)).copied();
        match (parsed, place) {
            (Ok(parsed), None) => {
                by_key.extend(key.map(|k| (k, receipts.len())));
                receipts.push(begin(i, parsed));
                faults.push(None);
            }
            (Ok(parsed), Some(place)) => {
                let receipt = &mut receipts[place];
                if let Some(why) = differs(receipt, &parsed) {
                    faults[place].get_or_insert((row.line, why));
                }
                receipt.rows.push(i);
                receipt.lines.push(parsed.line);
            }
            (Err(why), place) => {
                match (place, key) {
                    (Some(place), _) => {
                        faults[place].get_or_insert((row.line, why.clone()));
                    }
                    (None, Some((store, no))) => {
                        // later rows of the same receipt find it, and its fault
                        by_key.insert((store.clone(), no.clone()), receipts.len());
                        faults.push(Some((row.line, why.clone())));
                        receipts.push(NewReceipt {
                            rows: Vec::new(),
                            buyer: Buyer::No(String::new()),
                            store,
                            no,
                            at: now,
                            channel: String::new(),
                            lines: Vec::new(),
                        });
                    }
                    (None, None) => {}
                }
                tally.reject(i, why);
            }
        }
    }
    let mut good = Vec::with_capacity(receipts.len());
    for (receipt, fault) in receipts.into_iter().zip(faults) {
        let fault = fault.or_else(|| {
            let too_long = receipt.lines.len() > limits::LINES;
            too_long.then(|| (0, format!("a receipt of more than {} lines", limits::LINES)))
        });
        match fault {
            None => good.push(receipt),
            Some((line, why)) => {
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
        }
    }
    good
}

fn begin(i: usize, p: Parsed) -> NewReceipt {
    NewReceipt {
        rows: vec![i],
        buyer: p.buyer,
        store: p.store,
        no: p.receipt,
        at: p.at,
        channel: p.channel,
        lines: vec![p.line],
    }
}

fn differs(receipt: &NewReceipt, p: &Parsed) -> Option<String> {
    // a receipt that began with a broken row knows nothing yet
    if receipt.lines.is_empty() {
        return None;
    }
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

fn key(file: &OpenFile, row: &Row) -> Option<(String, String)> {
    let (store, _) = file.needed(row, "purchases.store").ok()?;
    let (receipt, _) = file.needed(row, "purchases.receipt").ok()?;
    Some((store, receipt))
}

fn parse(file: &OpenFile, row: &Row, zone: Tz, now: DateTime<Utc>) -> Result<Parsed, String> {
    let text = |field: &str, what: &str, most: usize| -> Result<Option<String>, String> {
        file.field(row, field)?
            .map(|(v, _)| value::text(&v, what, most))
            .transpose()
    };
    let needed = |field: &str, what: &str, most: usize| -> Result<String, String> {
        value::text(&file.needed(row, field)?.0, what, most)
    };
    let buyer = match file.field(row, "purchases.member")? {
        Some((no, _)) => Buyer::No(no),
        None if file.has("purchases.phone") => {
            Buyer::Phone(value::phone(&file.needed(row, "purchases.phone")?.0)?)
        }
        None => return Err("member is empty".into()),
    };
    let (time, source) = file.needed(row, "purchases.time")?;
    let at = value::time(&time, source.format.as_deref(), zone, now, "time")?;
    let (amount, _) = file.needed(row, "purchases.amount")?;
    let mut net = value::amount(&amount, "amount")?;
    for off in file.minus(row, "purchases.amount") {
        // some tills write discounts above zero, some below
        let off = value::signed_amount(off, "amount")?;
        net -= if off < Money::ZERO { -off } else { off };
    }
    if net < Money::ZERO {
        return Err(format!("amount: {net} after discounts is below zero"));
    }
    let qty = match file.field(row, "purchases.qty")? {
        None if file.has("purchases.qty") => return Err("qty is empty".into()),
        None => 1,
        Some((v, _)) => value::count(&v, "qty", limits::QUANTITY)?,
    };
    Ok(Parsed {
        buyer,
        store: needed("purchases.store", "store", 40)?,
        receipt: needed("purchases.receipt", "receipt", limits::RECEIPT_CHARS)?,
        at,
        channel: text("purchases.channel", "channel", 40)?.unwrap_or_else(|| "store".to_owned()),
        line: NewLine {
            sku: needed("purchases.sku", "sku", 40)?,
            name: text("purchases.name", "name", 120)?,
            category: text("purchases.category", "category", 60)?,
            qty,
            amount: net,
        },
    })
}

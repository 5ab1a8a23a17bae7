//! One member by what names her alone, for a scan or a sale: no list, no mask.

use super::fold;
use super::keys::{self, END};
use super::top;
use rusqlite::{Connection, Result};

/// The id of the member with this number on her card, spaces, dashes and case aside.
///
/// # Errors
/// What the database says.
pub fn exact_no(conn: &Connection, no: &str) -> Result<Option<String>> {
    let number = fold::number(no);
    exact(conn, &number, |row_no, _| fold::number(row_no) == number)
}

/// The id of the member with this mobile number; where several have it, of the one who bought last.
///
/// # Errors
/// What the database says.
pub fn exact_phone(conn: &Connection, phone: &str) -> Result<Option<String>> {
    let phone = fold::phone(phone);
    exact(conn, &phone, |_, row_phone| fold::phone(row_phone) == phone)
}

fn exact(conn: &Connection, text: &str, is: impl Fn(&str, &str) -> bool) -> Result<Option<String>> {
    let Some(mut key) = keys::key_text('d', text) else {
        return Ok(None);
    };
    key.push(END);
    let mut read = conn.prepare_cached("SELECT id, no, phone FROM search_row WHERE member = ?1")?;
    for entry in top::first(conn, &key, top::LIST)? {
        let (id, no, phone): (String, String, String) = read.query_row([entry.member], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
        if is(&no, &phone) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

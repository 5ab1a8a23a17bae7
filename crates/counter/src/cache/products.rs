//! Products: by number, bar code, name, pinyin or initials. A counter has hundreds to a few
//! thousand of them, so looking through all is quick enough.

use super::text::bodies;
use crate::error::Result;
use crate::search;
use identity::{Barcode, Found, Likeness, Sku, choose, sku, text};
use protocol::entity::Product;
use rusqlite::{Connection, Transaction, params};

/// The longest text that products are looked for by, in characters.
const TYPED_CHARS: usize = 64;

/// What a product is looked for by.
struct Keys {
    sku: String,
    code: String,
    name: String,
}

impl Keys {
    fn of(sku: &str, barcode: Option<&str>, name: &str) -> Self {
        Self {
            sku: text::fold(sku),
            code: barcode.map(Barcode::key_of).unwrap_or_default(),
            name: text::fold(name),
        }
    }
}

/// Writes a product.
pub(super) fn put(tx: &Transaction<'_>, p: &Product, body: &str) -> Result<()> {
    let (pinyin, initials) = search::plain_reading(&p.name);
    let keys = Keys::of(&p.sku, p.barcode.as_deref(), &p.name);
    tx.prepare_cached(
        "REPLACE INTO product
           (sku, barcode, name, pinyin, initials, active, body, sku_key, code_key, name_key)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        p.sku, p.barcode, p.name, pinyin, initials, p.active, body, keys.sku, keys.code, keys.name
    ])?;
    Ok(())
}

/// Takes a product out.
pub(super) fn remove(tx: &Transaction<'_>, sku: &str) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM product WHERE sku = ?1")?
        .execute([sku])?;
    Ok(())
}

/// Gives keys to the products of a cache that was written without them.
pub(super) fn write_keys(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut read = tx.prepare("SELECT sku, barcode, name FROM product")?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let number: String = row.get(0)?;
        let barcode: Option<String> = row.get(1)?;
        let name: String = row.get(2)?;
        let keys = Keys::of(&number, barcode.as_deref(), &name);
        tx.prepare_cached(
            "UPDATE product SET sku_key = ?2, code_key = ?3, name_key = ?4 WHERE sku = ?1",
        )?
        .execute((&number, keys.sku, keys.code, keys.name))?;
    }
    Ok(())
}

/// The product that is meant by a number or a bar code, as it was typed or scanned. A number that is a product's
/// exactly is that one; a bar code is that of what is sold now; where several are meant, somebody has to say which.
pub(crate) fn products_like(conn: &Connection, typed: &str) -> Result<Found<Product>> {
    if typed.chars().count() > TYPED_CHARS * 2 {
        return Ok(Found::None);
    }
    let sql = "SELECT body FROM product WHERE sku_key = ?1 OR code_key = ?2";
    let keys = (text::fold(typed), code_key(typed));
    let like = bodies::<Product>(conn, sql, keys)?
        .into_iter()
        .filter_map(|p| Some((sku::likeness(typed, &p.sku, p.barcode.as_deref())?, p)))
        .collect::<Vec<_>>();
    let number = Sku::parse(typed).ok();
    let named = |p: &Product| number.as_ref().is_some_and(|n| n.is(&p.sku));
    if let Some((_, p)) = like.iter().find(|(l, p)| *l == Likeness::Exact && named(p)) {
        return Ok(Found::One(p.clone()));
    }
    let (sold, stopped): (Vec<_>, Vec<_>) = like.into_iter().partition(|(_, p)| p.active);
    Ok(match choose(sold) {
        Found::None => choose(stopped),
        found => found,
    })
}

/// A key that no product without a bar code has.
fn code_key(typed: &str) -> String {
    let key = Barcode::key_of(typed);
    if key.is_empty() {
        "\u{1F}".to_owned()
    } else {
        key
    }
}

/// Products that a clerk may mean by what was typed: number or bar code from the beginning, name,
/// pinyin or initials anywhere. Exact numbers first, then what begins with it.
pub(crate) fn find_products(conn: &Connection, typed: &str, limit: u32) -> Result<Vec<Product>> {
    let typed: String = typed.chars().take(TYPED_CHARS).collect();
    let folded = text::fold(&typed);
    if folded.is_empty() {
        return Ok(Vec::new());
    }
    let digits = folded.bytes().all(|b| b.is_ascii_digit());
    let beginning = match folded.trim_start_matches('0') {
        rest if digits && !rest.is_empty() => rest,
        _ => "\u{1F}",
    };
    let sought = (&folded, code_key(&typed), beginning, limit);
    bodies(conn, include_str!("find_products.sql"), sought)
}

/// Every product that is sold.
pub(crate) fn all_products(conn: &Connection) -> Result<Vec<Product>> {
    bodies(
        conn,
        "SELECT body FROM product WHERE active = 1 ORDER BY sku",
        [],
    )
}

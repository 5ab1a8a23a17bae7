//! Products: by number, bar code, name, pinyin or initials. A counter has hundreds to a few
//! thousand of them, so looking through all is quick enough.

use crate::error::Result;
use crate::lookup;
use protocol::entity::Product;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

pub(crate) fn put_product(tx: &Transaction<'_>, p: &Product, body: &str) -> Result<()> {
    let (pinyin, initials) = lookup::plain_reading(&p.name);
    tx.prepare_cached(
        "REPLACE INTO product (sku, barcode, name, pinyin, initials, active, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        p.sku, p.barcode, p.name, pinyin, initials, p.active, body
    ])?;
    Ok(())
}

fn parse(text: &str) -> Result<Product> {
    serde_json::from_str(text).map_err(|e| crate::Error::CacheDamaged(e.to_string()))
}

/// A product by number or bar code, exactly.
pub(crate) fn product(conn: &Connection, code: &str) -> Result<Option<Product>> {
    let text: Option<String> = conn
        .prepare_cached(
            "SELECT body FROM product WHERE sku = ?1 OR barcode = ?1 ORDER BY sku <> ?1 LIMIT 1",
        )?
        .query_row([code], |r| r.get(0))
        .optional()?;
    text.map(|t| parse(&t)).transpose()
}

/// Products that a clerk may mean by what was typed: number or bar code from the beginning, name,
/// pinyin or initials anywhere. Exact numbers first, then what begins with it.
pub(crate) fn find_products(conn: &Connection, typed: &str, limit: u32) -> Result<Vec<Product>> {
    let typed: String = lookup::product_typed(typed).chars().take(40).collect();
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = conn.prepare_cached(include_str!("find_products.sql"))?;
    let rows = statement.query_map((typed, limit), |r| r.get::<_, String>(0))?;
    rows.map(|r| parse(&r?)).collect()
}

/// Every product that is sold.
pub(crate) fn all_products(conn: &Connection) -> Result<Vec<Product>> {
    let mut statement =
        conn.prepare_cached("SELECT body FROM product WHERE active = 1 ORDER BY sku")?;
    let rows = statement.query_map([], |r| r.get::<_, String>(0))?;
    rows.map(|r| parse(&r?)).collect()
}

//! Rows of the products' file as products.

use std::collections::HashMap;

use identity::sku::SKU_CHARS;
use identity::{Barcode, Gtin, Sku};
use protocol::entity::Product;

use super::identifier::Column;
use super::open::{Fields, OpenFile};
use super::table::Row;
use super::tally::Tally;
use super::value;

/// A product as the brand's file has it.
#[derive(Debug, Clone)]
pub struct NewProduct {
    /// Place of its row in the file.
    pub row: usize,
    /// What it is.
    pub product: Product,
}

/// What was found in a products' file.
#[derive(Debug, Default)]
pub struct ReadProducts {
    /// Products, in the order of the file, each number once.
    pub products: Vec<NewProduct>,
    /// Rows that say again what an earlier row said: row, and place in `products`.
    pub again: Vec<(usize, usize)>,
}

/// Reads every row; what cannot be a product is rejected in the tally.
pub fn read(file: &OpenFile, tally: &mut Tally) -> ReadProducts {
    let mut out = ReadProducts::default();
    let mut by_sku: HashMap<String, usize> = HashMap::new();
    for (i, row) in file.rows.iter().enumerate() {
        if !tally.is_open(i) {
            continue;
        }
        let (product, doubts) = match product(file, row) {
            Ok(read) => read,
            Err(why) => {
                tally.reject(i, why);
                continue;
            }
        };
        match by_sku.get(&product.sku) {
            Some(&first) if out.products[first].product == product => {
                out.again.push((i, first));
                tally.doubt(i, doubts);
            }
            Some(&first) => {
                let line = file.rows[out.products[first].row].line;
                tally.reject(
                    i,
                    format!("sku: the same as in line {line}, with other content"),
                );
            }
            None => {
                by_sku.insert(product.sku.clone(), out.products.len());
                out.products.push(NewProduct { row: i, product });
                tally.doubt(i, doubts);
            }
        }
    }
    out
}

/// The ingredients of a label: a few that people may be allergic to, or all of it. Nothing of it is left out for its
/// length.
fn label(fields: &mut Fields<'_>) -> Vec<String> {
    /// The longest lists have some hundred names; what follows stays together in the last item.
    const MOST: usize = 300;
    let read = fields.optional("products.allergens", |text, source| {
        let items = match source.split.as_deref() {
            Some(split) if !split.is_empty() => text.split(split).map(str::to_owned).collect(),
            _ => ingredients::items(text),
        };
        Ok(items.iter().map(|item| tidy(item)).collect::<Vec<String>>())
    });
    let mut items = read.unwrap_or_default();
    items.retain(|item| !item.is_empty());
    if items.len() > MOST {
        let rest = items.split_off(MOST - 1).join("、");
        items.push(rest);
    }
    items
}

/// One line, nothing invisible that a screen cannot show.
fn tidy(item: &str) -> String {
    let shown: String = item
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The product, and what of its row was not taken.
fn product(file: &OpenFile, row: &Row) -> Result<(Product, Vec<String>), String> {
    let mut fields = file.fields(row);
    let sku = fields.needed_identifier("products.sku", SKU_CHARS)?;
    let sku = Sku::admit(&sku).map_err(|why| format!("sku: {sku:?} {why}"))?;
    let name = value::text(&fields.needed("products.name")?.0, "name", 120)?;
    let mut text = |field: &str, most: usize| fields.text(field, most).unwrap_or_default();
    let product = Product {
        sku: sku.as_str().to_owned(),
        name,
        name_en: text("products.name_en", 120),
        size: text("products.size", 60),
        category: text("products.category", 60),
        swatch: text("products.swatch", 40),
        barcode: fields.optional("products.barcode", |v, _| barcode(v)),
        price: fields.optional("products.price", |v, _| {
            value::amount(v, &file.numbers, "price")
        }),
        allergens: label(&mut fields),
        suits: fields.list("products.suits"),
        lasts_days: fields
            .optional("products.lasts_days", |v, _| {
                value::count(v, &file.numbers, "lasts_days", 3_650)
            })
            .unwrap_or(0),
        active: fields
            .optional("products.active", |v, _| value::active(v, "active"))
            .unwrap_or(true),
    };
    Ok((product, fields.doubts))
}

/// A bar code as it is kept: a retail number may have got a point and a zero behind it on the way.
fn barcode(text: &str) -> Result<String, String> {
    let plain = value::text(text, "barcode", 40)?;
    let whole = plain
        .strip_suffix(".0")
        .filter(|w| Gtin::parse(w).is_some());
    let plain = whole.unwrap_or(&plain);
    Column::default()
        .check(plain)
        .map_err(|why| format!("barcode: {plain:?} is {why}"))?;
    Barcode::parse(plain).map_err(|why| format!("barcode: {plain:?} {why}"))?;
    Ok(plain.to_owned())
}

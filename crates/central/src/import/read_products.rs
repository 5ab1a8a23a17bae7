//! Rows of the products' file as products.

use std::collections::HashMap;

use protocol::entity::Product;

use super::open::OpenFile;
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
        let product = match product(file, row) {
            Ok(product) => product,
            Err(why) => {
                tally.reject(i, why);
                continue;
            }
        };
        match by_sku.get(&product.sku) {
            Some(&first) if out.products[first].product == product => out.again.push((i, first)),
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
            }
        }
    }
    out
}

fn product(file: &OpenFile, row: &Row) -> Result<Product, String> {
    let text = |field: &str, most: usize| -> Result<String, String> {
        let what = field.split_once('.').map_or(field, |(_, f)| f);
        let found = file.field(row, field)?;
        value::text(found.as_ref().map_or("", |(v, _)| v), what, most)
    };
    let list = |field: &str, what: &str| -> Result<Vec<String>, String> {
        let Some((v, source)) = file.field(row, field)? else {
            return Ok(Vec::new());
        };
        value::list(&v, source.split.as_deref())
            .iter()
            .map(|item| value::text(item, what, 40))
            .collect()
    };
    let price = match file.field(row, "products.price")? {
        None => None,
        Some((v, _)) => Some(value::amount(&v, "price")?),
    };
    let lasts_days = match file.field(row, "products.lasts_days")? {
        None => 0,
        Some((v, _)) => value::count(&v, "lasts_days", 3_650)?,
    };
    let active = match file.field(row, "products.active")? {
        None => true,
        Some((v, _)) => value::yes(&v, "active")?,
    };
    let barcode = text("products.barcode", 40)?;
    Ok(Product {
        sku: value::text(&file.needed(row, "products.sku")?.0, "sku", 40)?,
        barcode: (!barcode.is_empty()).then_some(barcode),
        name: value::text(&file.needed(row, "products.name")?.0, "name", 120)?,
        name_en: text("products.name_en", 120)?,
        size: text("products.size", 60)?,
        category: text("products.category", 60)?,
        price,
        swatch: text("products.swatch", 40)?,
        allergens: list("products.allergens", "allergens")?,
        suits: list("products.suits", "suits")?,
        lasts_days,
        active,
    })
}

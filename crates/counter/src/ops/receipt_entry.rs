//! What was typed or scanned where the till's receipt number belongs.

use super::find::hit;
use crate::books::receipt_number;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::view::ReceiptEntry;
use identity::{Barcode, Found};
use ingredients::Allergies;
use protocol::entity::Product;

/// Shortest bar code; shorter ones are product numbers, which a till may use for receipts as well.
const BAR_CODE: usize = 8;

impl Engine {
    /// What was entered as a till's receipt number. The bar code of a product that is sold here is that product,
    /// wherever it is scanned.
    ///
    /// # Errors
    /// [`Error::ReceiptInvalid`] where it can be no receipt number: too long, or without a single digit.
    pub fn receipt_entry(&self, text: &str) -> Result<ReceiptEntry> {
        let text = text.trim();
        if text.chars().count() >= BAR_CODE
            && let Found::One(product) = self.cache(|c| cache::products_like(c, text))?
            && product.active
            && is_its_code(&product, text)
        {
            return Ok(ReceiptEntry::Product {
                product: hit(product, &Allergies::default()),
            });
        }
        let receipt = receipt_number(text)?.written().to_owned();
        if receipt.chars().any(char::is_numeric) {
            Ok(ReceiptEntry::Number { receipt })
        } else {
            Err(Error::ReceiptInvalid)
        }
    }
}

/// Its bar code, not its number.
fn is_its_code(product: &Product, text: &str) -> bool {
    let code = Barcode::key_of(text);
    product
        .barcode
        .as_deref()
        .is_some_and(|kept| !code.is_empty() && Barcode::key_of(kept) == code)
}

#[cfg(test)]
mod tests {
    use crate::error::Error;
    use crate::scripted::Shop;
    use crate::view::ReceiptEntry;
    use protocol::entity::EntityKind;
    use serde_json::json;

    #[test]
    fn a_known_bar_code_is_a_product_and_nonsense_is_refused() {
        let shop = Shop::open();
        shop.centre.publish(
            "brand",
            EntityKind::Product.name(),
            "P2",
            &json!({"sku": "20017764", "name": "面霜", "price": "520.00", "barcode": "6901234567892"}),
        );
        shop.centre.publish(
            "brand",
            EntityKind::Product.name(),
            "P3",
            &json!({"sku": "P3", "name": "旧款", "active": false, "barcode": "6901234567885"}),
        );
        shop.engine.sync_now().unwrap();
        let entered = |text: &str| shop.engine.receipt_entry(text);
        for text in ["6901234567892", " 6901234567892 "] {
            assert!(
                matches!(entered(text), Ok(ReceiptEntry::Product { product }) if product.sku == "20017764"),
                "{text}"
            );
        }
        // a product's own number, one that is sold no more, and what only looks like a bar code may be receipts
        for text in [
            "20017764",
            "6901234567885",
            "2026112800008",
            "0518-0031",
            "T1",
            "小票7",
        ] {
            assert!(
                matches!(entered(text), Ok(ReceiptEntry::Number { receipt }) if receipt == text),
                "{text}"
            );
        }
        let letters = "q".repeat(100);
        let digits = "7".repeat(41);
        for text in ["", " ", "abc", "小票", "1\n2", &letters, &digits] {
            assert!(
                matches!(entered(text), Err(Error::ReceiptInvalid)),
                "{text:?}"
            );
        }
    }
}

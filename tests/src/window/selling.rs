//! The sale.

use super::keys::{ENTER, F2, F3, F4};
use super::page::Window;

impl Window {
    /// Puts a product into the sale by typing.
    ///
    /// # Panics
    /// Where it is not found.
    pub fn add_product(&self, typed: &str) {
        self.press(F3);
        self.wait_focus("sale-product");
        self.type_slowly(typed);
        self.wait_for("sale-hit-0");
        self.press(ENTER);
        self.until("the product to be taken", || {
            self.value("sale-product").is_empty().then_some(())
        });
    }

    /// Says whose sale it is by typing: who is found is taken, who is not is taken as typed.
    ///
    /// # Panics
    /// Where the field does not take it.
    pub fn sale_for(&self, typed: &str) {
        self.wait_for("pick-member");
        self.press(F2);
        self.wait_focus("pick-member");
        self.type_slowly(typed);
    }

    /// Types the till's receipt number.
    ///
    /// # Panics
    /// Where the field does not take it.
    pub fn till_receipt(&self, number: &str) {
        self.press(F4);
        self.wait_focus("sale-receipt");
        self.type_slowly(number);
        self.until("the receipt's number", || {
            (self.value("sale-receipt") == number).then_some(())
        });
    }
}

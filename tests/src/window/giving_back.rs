//! The return.

use super::page::Window;

impl Window {
    /// Opens a receipt by its number.
    ///
    /// # Panics
    /// Where there is none.
    pub fn open_receipt(&self, number: &str) {
        self.click("nav-return");
        self.write("return-receipt", number);
        self.press(super::keys::ENTER);
        self.wait_for("return-line-0");
    }
}

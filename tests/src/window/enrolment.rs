//! The page of a counter that is not enrolled.

use super::page::Window;

impl Window {
    /// Fills in the three fields.
    ///
    /// # Panics
    /// Where they are not there.
    pub fn fill_enrolment(&self, centre: &str, code: &str, name: &str) {
        for (field, text) in [
            ("enrol-centre", centre),
            ("enrol-code", code),
            ("enrol-name", name),
        ] {
            self.empty(field);
            self.write(field, text);
        }
    }

    /// Empties a field by hand.
    ///
    /// # Panics
    /// Where the field does not take it.
    pub fn empty(&self, field: &str) {
        self.click(field);
        self.wait_focus(field);
        let length = self.value(field).chars().count();
        let script = "document.activeElement.setSelectionRange?.(9999, 9999)";
        // a field of addresses has no selection to set
        let _ = self.web.script(script, vec![]);
        for _ in 0..length {
            self.press(super::keys::BACKSPACE);
        }
        self.until(&format!("an empty {field}"), || {
            self.value(field).is_empty().then_some(())
        });
    }
}

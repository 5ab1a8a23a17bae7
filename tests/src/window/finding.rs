//! Finding a member, and her page.

use super::page::Window;
use crate::Person;
use serde_json::json;

/// What her page says of her points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Confirmed by the centre.
    pub confirmed: i64,
    /// Earned or spent here and not confirmed.
    pub pending: i64,
    /// Possible here without a network.
    pub offline: i64,
}

impl Window {
    /// Goes to the search by the rail.
    ///
    /// # Panics
    /// Where that fails.
    pub fn go_find(&self) {
        self.click("nav-find");
        self.wait_focus("find-field");
    }

    /// Waits until a member is among those found; answers which she is.
    ///
    /// # Panics
    /// Where she is not.
    pub fn hit_of(&self, person: &Person) -> u64 {
        let script = "const rows = [...document.querySelectorAll('[role=option][data-testid^=hit-]')];
            return rows.find((row) => row.innerText.includes(arguments[0]))?.dataset.testid ?? null";
        let masked = masked(&person.phone);
        let name = self.until(&format!("a hit with {masked}"), || {
            let found = self.web.script(script, vec![json!(masked)]).ok()?;
            found.as_str().map(str::to_owned)
        });
        name.trim_start_matches("hit-").parse().expect("an index")
    }

    /// Waits for a member's page.
    ///
    /// # Panics
    /// Where it is not hers.
    pub fn is_page_of(&self, person: &Person) {
        self.wait_for("member-page");
        self.text_where("member-no", &person.no, |w| w.contains(&person.no));
    }

    /// Opens a member's page by her number on the card.
    ///
    /// # Panics
    /// Where that fails.
    pub fn open_member(&self, person: &Person) {
        self.go_find();
        self.write("find-field", &person.phone);
        self.hit_of(person);
        self.press(super::keys::ENTER);
        self.is_page_of(person);
    }

    /// What her page says of her points.
    ///
    /// # Panics
    /// Where it does not say it.
    pub fn points(&self) -> Shown {
        // "−300 +50" is spent and earned
        let pending = self.text("points-pending");
        Shown {
            confirmed: self.number("points-confirmed"),
            pending: pending.split(' ').map(super::page::number_in).sum(),
            offline: self.number("points-offline"),
        }
    }
}

/// A phone number as a screen shows it.
pub fn masked(phone: &str) -> String {
    format!("{}****{}", &phone[..3], &phone[7..])
}

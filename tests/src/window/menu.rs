//! The clerk's menu.

use super::page::Window;

impl Window {
    /// Opens the menu and chooses from it: `menu-language`, `menu-theme`, `clerk-switch`.
    ///
    /// # Panics
    /// Where there is no such entry.
    pub fn choose_menu(&self, entry: &str) {
        self.click("clerk-menu");
        self.still();
        self.click(entry);
        self.still();
    }

    /// The language of the page.
    pub fn language(&self) -> String {
        let lang = self.script("return document.documentElement.lang", vec![]);
        lang.as_str().unwrap_or_default().to_owned()
    }

    /// The theme of the page.
    pub fn theme(&self) -> String {
        let theme = self.script(
            "return document.documentElement.dataset.theme ?? ''",
            vec![],
        );
        theme.as_str().unwrap_or_default().to_owned()
    }
}

//! How a member is named in lists, and how a product's name is read aloud.

use crate::search::mask;
use identity::text;

/// A member in a list: the masked name, or the masked phone number where she gave no name.
pub(crate) fn shown_as(name: &str, phone: &str) -> String {
    if name.is_empty() {
        mask::phone(phone)
    } else {
        mask::name(name)
    }
}

/// Full pinyin and initials of a product's name.
pub(crate) fn plain_reading(name: &str) -> (String, String) {
    use pinyin::ToPinyin;
    let (mut full, mut initials) = (String::new(), String::new());
    for c in text::narrow(name).chars() {
        if let Some(p) = c.to_pinyin() {
            full.push_str(p.plain());
            initials.push_str(p.first_letter());
        } else if c.is_ascii_alphanumeric() {
            full.push(c.to_ascii_lowercase());
            initials.push(c.to_ascii_lowercase());
        }
    }
    (full, initials)
}

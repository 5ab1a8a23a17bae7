//! How the name of a thing is read aloud: a product's, an ingredient's.

use identity::text;
use pinyin::ToPinyin;

/// Its full pinyin and its initials, the most usual reading of each character. Names of people have several.
pub(crate) fn plain_reading(name: &str) -> (String, String) {
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

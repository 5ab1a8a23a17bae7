//! What people type or scan, as it is looked up and recorded; how a member is named in lists.

use crate::search::{mask, narrow};

/// The member number in what was scanned or typed: `CPM:NUMBER` with or without a check behind
/// it, or a bare number of digits and letters.
pub(crate) fn member_code(text: &str) -> Option<String> {
    let text: String = text.trim().chars().map(narrow).collect();
    let number = match text.get(..4) {
        Some(head) if head.eq_ignore_ascii_case("CPM:") => text.get(4..)?.split(':').next()?,
        _ => text.as_str(),
    };
    let sound = (4..=32).contains(&number.len())
        && number
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && number.bytes().any(|b| b.is_ascii_digit());
    sound.then(|| number.to_ascii_uppercase())
}

/// What was typed for a product, as product keys are written: narrow, lower case, no spaces.
pub(crate) fn product_typed(text: &str) -> String {
    text.chars()
        .map(narrow)
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .flat_map(char::to_lowercase)
        .collect()
}

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
    for c in name.chars() {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn member_codes_as_they_are_scanned() {
        for text in [
            "CPM:20460173",
            "cpm:20460173:abcd",
            " 20460173 ",
            "２０４６０１７３",
        ] {
            assert_eq!(member_code(text).as_deref(), Some("20460173"), "{text}");
        }
        for text in [
            "",
            "CPM:",
            "abc",
            "张三",
            "20460173;DROP TABLE",
            "CPM:a b",
            &"1".repeat(33),
        ] {
            assert_eq!(member_code(text), None, "{text}");
        }
    }
}

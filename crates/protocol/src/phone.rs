//! Mobile numbers in one form, the same at the counter and at the centre: a sale for a number that
//! is not known yet finds its member only so.

/// A mainland mobile number as it is kept: 11 digits; none where the text is not one. Takes spaces,
/// dashes, brackets, full-width characters and `+86`, as people type and input methods leave them.
pub fn mobile_number(text: &str) -> Option<String> {
    let digits: String = text
        .chars()
        .filter(|c| {
            !matches!(
                c,
                ' ' | '-' | '(' | ')' | '\u{a0}' | '\u{3000}' | '（' | '）'
            )
        })
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            other => other,
        })
        .collect();
    let local = ["+86", "0086", "86"]
        .iter()
        .find_map(|prefix| digits.strip_prefix(prefix).filter(|rest| rest.len() == 11))
        .unwrap_or(&digits);
    let second = local.as_bytes().get(1);
    let fits = local.len() == 11
        && local.bytes().all(|b| b.is_ascii_digit())
        && local.starts_with('1')
        && second.is_some_and(|b| (b'3'..=b'9').contains(b));
    fits.then(|| local.to_owned())
}

#[cfg(test)]
mod tests {
    use super::mobile_number;

    #[test]
    fn numbers_as_people_type_them() {
        for text in [
            "13800005678",
            "138 0000 5678",
            "138-0000-5678",
            "(138)00005678",
            "+8613800005678",
            "+86 138 0000 5678",
            "008613800005678",
            "8613800005678",
            "１３８００００５６７８",
            "＋８６ 13800005678",
        ] {
            assert_eq!(
                mobile_number(text).as_deref(),
                Some("13800005678"),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_mobile_number() {
        for text in [
            "",
            "1380000567",
            "138000056789",
            "12800005678",
            "23800005678",
            "1380000567a",
            "86138000056",
            "++13800005678",
            "+13800005678",
        ] {
            assert_eq!(mobile_number(text), None, "{text}");
        }
    }
}

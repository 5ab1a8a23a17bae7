//! Characters brought to one form, the same for what is stored and for what is typed.

/// Full-width forms and the ideographic space as their ASCII characters; others as they are.
pub(crate) fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// A Latin letter without case and accent, `a` to `z`; `ü` is `v`, as it is typed. None for others.
pub(super) fn latin(c: char) -> Option<char> {
    if c.is_ascii_alphabetic() {
        return Some(c.to_ascii_lowercase());
    }
    let small = c.to_lowercase().next()?;
    Some(match small {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' | 'ǎ' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' | 'ǐ' => 'i',
        'ł' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' | 'ǒ' => 'o',
        'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' | 'ǔ' => 'u',
        'ü' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => 'v',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        _ => return None,
    })
}

/// A Chinese character, of any plane.
pub(super) fn is_han(c: char) -> bool {
    matches!(c,
        '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{323AF}' | '\u{3005}' | '\u{3007}')
}

/// What may stand between the parts of a name or a number and means nothing to a search.
pub(super) fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t'
            | '\u{A0}'
            | '\''
            | '’'
            | '‘'
            | '`'
            | '´'
            | '-'
            | '‐'
            | '–'
            | '.'
            | '·'
            | '•'
            | '・'
            | '‧'
            | '∙'
            | '．'
            | '('
            | ')'
            | '/'
    )
}

/// A name in the form of its key: letters, digits and Chinese characters, small, nothing between.
pub(super) fn name(text: &str) -> String {
    text.chars()
        .map(narrow)
        .filter(|c| c.is_alphanumeric() || is_han(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// A member number in the form of its key: ASCII letters and digits, small.
pub(super) fn number(text: &str) -> String {
    text.chars()
        .map(narrow)
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// A phone number as its digits, without the country code of the mainland.
pub(super) fn phone(text: &str) -> String {
    let digits: String = text
        .chars()
        .map(narrow)
        .filter(char::is_ascii_digit)
        .collect();
    match digits
        .strip_prefix("0086")
        .or_else(|| digits.strip_prefix("86"))
    {
        Some(rest) if rest.len() == 11 => rest.to_owned(),
        _ => digits,
    }
}

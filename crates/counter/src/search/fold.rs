//! What the search alone folds: accents, and what may stand between the parts of what is typed. What identifies a
//! member, and in what form, says [`identity`].

use identity::{name, text};

/// The longest text of a key, in characters; more is cut off, and a query likewise.
pub(super) const KEY_CHARS: usize = 40;

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

/// What may stand between the parts of a name or a number and means nothing to a search.
pub(super) fn is_separator(c: char) -> bool {
    text::is_blank(c)
        || text::is_dash(c)
        || name::is_dot(c)
        || matches!(c, '\'' | '’' | '‘' | '`' | '´' | '(' | ')' | '/')
}

//! What a screen shows of a name and a phone number until the clerk asks for more.
//!
//! A mask shows the surname and, from three characters on, the last one; never a Chinese character that
//! is hidden elsewhere in the name. Where no part can be shown safely it is stars alone.

use super::surnames;
use identity::{han, phone, text};

/// The name with its middle hidden: `张*美`, `张*`, `欧阳*`, `M***`; empty for an empty name.
///
/// Names in Latin letters, with a `·`, or of more than four characters show their first letter and three
/// stars, so that not even their length is told.
pub fn name(name: &str) -> String {
    let characters: Vec<char> = text::tidy(name).chars().collect();
    let Some(&first) = characters.first() else {
        return String::new();
    };
    if !characters.iter().all(|c| han::is_han(*c)) || characters.len() > 4 {
        return long(first, &characters);
    }
    if characters.len() == 1 {
        return "*".to_owned();
    }
    let surname = surnames::double(&characters).map_or(1, |(length, _)| length);
    let tail = usize::from(characters.len() - surname > 1);
    let hidden_to = characters.len() - tail;
    let hidden = characters.get(surname..hidden_to).unwrap_or_default();
    let shown = |c: &char| if hidden.contains(c) { '*' } else { *c };
    let mut masked: String = characters.iter().take(surname).map(shown).collect();
    masked.extend(std::iter::repeat_n('*', hidden.len()));
    masked.extend(characters.iter().skip(hidden_to).map(shown));
    masked
}

fn long(first: char, characters: &[char]) -> String {
    let han_repeated = han::is_han(first) && characters.iter().skip(1).any(|c| *c == first);
    if !first.is_alphanumeric() || first.is_ascii_digit() || han_repeated {
        return "***".to_owned();
    }
    format!("{first}***")
}

/// The mobile number with its middle hidden: `138****5678`.
///
/// Numbers of another length show their last two digits at most.
pub fn phone(phone: &str) -> String {
    if phone.is_empty() {
        return String::new();
    }
    let digits = phone::typed_digits(phone).unwrap_or_default();
    match (digits.get(..3), digits.get(7..), digits.len()) {
        (Some(head), Some(tail), 11) => format!("{head}****{tail}"),
        (_, _, 7..) => format!("****{}", digits.get(digits.len() - 2..).unwrap_or_default()),
        _ => "****".to_owned(),
    }
}

/// A member in a list: the masked name, or the masked phone number where she gave no name.
pub fn shown_as(name: &str, number: &str) -> String {
    if name.is_empty() {
        phone(number)
    } else {
        self::name(name)
    }
}

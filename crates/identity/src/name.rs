//! A person's name as it is kept and as it is looked for.

use crate::{Refusal, text};

/// The longest name, in characters.
pub const NAME_CHARS: usize = 60;

/// A name as it is kept: [`text::tidy`]; empty where there is none.
///
/// # Errors
/// Too long, or with a control character.
pub fn admit(name: &str) -> Result<String, Refusal> {
    if let Some((place, character)) = text::first_control(name.trim()) {
        return Err(Refusal::Control { character, place });
    }
    let name = text::tidy(name);
    if name.chars().count() > NAME_CHARS {
        return Err(Refusal::TooLong { most: NAME_CHARS });
    }
    Ok(name)
}

/// A name in the form in which it is looked for: letters, digits and Chinese characters, small, nothing between.
pub fn key(name: &str) -> String {
    text::fold(name)
}

/// A dot as it stands between the parts of a name: as fonts, keyboards and other systems have it. A Chinese keyboard
/// gives 。 where · is meant, and 、 beside it.
pub fn is_dot(c: char) -> bool {
    matches!(
        c,
        '.' | ','
            | '·'
            | '\u{387}'
            | '•'
            | '・'
            | '‧'
            | '∙'
            | '⋅'
            | '◦'
            | '●'
            | '。'
            | '、'
            | '，'
            | '．'
            | '｡'
            | '､'
            | '･'
            | '﹒'
            | '᛫'
            | '⸱'
            | '\u{318D}'
            | '\u{119E}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_as_it_is_seen() {
        assert_eq!(admit(" ⽅⽂静\u{200B}").as_deref(), Ok("方文静"));
        assert_eq!(admit("Zoe\u{308}\u{A0} Li").as_deref(), Ok("Zoë Li"));
        assert_eq!(admit("").as_deref(), Ok(""));
        assert!(admit(&"𠮷".repeat(60)).is_ok());
        assert_eq!(
            admit(&"𠮷".repeat(61)),
            Err(Refusal::TooLong { most: NAME_CHARS })
        );
        assert!(admit("张\u{7}三").is_err());
    }

    #[test]
    fn names_are_one_whatever_stands_between_their_parts() {
        for name in [
            "阿依古丽·买买提",
            "阿依古丽。买买提",
            "阿依古丽・买买提",
            "阿依古丽 买买提",
            "阿依古丽、买买提",
            "阿依古丽.买买提",
            "阿依古丽･买买提",
        ] {
            assert_eq!(key(name), "阿依古丽买买提", "{name}");
        }
        for dot in "·。・、.･•‧∙⋅，ㆍ".chars() {
            assert!(is_dot(dot), "{dot}");
        }
        assert_eq!(key("⽅⽂静"), key("方文静"));
        assert_eq!(key("Zoe\u{308}"), key("ZOË"));
    }
}

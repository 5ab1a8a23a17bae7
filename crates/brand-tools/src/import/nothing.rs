//! Words that stand for nothing in exports.

/// What programs write where there is nothing. No value of anybody's, so nothing is said of it.
const PROGRAMS: [&str; 9] = [
    "null", "(null)", "<null>", "\\n", "n/a", "#n/a", "nan", "nil", "none",
];
/// What people write, which might be meant otherwise: a summary says how often.
const PEOPLE: [&str; 21] = [
    "-",
    "--",
    "---",
    "/",
    "//",
    "\\",
    ".",
    "?",
    "??",
    "*",
    "无",
    "空",
    "暂无",
    "没有",
    "未知",
    "未填",
    "未填写",
    "不详",
    "不清楚",
    "待补",
    "未提供",
];

/// What a word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// Something.
    Something,
    /// Nothing, for sure.
    Nothing,
    /// Nothing, as people write it.
    PerhapsNothing,
}

/// What a field without blanks around it says. `own` are the map's own words for nothing.
pub fn says(field: &str, own: &[String]) -> Says {
    // longer ones are never looked up
    if field.is_empty() {
        return Says::Nothing;
    }
    if own.iter().any(|word| word.trim() == field) {
        return Says::Nothing;
    }
    if field.chars().count() > 6 {
        return Says::Something;
    }
    let plain = identity::text::narrow(field).to_lowercase();
    if plain.is_empty() || PROGRAMS.contains(&plain.as_str()) {
        Says::Nothing
    } else if PEOPLE.contains(&plain.as_str()) {
        Says::PerhapsNothing
    } else {
        Says::Something
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_nothing() {
        let own = ["0000-00-00".to_owned(), "缺".to_owned()];
        for word in [
            "",
            "NULL",
            "null",
            "\\N",
            "N/A",
            "#N/A",
            "NaN",
            "0000-00-00",
            "缺",
            "\u{200B}",
        ] {
            assert_eq!(says(word, &own), Says::Nothing, "{word}");
        }
        for word in ["-", "－", "—", "无", "未知", "/"] {
            assert_eq!(says(word, &own), Says::PerhapsNothing, "{word}");
        }
        for word in [
            "0",
            "否",
            "1990-05-12",
            "0000-00-0",
            "no",
            "nothing",
            "无香精",
        ] {
            assert_eq!(says(word, &own), Says::Something, "{word}");
        }
    }
}

//! Chinese characters: which they are, and radicals that stand for them.

use unicode_normalization::UnicodeNormalization;

/// A Chinese character, of any plane.
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3347F}' | '\u{3005}' | '\u{3007}')
}

/// Pairs: a sign of the block "CJK Radicals Supplement" and the character of its shape. Texts that are copied out of
/// a PDF have them. Unicode's compatibility forms know those of the block "Kangxi Radicals" and two of these.
const RADICALS: &str = "\
    ⺁厂 ⺂乛 ⺃乚 ⺄乙 ⺅亻 ⺆冂 ⺈刀 ⺉刂 ⺊卜 ⺋㔾 ⺌小 ⺍小 ⺎兀 \
    ⺏尣 ⺐尢 ⺒巳 ⺓幺 ⺔彑 ⺖忄 ⺗㣺 ⺘扌 ⺙攵 ⺛旡 ⺜日 ⺝月 ⺞歺 \
    ⺟母 ⺠民 ⺡氵 ⺢氺 ⺣灬 ⺤爫 ⺥爫 ⺦丬 ⺧牛 ⺨犭 ⺩王 ⺪疋 ⺬示 \
    ⺭礻 ⺯糹 ⺰纟 ⺶羊 ⺹耂 ⺺肀 ⺻聿 ⺼肉 ⺽臼 ⺾艹 ⺿艹 ⻀艹 ⻁虎 \
    ⻂衤 ⻃覀 ⻄西 ⻅见 ⻆角 ⻈讠 ⻉贝 ⻋车 ⻌辶 ⻍辶 ⻎辶 ⻏阝 ⻐钅 \
    ⻑長 ⻒镸 ⻓长 ⻔门 ⻖阝 ⻗雨 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 ⻝食 ⻟飠 \
    ⻠饣 ⻢马 ⻣骨 ⻤鬼 ⻥鱼 ⻦鸟 ⻧卤 ⻨麦 ⻩黄 ⻪黾 ⻫斉 ⻬齐 ⻭歯 \
    ⻮齿 ⻯竜 ⻰龙 ⻱龜 ⻲亀 ⻳龟";

/// The character that a radical's sign looks like; every other character as it is.
pub fn unified(c: char) -> char {
    match c {
        '\u{2E80}'..='\u{2EF3}' => RADICALS
            .split(' ')
            .find_map(|pair| pair.strip_prefix(c)?.chars().next())
            .unwrap_or(c),
        '\u{2F00}'..='\u{2FD5}' => std::iter::once(c).nfkc().next().unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radicals_are_the_characters_they_look_like() {
        let radicals: String = "⽅⽂⽟⾼⻘⻢⻓⻩⻰⻬⻔⻚⻛⻥⻦"
            .chars()
            .map(unified)
            .collect();
        assert_eq!(radicals, "方文玉高青马长黄龙齐门页风鱼鸟");
    }

    #[test]
    fn every_pair_of_the_table_is_a_radical_and_a_character() {
        for pair in RADICALS.split(' ') {
            let mut pair = pair.chars();
            let (Some(radical), Some(character), None) = (pair.next(), pair.next(), pair.next())
            else {
                panic!("not a pair");
            };
            assert!(('\u{2E80}'..='\u{2EF3}').contains(&radical), "{radical}");
            assert!(is_han(character), "{character}");
        }
    }

    #[test]
    fn what_is_no_radical_stays() {
        for c in ['张', '𠮷', 'a', '々', '\u{2E9A}'] {
            assert_eq!(unified(c), c);
        }
    }
}

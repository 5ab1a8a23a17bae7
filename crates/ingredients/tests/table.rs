//! No name of the table is missed, in any spelling, against any other name of the same thing.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used)]

use ingredients::{Allergies, Ingredient, List, all, fold};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Ways in which one name is written, and ways in which people put words around it; of what only a law lists, some.
fn spellings(name: &str, common: bool) -> Vec<String> {
    let wide: String = name.chars().map(full_width).collect();
    let dashless: String = name.chars().filter(|c| *c != '-').collect();
    let mut all = vec![
        name.to_owned(),
        name.to_uppercase(),
        name.to_lowercase(),
        wide,
        format!("  {name} "),
        format!("（{name}）"),
        format!("【{name}】"),
        format!("「{name}」。"),
        format!("对{name}过敏"),
        format!("對{name}過敏"),
        format!("{name}过敏，别的没有"),
        format!("不能用{name}"),
        format!("无已知，除 {name}"),
        format!("allergic to {name}"),
        format!("ALLERGIC TO {}!", name.to_uppercase()),
        format!("avoid {name} please"),
        format!("水、{name}、甘油"),
        name.replace(' ', "-"),
        name.replace(' ', "  "),
        name.replace('-', " "),
        name.replace('-', "\u{2010}"),
        name.replace("ulf", "ulph").replace("olor", "olour"),
        name.chars().flat_map(|c| [c, '\u{200b}']).collect(),
    ];
    if !common {
        all.retain(|spelling| spelling.len() % 3 == name.len() % 3);
    }
    if is_number(name) {
        all.extend([
            dashless.clone(),
            format!("CAS {dashless}"),
            format!("CAS号：{name}"),
        ]);
    }
    all
}

fn full_width(c: char) -> char {
    match c {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
        _ => c,
    }
}

fn is_number(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_digit() || c == '-')
}

#[test]
fn no_allergen_is_missed_by_any_name_in_any_spelling() {
    let mut pairs = 0;
    let mut missed = Vec::new();
    for one in all() {
        let lists: Vec<List> = one.names().iter().map(|name| List::of(&[name])).collect();
        for (i, name) in one.names().iter().enumerate() {
            for (j, spelling) in spellings(name, one.is_common()).iter().enumerate() {
                let told = Allergies::of(&[spelling]);
                // each spelling against the same name and another: in turn, all of them
                for other in [i, (i + j + 1) % lists.len()] {
                    pairs += 1;
                    if told.check(&lists[other]).is_empty() {
                        missed.push(format!(
                            "{spelling:?} and {:?} ({})",
                            one.names()[other],
                            one.en()
                        ));
                    }
                }
            }
        }
    }
    assert!(
        missed.is_empty(),
        "{} of {pairs}:\n{}",
        missed.len(),
        missed.join("\n")
    );
    assert!(pairs >= 20_000, "{pairs} pairs");
    println!("{pairs} pairs");
}

/// A list as labels print it, in every spelling, for a person who said the plain name.
#[test]
fn no_label_is_missed_however_it_is_printed() {
    let mut missed = Vec::new();
    for one in all() {
        let told = Allergies::of(&[one.names().first().unwrap()]);
        for name in one.names() {
            let upper = name.to_uppercase();
            for list in [
                format!("Aqua, Glycerin, {name}, Carbomer"),
                format!("水、甘油、{name}、卡波姆"),
                format!("成分：水；{upper}；可能含有：{name}"),
                format!("含{name}"),
                name.chars().map(full_width).collect(),
            ] {
                if told.check(&List::of(&[&list])).is_empty() {
                    missed.push(format!("{list:?} ({})", one.en()));
                }
            }
        }
    }
    assert!(
        missed.is_empty(),
        "{}:\n{}",
        missed.len(),
        missed.join("\n")
    );
}

/// Who is allergic to a group is warned of each of it, by each of its names.
#[test]
fn a_group_warns_of_all_that_is_in_it() {
    let mut pairs = 0;
    for one in all() {
        let mut above: BTreeSet<Ingredient> = one.groups().collect();
        let next: Vec<Ingredient> = above.iter().flat_map(|g| g.groups()).collect();
        above.extend(next);
        for group in above.into_iter().filter(|g| *g != one) {
            let told = Allergies::of(&[group.zh()]);
            let single = Allergies::of(&[one.names().first().unwrap()]);
            let listed = List::of(&[group.zh()]);
            assert!(
                !single.check(&listed).is_empty(),
                "{} and a list that says {}",
                one.en(),
                group.zh()
            );
            for name in one.names() {
                pairs += 1;
                let found = told.check(&List::of(&[name]));
                assert!(found.iter().any(|a| a.certain), "{} and {name}", group.zh());
            }
        }
    }
    assert!(pairs > 5_000, "{pairs}");
}

#[test]
fn the_table_is_sound() {
    let mut shown: BTreeMap<String, Ingredient> = BTreeMap::new();
    assert!(
        (2_000..30_000).contains(&all().count()),
        "{}",
        all().count()
    );
    for one in all() {
        assert!(!one.en().is_empty() && !one.zh().is_empty() && !one.names().is_empty());
        if let Some(other) = shown.insert(one.zh().to_owned(), one) {
            panic!(
                "{} is shown of two: {} and {}",
                one.zh(),
                one.en(),
                other.en()
            );
        }
        for name in one
            .names()
            .iter()
            .filter(|n| is_number(n) && n.contains('-'))
        {
            let digits: Vec<u32> = name.chars().filter_map(|c| c.to_digit(10)).collect();
            let (check, body) = digits.split_last().unwrap();
            let sum: u32 = body.iter().rev().zip(1..).map(|(d, i)| d * i).sum();
            assert_eq!(sum % 10, *check, "{name} of {}", one.en());
        }
    }
    let fragrance = ingredients::search("香精", 1)[0].of;
    let allergens = ingredients::search("香精致敏原", 1)[0].of;
    assert!(allergens.groups().any(|g| g == fragrance));
    let listed = all()
        .filter(|one| one.groups().any(|g| g == allergens))
        .count();
    assert!(listed >= 80, "{listed} fragrance allergens");
}

/// Every reference of a hand-written line is to a line that is there.
#[test]
fn every_reference_is_found() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/");
    let read = |file: &str| std::fs::read_to_string(format!("{folder}{file}")).unwrap();
    let groups = read("groups.txt");
    let keys: BTreeSet<&str> = rows(&groups).map(|row| row[0]).collect();
    for row in rows(&groups) {
        for part in parts(row[3]) {
            assert!(keys.contains(part), "{} is part of {part}", row[0]);
        }
    }
    let files = [
        "fragrance",
        "preservatives",
        "uv",
        "surfactants",
        "actives",
        "plants",
    ]
    .map(|f| read(&format!("{f}.txt")));
    let first = |row: &[&str]| {
        fold(
            parts(row[0].trim_start_matches('&'))
                .first()
                .unwrap()
                .trim_matches(['<', '>', '=', '!']),
        )
    };
    let names: BTreeSet<String> = files
        .iter()
        .flat_map(|f| rows(f))
        .map(|row| first(&row))
        .collect();
    assert_eq!(
        names.len(),
        files.iter().flat_map(|f| rows(f)).count(),
        "a first name twice"
    );
    for row in files.iter().flat_map(|f| rows(f)) {
        assert!(row.len() <= 6, "{row:?}");
        for group in row.get(3).into_iter().flat_map(|cell| parts(cell)) {
            assert!(keys.contains(group), "{}: {group}", row[0]);
        }
        for name in row.iter().skip(4).flat_map(|cell| parts(cell)) {
            assert!(names.contains(&fold(name)), "{}: {name}", row[0]);
        }
    }
}

fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| line.split('|').map(str::trim).collect())
}

fn parts(cell: &str) -> Vec<&str> {
    cell.split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

fn any_name() -> impl Strategy<Value = &'static str> {
    let names: Vec<&'static str> = all()
        .flat_map(|one| one.names().iter().map(String::as_str))
        .collect();
    proptest::sample::select(names)
}

/// Words around a name: none of them denies it, and none runs on into it.
fn around() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        proptest::sample::select(vec![
            "她", "说", "对", "用", "严重", "好像", "去年", "脸", "痒", "，", " ", "。", "(", "）",
            "allergic", "to",
        ]),
        0..6,
    )
    .prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn folding_twice_is_folding_once(text in "\\PC{0,40}", name in any_name()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
        let once = fold(name);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn words_around_a_known_word_never_lose_it(name in any_name(), before in around(), after in around()) {
        let told = Allergies::of(&[format!("{before}，{name}，{after}")]);
        prop_assert!(!told.check(&List::of(&[name])).is_empty());
        let told = Allergies::of(&[format!("{before} {name} {after}")]);
        prop_assert!(!told.check(&List::of(&[name])).is_empty());
    }

    #[test]
    fn nothing_that_is_written_stops_it(said in "\\PC{0,60}", list in "\\PC{0,120}") {
        let told = Allergies::of(&[&said]);
        let _ = told.check(&List::of(&[&list]));
        // what is told is never lost: it is shown, or it says that there is none
        let told = Allergies::of(&["桃胶树汁液", said.as_str()]);
        prop_assert!(!told.is_empty());
    }
}

//! What holds for any members and any order of changes.

#![allow(clippy::unwrap_used)]

mod search_support;

use counter::search::{self, keys, mask};
use identity::{CardNo, Found, MemberCode};
use proptest::prelude::*;
use search_support::{bought, cache, ids, member, put, remove, wrong_lists};
use std::collections::BTreeSet;

/// Few characters, so that many members share their beginnings.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[张曾单乐欧吕][小乐行美丽绿阳]{1,3}",
        1 => "[A-C][a-c]{1,4} [A-C]ü?[a-c]{1,3}",
        1 => "(尉迟|欧阳|万俟)[乐行美]{1,2}",
        1 => Just(String::new()),
        1 => "\\PC{0,12}",
    ]
}

fn phone() -> impl Strategy<Value = String> {
    "13[89]0013[0-2]{4}"
}

/// One change to the members of the cache.
#[derive(Debug, Clone)]
enum Change {
    Put(u8, String, String, Option<i64>),
    Remove(u8),
}

fn change(ids: u8) -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => (0..ids, name(), phone(), prop::option::of(0i64..2_000))
            .prop_map(|(id, name, phone, at)| Change::Put(id, name, phone, at)),
        1 => (0..ids).prop_map(Change::Remove),
    ]
}

fn typed_form(key: &str) -> String {
    key.trim_end_matches('!').chars().skip(1).collect()
}

/// The spaces of keys in which this is looked for; none where it is not plain to tell.
fn spaces(typed: &str) -> Option<&'static str> {
    let all = |is: fn(&u8) -> bool| typed.as_bytes().iter().all(is);
    match typed.len() {
        _ if !typed.is_ascii() => typed
            .contains(|c| ('一'..='龥').contains(&c))
            .then_some("h"),
        4 if all(u8::is_ascii_digit) => Some("dt"),
        _ if all(u8::is_ascii_alphabetic) => Some("ld"),
        _ => Some("d"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// The lists are those that all keys would give, after any changes.
    #[test]
    fn lists_stay_exact(changes in prop::collection::vec(change(160), 150..400)) {
        let mut conn = cache();
        let tx = conn.transaction().unwrap();
        for change in &changes {
            match change {
                Change::Put(id, name, phone, at) => {
                    let m = member(&id.to_string(), name, phone);
                    let m = at.map_or(m.clone(), |minute| bought(m, minute));
                    counter::search::put_member(&tx, &m).unwrap();
                }
                Change::Remove(id) => {
                    counter::search::remove_member(&tx, &id.to_string().into()).unwrap();
                }
            }
        }
        tx.commit().unwrap();
        prop_assert_eq!(wrong_lists(&conn), Vec::<String>::new());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Each beginning of each of her keys finds a member; nothing finds one who has no such key.
    #[test]
    fn found_by_own_keys_only(people in prop::collection::vec((name(), phone()), 1..6)) {
        let mut conn = cache();
        let mut all = Vec::new();
        for (i, (name, phone)) in people.iter().enumerate() {
            let m = member(&i.to_string(), name, phone);
            put(&mut conn, &m);
            all.push(keys::of(&m));
        }
        for key in all.iter().flatten() {
            let whole = typed_form(&key.text);
            let from = if key.text.starts_with('t') { whole.chars().count() } else { 1 };
            for length in from..=whole.chars().count() {
                let typed: String = whole.chars().take(length).collect();
                let Some(spaces) = spaces(&typed) else { continue };
                let begins = |k: &keys::Key| spaces.contains(&k.text[..1])
                    && (!k.text.starts_with('t') || typed_form(&k.text) == typed)
                    && typed_form(&k.text).starts_with(&typed);
                let expected: BTreeSet<String> = all
                    .iter()
                    .enumerate()
                    .filter(|(_, keys)| keys.iter().any(begins))
                    .map(|(i, _)| i.to_string())
                    .collect();
                let found: BTreeSet<String> = ids(&conn, &typed).into_iter().collect();
                prop_assert_eq!(found, expected, "{} of {}", typed, key.text);
            }
        }
    }

    /// After a change nothing of the old name and phone is left.
    #[test]
    fn a_change_takes_the_old_keys_out(before in (name(), phone()), after in (name(), phone())) {
        let (mut changed, mut fresh) = (cache(), cache());
        put(&mut changed, &member("1", &before.0, &before.1));
        put(&mut changed, &member("1", &after.0, &after.1));
        put(&mut fresh, &member("1", &after.0, &after.1));
        let all = |conn: &rusqlite::Connection| -> Vec<(String, i64)> {
            let mut read = conn.prepare("SELECT key, kind FROM search_key ORDER BY key").unwrap();
            read.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap()
        };
        prop_assert_eq!(all(&changed), all(&fresh));
        remove(&mut changed, "1");
        prop_assert!(all(&changed).is_empty());
    }

    /// A mask shows at most a surname, the last character and stars, and nothing that is hidden.
    #[test]
    fn masks_hide(name in name(), phone in "[0-9]{0,15}") {
        let masked = mask::name(&name);
        let shown: Vec<char> = masked.chars().filter(|c| *c != '*').collect();
        // as it is kept: a letter that is composed otherwise is another character, and no other letter
        let characters: Vec<char> = identity::text::tidy(&name).chars().collect();
        let kept = masked.chars().position(|c| c == '*').unwrap_or(0);
        prop_assert!(shown.len() <= 4);
        prop_assert_eq!(masked.is_empty(), characters.is_empty());
        if !characters.is_empty() {
            prop_assert!(masked.contains('*'));
            let han = characters.iter().all(|c| ('一'..='龥').contains(c));
            prop_assert!(characters.len() > shown.len() || !han);
        }
        if masked.chars().count() == characters.len() {
            for (shown, real) in masked.chars().zip(&characters) {
                prop_assert!(shown == '*' || shown == *real);
                // one letter of an alphabet tells little: a first letter may come again where it is hidden
                if shown == '*' && !masked.ends_with("***") {
                    prop_assert!(*real == '*' || !masked.contains(*real), "{} shows {}", masked, real);
                }
            }
        } else {
            prop_assert!(kept <= 1, "{}", masked);
        }
        let masked = mask::phone(&phone);
        prop_assert!(masked.chars().filter(char::is_ascii_digit).count() <= 7);
        prop_assert!(phone.len() < 7 || masked.contains("****"));
    }

    /// What is exact is found exactly, by number and by code; no two members open by one exact number.
    #[test]
    fn every_card_opens_its_own_member(cards in prop::collection::btree_set("[A-Ca-c沪京0-2 %*/-]{1,5}|\\PC{1,20}", 1..12)) {
        let cards: BTreeSet<String> = cards
            .iter()
            .filter_map(|text| CardNo::admit(text).ok().map(|card| card.to_string()))
            .collect();
        let mut conn = cache();
        for (i, no) in cards.iter().enumerate() {
            let mut m = member(&i.to_string(), "张小美", &format!("138001{i:05}"));
            m.no.clone_from(no);
            put(&mut conn, &m);
        }
        for (i, no) in cards.iter().enumerate() {
            let card = CardNo::parse(no).unwrap();
            for typed in [no.clone(), MemberCode::write(&card), format!("{}:check", MemberCode::write(&card))] {
                let code = MemberCode::typed(&typed).unwrap();
                let found = search::by_card(&conn, &code).unwrap().map(|hers| hers.id);
                prop_assert_eq!(found, Found::One(i.to_string()), "{}", typed);
                let first = ids(&conn, &typed).into_iter().next();
                prop_assert_eq!(first, Some(i.to_string()), "{}", typed);
            }
        }
    }

    /// Keys that an older build wrote are brought to what they are now.
    #[test]
    fn old_keys_are_written_anew(people in prop::collection::vec((name(), phone()), 1..40)) {
        let (mut old, mut fresh) = (cache(), cache());
        for (i, (name, phone)) in people.iter().enumerate() {
            let m = member(&i.to_string(), name, phone);
            put(&mut old, &m);
            put(&mut fresh, &m);
        }
        // as if the second half of the keys had had another form
        old.execute_batch(
            "UPDATE member SET keys = '0dold!' || char(10); DELETE FROM search_key; DELETE FROM search_top;
             INSERT INTO search_key (key, member, kind, rank) SELECT 'dold!', rowid, 0, rank FROM member;",
        ).unwrap();
        let tx = old.transaction().unwrap();
        search::rekey(&tx).unwrap();
        tx.commit().unwrap();
        let all = |conn: &rusqlite::Connection| -> Vec<(String, i64)> {
            let mut read = conn.prepare("SELECT key, member FROM search_key ORDER BY key, member").unwrap();
            read.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap()
        };
        prop_assert_eq!(all(&old), all(&fresh));
        prop_assert_eq!(wrong_lists(&old), Vec::<String>::new());
    }

    /// Whatever is typed is an answer, never an error.
    #[test]
    fn any_text_is_answered(typed in "\\PC{0,40}|.{0,40}|CPM:.{0,20}") {
        let mut conn = cache();
        put(&mut conn, &member("1", "张小美", "13812345678"));
        prop_assert!(counter::search::find(&conn, &typed, 20).is_ok());
    }
}

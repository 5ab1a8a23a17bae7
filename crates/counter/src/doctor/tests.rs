use super::*;
use crate::view::SlipLanguage;

fn part(examined: &Examined, part: Part) -> Vec<State> {
    let of = examined.findings.iter().filter(|f| f.part == part);
    of.map(|f| f.state).collect()
}

#[test]
fn where_no_counter_ever_was_it_says_so_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("counter");
    let examined = examine(&home, &KeyAccess::insecure());
    assert!(!examined.is_well());
    assert_eq!(part(&examined, Part::Folder), [State::Bad]);
    assert!(!home.exists());
}

#[test]
fn a_counter_that_is_not_enrolled_is_told_how() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("counter");
    drop(Engine::open(&home, &KeyAccess::insecure()).unwrap());
    let examined = examine(&home, &KeyAccess::insecure());
    assert_eq!(part(&examined, Part::Device), [State::Bad]);
    // what is wrong stands first, in either language
    for language in [SlipLanguage::Zh, SlipLanguage::En] {
        assert!(examined.words(language).starts_with('✗'));
    }
}

#[test]
fn what_keeps_the_engine_from_opening_is_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("counter");
    drop(Engine::open(&home, &KeyAccess::insecure()).unwrap());
    std::fs::write(
        home.join("outbox.db"),
        "no database at all, but long enough",
    )
    .unwrap();
    let examined = examine(&home, &KeyAccess::insecure());
    let bad = examined.findings.first().unwrap();
    assert_eq!((bad.state, bad.number.as_str()), (State::Bad, "C-205"));
    assert!(bad.todo.zh.contains("move-aside"));
}

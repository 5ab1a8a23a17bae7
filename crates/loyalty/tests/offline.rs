//! A counter that hears nothing of the centre closes, and a code opens it for a day.

#![allow(clippy::unwrap_used, clippy::panic)] // a test's helper fails by panicking

use chrono::{DateTime, Duration, Utc};
use loyalty::{Program, Silence, Unlocks, closed_since, unlocks};
use proptest::prelude::*;

fn program(hours: u32) -> Program {
    let document = format!(r#"{{"allowance": {{"offline_hours": {hours}}}}}"#);
    Program::from_json(&document).unwrap()
}

fn at(hours: i64) -> DateTime<Utc> {
    let begin: DateTime<Utc> = "2026-03-01T00:00:00Z".parse().unwrap();
    begin + Duration::hours(hours)
}

fn heard(hours: i64) -> Silence {
    Silence {
        heard: Some(at(hours)),
        ..Silence::default()
    }
}

#[test]
fn it_closes_after_seven_days_unless_the_program_says_else() {
    let usual = Program::from_json("{}").unwrap();
    assert_eq!(closed_since(&usual, heard(0), at(167)), None);
    assert_eq!(closed_since(&usual, heard(0), at(168)), Some(at(168)));
    assert_eq!(closed_since(&program(24), heard(0), at(24)), Some(at(24)));
    // one that was never heard, or does not know how long it was off, shows nobody
    assert_eq!(closed_since(&usual, Silence::default(), at(1)), Some(at(1)));
    let lost = Silence {
        clock_lost: true,
        ..heard(0)
    };
    assert_eq!(closed_since(&usual, lost, at(1)), Some(at(1)));
}

#[test]
fn the_usual_limit_is_not_written_so_that_older_builds_read_the_program() {
    let text = |program: &Program| serde_json::to_string(program.doc()).unwrap();
    assert!(!text(&Program::from_json("{}").unwrap()).contains("offline_hours"));
    assert!(text(&program(48)).contains(r#""offline_hours":48"#));
    for bad in [0, 9_000] {
        let document = format!(r#"{{"allowance": {{"offline_hours": {bad}}}}}"#);
        assert!(Program::from_json(&document).is_err(), "{bad}");
    }
}

#[test]
fn a_code_opens_it_for_a_day_and_once() {
    let until = at(224);
    assert_eq!(unlocks(at(200), None, at(201)), Unlocks::Until(until));
    assert_eq!(unlocks(at(200), Some(at(200)), at(201)), Unlocks::Used);
    assert_eq!(unlocks(at(200), Some(at(210)), at(211)), Unlocks::Used);
    assert_eq!(unlocks(at(200), None, until), Unlocks::Over);
    // a counter whose clock is behind takes the centre's word
    assert_eq!(
        unlocks(at(200), Some(at(1)), at(100)),
        Unlocks::Until(until)
    );
    let opened = Silence {
        unlocked_until: Some(until),
        clock_lost: true,
        ..heard(0)
    };
    let usual = Program::from_json("{}").unwrap();
    assert_eq!(closed_since(&usual, opened, at(223)), None);
    assert_eq!(closed_since(&usual, opened, until), Some(until));
}

proptest! {
    /// As time passes a counter that is closed stays closed: nothing but a contact or a code opens it.
    #[test]
    fn time_alone_opens_nothing(limit in 1u32..8_784, passed in 0i64..20_000, more in 0i64..20_000, lost: bool) {
        let program = program(limit);
        let silence = Silence { clock_lost: lost, ..heard(0) };
        let closed = closed_since(&program, silence, at(passed)).is_some();
        prop_assert_eq!(closed, lost || passed >= i64::from(limit));
        if closed {
            prop_assert!(closed_since(&program, silence, at(passed + more)).is_some());
        }
    }

    /// One code opens for no more than a day, however late it is typed and however often.
    #[test]
    fn a_code_is_worth_a_day_at_most(given in 0i64..1_000, typed in 0i64..2_000) {
        match unlocks(at(given), None, at(typed)) {
            Unlocks::Until(until) => {
                prop_assert_eq!(until, at(given + 24));
                prop_assert!(typed < given + 24);
                prop_assert_eq!(unlocks(at(given), Some(at(given)), at(typed)), Unlocks::Used);
            }
            Unlocks::Over => prop_assert!(typed >= given + 24),
            Unlocks::Used => prop_assert!(false),
        }
    }
}

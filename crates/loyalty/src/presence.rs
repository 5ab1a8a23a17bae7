//! Whether it is she whose points are spent: what is asked first, by how many they are.
//!
//! A phone number is known to many. So above a floor the clerk asks for the last four digits of the member's own, and above a
//! ceiling a manager looks as well. Both are the program's (`redeem.presence`).

use serde::{Deserialize, Serialize};

use crate::points::Points;
use crate::program::Program;

/// What is asked before points are spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum PresenceAsked {
    /// Nothing.
    Nothing,
    /// The last four digits of the member's phone number.
    LastFour,
    /// Those, and a manager's approval.
    Manager,
}

/// What is asked for so many points. They are those of one redemption, or of one sale.
#[must_use]
pub fn presence_asked(program: &Program, points: Points) -> PresenceAsked {
    let terms = &program.doc().redeem.presence;
    if points > terms.ceiling {
        PresenceAsked::Manager
    } else if points > terms.floor {
        PresenceAsked::LastFour
    } else {
        PresenceAsked::Nothing
    }
}

/// What showed that she is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresenceShown {
    /// The last four digits of her phone number, which others may know.
    LastFour,
    /// A code that was sent to her phone.
    Message,
    /// The code of her page, made a moment ago.
    MemberCode,
}

/// Whether what was shown is enough, or a manager has to look as well: whoever has her phone needs no manager.
#[must_use]
pub const fn presence_suffices(asked: PresenceAsked, shown: PresenceShown) -> bool {
    match (asked, shown) {
        (PresenceAsked::Nothing | PresenceAsked::LastFour, _)
        | (PresenceAsked::Manager, PresenceShown::Message | PresenceShown::MemberCode) => true,
        (PresenceAsked::Manager, PresenceShown::LastFour) => false,
    }
}

/// Whether these are the last four digits of a phone number, which may be masked before them.
#[must_use]
pub fn are_last_four(phone: &str, typed: &str) -> bool {
    typed.len() == 4 && typed.bytes().all(|b| b.is_ascii_digit()) && phone.ends_with(typed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn program(floor: i64, ceiling: i64) -> Program {
        let text = format!(
            r#"{{"version": 1, "redeem": {{"presence": {{"floor": {floor}, "ceiling": {ceiling}}}}}}}"#
        );
        Program::from_json(&text).unwrap()
    }

    #[test]
    fn the_floor_and_the_ceiling_are_within() {
        let program = program(500, 5_000);
        for (points, asked) in [
            (0, PresenceAsked::Nothing),
            (500, PresenceAsked::Nothing),
            (501, PresenceAsked::LastFour),
            (5_000, PresenceAsked::LastFour),
            (5_001, PresenceAsked::Manager),
        ] {
            assert_eq!(presence_asked(&program, Points(points)), asked, "{points}");
        }
    }

    #[test]
    fn only_four_digits_are_four_digits() {
        assert!(are_last_four("13800005678", "5678"));
        assert!(are_last_four("138****5678", "5678"));
        for wrong in ["", "678", "05678", "5679", "****", "５６７８", "5678 "] {
            assert!(!are_last_four("13800005678", wrong), "{wrong}");
        }
        assert!(!are_last_four("", ""));
    }

    proptest! {
        /// More points never ask less.
        #[test]
        fn more_asks_no_less(floor in 0_i64..10_000, above in 0_i64..10_000, a in 0_i64..30_000, b in 0_i64..30_000) {
            let program = program(floor, floor + above);
            let (less, more) = (a.min(b), a.max(b));
            prop_assert!(presence_asked(&program, Points(less)) <= presence_asked(&program, Points(more)));
        }
    }
}

//! What a clerk does to a member's account beside sales, redemptions and returns, and the approval of a
//! store's manager that some of it needs.
//!
//! What has already happened at a counter counts at the centre, with or without a sound approval; where
//! one was needed and is missing, or names nobody who may give it, that is on the manager's list.

use crate::ids::{ClerkId, MemberId, StoreId};
use crate::limits::{BEHAVIOUR_CHARS, EXTENSION_DAYS, OP_ID_CHARS, REASON_CHARS};
use chrono::NaiveDate;
use loyalty::{OpId, Points};
use serde::{Deserialize, Serialize};

/// Why a clerk asks for an approval, by stable words; the screens have the texts. Words and no free
/// text: the body is hashed and is never erased, so that nothing personal may stand in it.
pub const REASONS: [&str; 6] = ["asked", "mistake", "fault", "misuse", "goodwill", "other"];

/// The behaviour that the centre records by itself when somebody joins: no clerk may.
pub const JOIN: &str = "join";

/// A manager of the store has typed her PIN on the counter for this operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who approved.
    pub manager: ClerkId,
    /// Why: one of [`REASONS`], or for a return its own reason; a word that a build does not know counts as
    /// `other`.
    pub reason: String,
}

impl Approval {
    /// Whether it keeps to the limits of length and letters.
    pub fn fits(&self) -> bool {
        let short = |text: &str| {
            !text.is_empty()
                && text.chars().count() <= REASON_CHARS
                && !text.chars().any(char::is_control)
        };
        short(self.manager.as_str()) && short(&self.reason)
    }
}

/// A redemption undone: its points go back to where they came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reversal {
    /// The redemption's operation, by the id that the centre knows it under: a counter's operation id, or
    /// the name of one from history.
    pub of: OpId,
    /// Whose points.
    pub member: MemberId,
    /// Where it is undone.
    pub store: StoreId,
    /// Why: one of [`REASONS`].
    pub reason: String,
    /// Points that the counter showed as given back.
    pub shown_back: Points,
    /// A manager's approval: needed beyond the business day of the redemption, and for one of another
    /// counter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

impl Reversal {
    /// Whether it names a redemption and gives an approval within the limits.
    pub fn fits(&self) -> bool {
        let of = self.of.as_str();
        !of.is_empty()
            && of.chars().count() <= OP_ID_CHARS
            && self.shown_back.is_amount()
            && self.approval.as_ref().is_none_or(Approval::fits)
    }
}

/// Something that the brand values and gives points for, such as a check-in or a bottle brought back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behaviour {
    /// Who did it.
    pub member: MemberId,
    /// Where.
    pub store: StoreId,
    /// Which: a name of the program's `behaviours`, never [`JOIN`].
    pub behaviour: String,
    /// Points that the counter showed.
    pub shown_points: Points,
}

impl Behaviour {
    /// Whether its name can be one that a clerk records.
    pub fn fits(&self) -> bool {
        let name = &self.behaviour;
        !name.is_empty() && name != JOIN && name.chars().count() <= BEHAVIOUR_CHARS
    }
}

/// Points are frozen: nothing expires and nothing is spent until they are unfrozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// Whose points.
    pub member: MemberId,
    /// Where.
    pub store: StoreId,
    /// A manager's approval; always needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// Points are usable again, their dates moved on by the days that they were frozen.
pub type Unfreeze = Freeze;

/// Points that expire earlier expire on another date now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Whose points.
    pub member: MemberId,
    /// Where.
    pub store: StoreId,
    /// The new last day; from the operation's business date to [`EXTENSION_DAYS`] after it.
    pub to: NaiveDate,
    /// A manager's approval; always needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

impl Extension {
    /// Whether its date can be one that was chosen on a business date.
    pub fn fits(&self, on: NaiveDate) -> bool {
        (0..=EXTENSION_DAYS).contains(&(self.to - on).num_days())
    }
}

/// The word of a reason that is kept: itself where it is one of [`REASONS`], else `other`.
pub fn reason_word(word: &str) -> &'static str {
    REASONS
        .into_iter()
        .find(|known| *known == word)
        .unwrap_or("other")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test fails by panicking
mod tests {
    use super::*;
    use crate::operation::{Body, KINDS};

    fn approval(reason: &str) -> Option<Approval> {
        Some(Approval {
            manager: "M1".into(),
            reason: reason.to_owned(),
        })
    }

    fn bodies() -> [Body; 5] {
        let freeze = Freeze {
            member: "m".into(),
            store: "S1".into(),
            approval: approval("asked"),
        };
        [
            Body::Reversal(Reversal {
                of: "o".into(),
                member: "m".into(),
                store: "S1".into(),
                reason: "mistake".into(),
                shown_back: Points(5),
                approval: None,
            }),
            Body::Behaviour(Behaviour {
                member: "m".into(),
                store: "S1".into(),
                behaviour: "check_in".into(),
                shown_points: Points(5),
            }),
            Body::Freeze(freeze.clone()),
            Body::Unfreeze(freeze.clone()),
            Body::Extension(Extension {
                member: "m".into(),
                store: "S1".into(),
                to: "2027-05-31".parse().unwrap(),
                approval: freeze.approval,
            }),
        ]
    }

    #[test]
    fn each_body_has_one_form_and_comes_back_from_it() {
        for body in bodies() {
            assert!(KINDS.contains(&body.kind()));
            let json = body.to_json().unwrap();
            let again = Body::parse(body.kind(), json.get()).unwrap().unwrap();
            assert_eq!(again, body);
            assert_eq!(again.to_json().unwrap().get(), json.get());
        }
        let [reversal, _, freeze, ..] = bodies();
        assert_eq!(
            reversal.to_json().unwrap().get(),
            r#"{"of":"o","member":"m","store":"S1","reason":"mistake","shown_back":5}"#
        );
        assert_eq!(
            freeze.to_json().unwrap().get(),
            r#"{"member":"m","store":"S1","approval":{"manager":"M1","reason":"asked"}}"#
        );
    }

    #[test]
    fn what_another_version_says_besides_is_no_obstacle() {
        let newer = r#"{"member":"m","store":"S1","until":"2027-01-01","approval":{"manager":"M1","reason":"court","by":"face"}}"#;
        let Some(Body::Freeze(freeze)) = Body::parse("freeze", newer).unwrap() else {
            unreachable!("no freeze")
        };
        assert!(freeze.approval.unwrap().fits());
        assert_eq!(reason_word("court"), "other");
        let older =
            r#"{"receipt":"T1","store":"S1","lines":[],"reason":"other","shown_refund":"0.00"}"#;
        let Some(Body::Return(back)) = Body::parse("return", older).unwrap() else {
            unreachable!("no return")
        };
        assert_eq!(back.approval, None);
        assert!(
            !Body::Return(back)
                .to_json()
                .unwrap()
                .get()
                .contains("approval")
        );
    }

    #[test]
    fn limits_hold() {
        let [Body::Reversal(reversal), Body::Behaviour(behaviour), ..] = bodies() else {
            unreachable!("other bodies")
        };
        assert!(reversal.fits() && behaviour.fits());
        for of in [String::new(), "o".repeat(OP_ID_CHARS + 1)] {
            let of = OpId::from(of);
            assert!(
                !Reversal {
                    of,
                    ..reversal.clone()
                }
                .fits()
            );
        }
        for reason in ["", "a\nb", &"r".repeat(REASON_CHARS + 1)] {
            let approval = approval(reason);
            assert!(
                !Reversal {
                    approval,
                    ..reversal.clone()
                }
                .fits()
            );
        }
        for name in ["", JOIN, &"b".repeat(BEHAVIOUR_CHARS + 1)] {
            let behaviour = Behaviour {
                behaviour: name.to_owned(),
                ..behaviour.clone()
            };
            assert!(!behaviour.fits(), "{name}");
        }
        let on: NaiveDate = "2026-05-31".parse().unwrap();
        let Some(Body::Extension(extension)) = bodies().into_iter().last() else {
            unreachable!("no extension")
        };
        for (days, fits) in [
            (-1, false),
            (0, true),
            (EXTENSION_DAYS, true),
            (EXTENSION_DAYS + 1, false),
        ] {
            let to = on + chrono::Duration::days(days);
            assert_eq!(
                Extension {
                    to,
                    ..extension.clone()
                }
                .fits(on),
                fits,
                "{days}"
            );
        }
    }
}

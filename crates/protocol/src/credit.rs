//! Who gets the credit of a sale, as its operation says it. What the shop's rule proposes is
//! [`loyalty::credit_by_rule`]'s.

use crate::ids::ClerkId;
use crate::limits::{REASON_CHARS, TAG_CHARS, is_line};
use serde::{Deserialize, Serialize};

/// Why it is not as the shop's rule has it, by stable words; the screens have the texts. Words and no free
/// text: the body is hashed and is never erased.
pub const REASONS: [&str; 5] = ["served", "assisted", "own_purchase", "mistake", "other"];

/// Whose sale it is. A sale without one is its clerk's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Credit {
    /// Who has it; none = nobody, as for what the staff buy themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seller: Option<ClerkId>,
    /// Who assisted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second: Option<ClerkId>,
    /// Why it is not as the rule has it: one of [`REASONS`]; empty where it is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

impl Credit {
    /// Whether it keeps to the limits of length and letters, and nobody has it twice.
    pub fn fits(&self) -> bool {
        let id = |id: &ClerkId| is_line(id.as_str(), TAG_CHARS);
        self.seller.iter().all(id)
            && self.second.iter().all(id)
            && (self.second.is_none() || self.second != self.seller)
            && (self.reason.is_empty() || is_line(&self.reason, REASON_CHARS))
    }
}

/// The word of a reason that is kept: itself where it is one of [`REASONS`], else `other`; none where nothing
/// is said.
pub fn reason_word(word: &str) -> Option<&'static str> {
    let word = word.trim();
    if word.is_empty() {
        return None;
    }
    let known = REASONS.into_iter().find(|known| *known == word);
    Some(known.unwrap_or("other"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::Body;

    #[test]
    fn a_sale_without_one_has_the_text_that_it_had_before() {
        let older = r#"{"receipt":"T1","store":"S1","member":{"by":"phone"},"lines":[],"pay_points":0,"shown_pay":"0.00","shown_earned":0}"#;
        let Some(Body::Sale(sale)) = Body::parse("sale", older).unwrap() else {
            unreachable!("no sale")
        };
        assert_eq!(sale.credit, None);
        assert_eq!(Body::Sale(sale).to_json().unwrap().get(), older);
    }

    #[test]
    fn what_it_says_comes_back_and_what_a_newer_one_adds_is_no_obstacle() {
        let sale = r#"{"receipt":"T1","store":"S1","member":{"by":"phone"},"lines":[],"pay_points":0,"shown_pay":"0.00","shown_earned":0,"credit":{"seller":"C1","second":"C2","reason":"served"}}"#;
        let Some(Body::Sale(read)) = Body::parse("sale", sale).unwrap() else {
            unreachable!("no sale")
        };
        assert!(read.credit.as_ref().unwrap().fits());
        assert_eq!(Body::Sale(read).to_json().unwrap().get(), sale);
        let nobody: Credit =
            serde_json::from_str(r#"{"reason":"own_purchase","share":"0.5"}"#).unwrap();
        assert_eq!((nobody.seller.clone(), nobody.second.clone()), (None, None));
        assert!(nobody.fits());
    }

    #[test]
    fn limits_hold() {
        let of = |seller: &str, second: &str, reason: &str| Credit {
            seller: Some(seller.into()),
            second: Some(second.into()),
            reason: reason.to_owned(),
        };
        assert!(of("C1", "C2", "").fits());
        for wrong in [
            of("", "C2", ""),
            of("C1", "C1", ""),
            of("C1", "a\nb", ""),
            of(&"c".repeat(TAG_CHARS + 1), "C2", ""),
            of("C1", "C2", &"r".repeat(REASON_CHARS + 1)),
            of("C1", "C2", "a\u{7}"),
        ] {
            assert!(!wrong.fits(), "{wrong:?}");
        }
        assert_eq!(reason_word(" served "), Some("served"));
        assert_eq!(reason_word("because"), Some("other"));
        assert_eq!(reason_word(" "), None);
    }
}

//! Who gets the credit of a sale.

use super::{ClerkCard, Millis};
use serde::{Deserialize, Serialize};

/// Who gets the credit by the shop's rule, and who else may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CreditForm {
    /// By the rule: who has the sale; none = nobody.
    pub seller: Option<ClerkCard>,
    /// By the rule: who assisted.
    pub second: Option<ClerkCard>,
    /// Everybody who works here, those who had to do with her first.
    pub people: Vec<CreditPerson>,
    /// For how many days after helping her somebody assists.
    pub days: u32,
}

/// Somebody who works here, and what she had to do with the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CreditPerson {
    /// Who.
    pub clerk: ClerkCard,
    /// Whether she is the one who is signed in.
    pub signed_in: bool,
    /// Whether she is the customer's own advisor.
    pub advisor: bool,
    /// What she did for her last, within the days of the rule.
    pub helped: Option<HelpedHow>,
    /// When that was.
    pub helped_at: Option<Millis>,
}

/// What somebody did for a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum HelpedHow {
    /// Sold to her, or assisted in it.
    Sold,
    /// Gave her something for points, or noted what she did.
    Served,
    /// Noted what she said.
    Noted,
}

/// What somebody gets of a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum CreditPart {
    /// The sale.
    Main,
    /// A share in it.
    Assist,
    /// Nothing.
    None,
}

/// Who gets the credit while the clerk says it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CreditShares {
    /// Id of who has the sale; none = nobody.
    pub seller: Option<String>,
    /// Id of who assisted.
    pub second: Option<String>,
}

impl CreditShares {
    /// Gives somebody a part; whoever had it before loses it. Nobody has both, and nobody assists in what is
    /// nobody's: who would, has the sale.
    #[must_use]
    pub fn given(self, who: &str, part: CreditPart) -> Self {
        let not_her = |id: Option<String>| id.filter(|id| id != who);
        let (seller, second) = (not_her(self.seller), not_her(self.second));
        let her = || Some(who.to_owned());
        let (seller, second) = match part {
            CreditPart::Main => (her(), second),
            CreditPart::Assist if seller.is_none() => (her(), None),
            CreditPart::Assist => (seller, her()),
            CreditPart::None => (seller, second),
        };
        Self {
            second: second.filter(|_| seller.is_some()),
            seller,
        }
    }
}

/// Who gets the credit, where the clerk says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CreditRequest {
    /// Id of who has the sale; none = nobody.
    pub seller: Option<String>,
    /// Id of who assisted.
    pub second: Option<String>,
    /// Why it is not as the rule has it: `served`, `assisted`, `own_purchase`, `mistake`, `other`.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(seller: Option<&str>, second: Option<&str>) -> CreditShares {
        CreditShares {
            seller: seller.map(str::to_owned),
            second: second.map(str::to_owned),
        }
    }

    #[test]
    fn who_had_a_part_before_loses_it() {
        let rule = shares(Some("lin"), Some("su"));
        let given = rule.clone().given("chen", CreditPart::Main);
        assert_eq!(given, shares(Some("chen"), Some("su")));
        let given = rule.given("chen", CreditPart::Assist);
        assert_eq!(given, shares(Some("lin"), Some("chen")));
    }

    #[test]
    fn nobody_has_both_parts_nor_a_share_in_what_is_nobodys() {
        let rule = shares(Some("lin"), Some("su"));
        let hers = rule.clone().given("su", CreditPart::Main);
        assert_eq!(hers, shares(Some("su"), None));
        let nobodys = hers.given("su", CreditPart::None);
        assert_eq!(nobodys, shares(None, None));
        let given = nobodys.given("chen", CreditPart::Assist);
        assert_eq!(given, shares(Some("chen"), None));
        let nobodys = rule.given("lin", CreditPart::None);
        assert_eq!(nobodys, shares(None, None));
    }
}

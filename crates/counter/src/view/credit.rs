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

//! What a scanned text is.

use super::{MemberChoice, ProductHit};
use serde::Serialize;

/// What a scan can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ScanMeaning {
    /// A product.
    Product,
    /// A till's receipt.
    Receipt,
    /// A member, by the number on her card.
    Card,
    /// A member, by her phone number.
    Phone,
}

/// What the code of a member's page says of whether she is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum CodeShown {
    /// It was made just now: she is there.
    Fresh,
    /// It was made earlier: whose it is, and no more.
    Older,
    /// This counter is not sure what time it is: whose it is, and no more.
    Unsure,
    /// The centre did not make it.
    Forged,
}

/// What a scanned text is, as a whole; never a beginning of anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Scanned {
    /// A product that is sold here. A known bar code is always that.
    Product {
        /// Which.
        product: ProductHit,
    },
    /// Several products that are sold have this code: the clerk says which.
    Products {
        /// These.
        products: Vec<ProductHit>,
    },
    /// A member who is on this counter.
    Member {
        /// Who.
        member: MemberChoice,
        /// The text in the form of a receipt's number; none for a member's code, which is nothing else.
        receipt: Option<String>,
        /// What her page's code says of whether she is there; none for any other text.
        code: Option<CodeShown>,
    },
    /// Several members may be meant: the clerk says which.
    Members {
        /// These.
        members: Vec<MemberChoice>,
        /// The text in the form of a receipt's number; none for a member's code.
        receipt: Option<String>,
    },
    /// A receipt that this counter knows.
    Receipt {
        /// Its number, as the till has it.
        receipt: String,
    },
    /// Known here in more than one way: the clerk says which.
    Several {
        /// These.
        may_be: Vec<ScanMeaning>,
        /// Members among them.
        members: Vec<MemberChoice>,
        /// The text in the form of a receipt's number.
        receipt: Option<String>,
    },
    /// Nothing here has it. By its form it can be these, the likeliest first.
    Unknown {
        /// These; `card` alone for a member's code.
        may_be: Vec<ScanMeaning>,
        /// The text in the form of a receipt's number, where it can be one.
        receipt: Option<String>,
    },
    /// Nothing that anything is numbered by.
    Nothing,
}

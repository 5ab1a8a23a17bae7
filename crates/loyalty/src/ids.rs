//! Names of things: strings with a type each, so that a receipt's number never stands where a coupon's id belongs.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is; what lengths and letters are allowed is decided where it enters.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text itself, taken out.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id!(
    /// Identity of one operation: the same id with the same content is the same operation.
    OpId
);
text_id!(
    /// Number of one sale, the till's or a counter's own; unique among sales.
    ReceiptNo
);
text_id!(
    /// A product as it stands on a receipt's line.
    Sku
);
text_id!(
    /// A product category, as factors and coupons name it.
    Category
);
text_id!(
    /// One member's one coupon (single use).
    CouponId
);
text_id!(
    /// One allowance: points handed to one device for one member.
    GrantId
);
text_id!(
    /// A tier of the program.
    TierId
);
text_id!(
    /// Who recorded a sale at a counter.
    RecorderId
);
text_id!(
    /// A kind of valued behaviour, such as `check_in`.
    BehaviourKind
);

/// Number of a lot within its member's account: 1, 2, 3… in the order in which the lots came to be.
///
/// The account numbers on by itself, so that replaying the same operations gives the same ids.
/// Unique only together with the member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(transparent)]
pub struct LotId(#[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))] pub u64);

impl fmt::Display for LotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

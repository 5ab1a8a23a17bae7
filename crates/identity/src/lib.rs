//! What identifies a member, a card, a phone, a product, a bar code, a receipt: how each is written, folded, compared and
//! scoped. Counter, centre, import, phone pages and screens use this, and nothing else compares such a thing.
//!
//! Each identifier has up to three forms:
//! - **as it is kept**: what people see, without characters that nobody sees;
//! - the **exact key**: equal where two texts are one number for sure (width, kinds of dashes, invisible
//!   characters). Exact keys are unique;
//! - the **folded key**: equal where a person may take one for the other (case, blanks, punctuation). Stores are
//!   searched by it, and [`choose`] decides: an exact match wins, and where only folded keys agree with several,
//!   the clerk is asked.
//!
//! A card number and a phone number are two name spaces. A scanned member code (`CPM:…`) is always a card.

pub mod barcode;
pub mod card;
pub mod han;
pub mod member_code;
pub mod name;
pub mod phone;
pub mod receipt;
pub mod scan;
pub mod sku;
pub mod spreadsheet;
pub mod text;

mod choose;
mod refusal;

pub use barcode::{Barcode, Gtin};
pub use card::CardNo;
pub use choose::{Found, Likeness, choose};
pub use member_code::MemberCode;
pub use phone::{MobileNumber, NoPhone};
pub use refusal::Refusal;
pub use sku::Sku;

//! What an operation can wait for.

use identity::MemberCode;
use protocol::ids::StoreId;

/// A member with this phone number.
pub const PHONE: &str = "phone";
/// A member with this id, or whose card number folds to this ([`code_key`]).
pub const CODE: &str = "code";
/// A sale with this number in this store: see [`sale_key`].
pub const SALE: &str = "sale";
/// A receipt with this number in any store: from before a number was its store's. Tried at the next start,
/// and then one that waits for a sale.
pub const RECEIPT: &str = "receipt";
/// A redemption by its operation's id.
pub const REDEMPTION: &str = "redemption";
/// A centre that knows this kind.
pub const KIND: &str = "kind";
/// This version of the program, in words that this build can read.
pub const PROGRAM: &str = "program";
/// The centre's own books, where it could not read them; the key is always [`BOOKS`].
pub const SERVICE: &str = "service";
/// What [`SERVICE`] waits for.
pub const BOOKS: &str = "books";

/// What a return waits for: a number in a store, however it is spelt.
pub fn sale_key(store: &StoreId, number: &identity::receipt::ReceiptNumber) -> String {
    format!("{store}/{}", number.loose())
}

/// The need of this name.
pub fn known(name: &str) -> Option<&'static str> {
    [
        PHONE, CODE, SALE, RECEIPT, REDEMPTION, KIND, PROGRAM, SERVICE,
    ]
    .into_iter()
    .find(|need| *need == name)
}

/// Under what an operation waits for the member of a code.
pub fn code_key(code: &MemberCode) -> String {
    code.readings()
        .first()
        .map(|card| card.folded().to_owned())
        .unwrap_or_default()
}

//! Members and clerks of every run, and what is sold.

/// Number and price in fen of what is sold.
pub(crate) const PRODUCTS: [(&str, i64); 4] = [
    ("P1", 9_900),
    ("P2", 26_800),
    ("P3", 1_990),
    ("P4", 108_000),
];
/// Of every clerk.
pub(crate) const PIN: &str = "246810";

/// A member as the simulation knows her.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) store: String,
}

/// Phone number of the member, or customer to be, of this number.
pub(crate) fn phone(n: usize) -> String {
    format!("138{n:08}")
}

/// Card number of the member of this number.
pub(crate) fn card(n: usize) -> String {
    format!("8{n:09}")
}

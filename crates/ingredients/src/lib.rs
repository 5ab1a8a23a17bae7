//! What a word for an ingredient means, and whether a product has what somebody is allergic to.
//!
//! Words are compared by meaning: 「对香精过敏」, `Parfum` and a product's 芳樟醇 meet, whatever the width,
//! the case, the brackets and the language. Counter and centre ask the same functions:
//!
//! - [`Allergies::of`] reads what was told of a person,
//! - [`List::of`] reads what a product lists,
//! - [`Allergies::check`] says what of the one is in the other, and why.
//!
//! Missing an allergen is worse than a warning too many, so where a word may mean two things it means both,
//! and a group on a label (香精) warns whoever is allergic to one of it. What is not in the table is compared as
//! it is written. The table and its sources are described in `data/README.md`.
//!
//! Pure: no I/O, no clock. The table is read once, at the first question.

mod check;
mod data;
mod fold;
mod list;
mod scan;
mod search;
mod table;
mod words;

pub use check::{Alert, Allergies, Allergy, Named};
pub use fold::fold;
pub use list::{List, items};
pub use search::{Found, search};
pub use table::{Ingredient, all, prepare};

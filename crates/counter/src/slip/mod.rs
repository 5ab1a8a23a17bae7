//! The customer's receipt, a slip of paper: what it says, and its forms.
//!
//! A [`Slip`] has the facts of one operation, composed by pure functions (`compose`). `document` words it in
//! Chinese or English as parts that a screen shows; `layout` sets the parts in columns for 58 or 80 mm paper,
//! with nothing left in any text that a printer would take for a command. Plain text, ESC/POS and the drawing
//! behind PNG and PDF are made of those lines. `printer` has this device's settings, `send` the way there.

mod answer;
mod card;
mod chars;
mod compose;
mod document;
mod drawing;
mod escpos;
mod fonts;
mod layout;
mod model;
mod picture;
mod plain;
mod printer;
mod send;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use compose::{Article, Facts, redemption, returned, reversed, sale};
pub(crate) use document::{Invitation, document, invitation, test_page};
pub(crate) use escpos::{Job, job};
pub(crate) use layout::lay_out;
pub(crate) use model::{Copy, Slip};
pub(crate) use picture::{card, pdf, png};
pub(crate) use plain::text;
pub(crate) use printer::{keep, read};
pub(crate) use send::{into_folder, is_there, new_file, send};

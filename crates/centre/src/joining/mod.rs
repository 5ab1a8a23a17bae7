//! Joining by a counter's code: what a member's phone asks, and how far she has come. And what else proves a phone by a code:
//! a member's new number.

mod join;
mod new_phone;
mod own;
mod page;
mod progress;
mod sms;
mod steps;
mod verify;

pub use join::join;
pub use page::{Page, prove};
pub use progress::{Step, forget, invited, note};
pub use sms::{LogSms, SmsError, SmsSender};
pub use steps::{Invitation, WELCOME, begin, check};
pub use verify::{Asked, Phone, SmsLimits};

//! What is done at a counter, and how it ended.

use counter::{Engine, Error};

/// Number of the error that carries what the rules refuse.
const REFUSED: &str = "C-150";

/// What a counter is to do, on a thread of its own.
pub(crate) type Activity = Box<dyn FnOnce(&Engine) -> Ending + Send>;

/// How an activity ended.
#[derive(Debug, Default)]
pub(crate) struct Ending {
    /// In words without ids.
    pub(crate) said: String,
    /// The operation that the engine called done.
    pub(crate) done: Option<String>,
    /// Stable code and message of the error that it ended with.
    pub(crate) error: Option<(&'static str, String)>,
    /// A contact that moved nothing.
    pub(crate) quiet: bool,
    /// Words of the panic that it ended with.
    pub(crate) panic: Option<String>,
}

impl Ending {
    pub(crate) fn panicked(words: &str) -> Self {
        Self {
            said: "panicked".into(),
            panic: Some(words.to_owned()),
            ..Self::default()
        }
    }

    /// As an engine answered.
    pub(crate) fn of(answer: counter::Result<Self>) -> Self {
        answer.unwrap_or_else(|e| Self::failed(&e))
    }

    fn failed(error: &Error) -> Self {
        let (word, number) = error.code();
        // what the rules refuse is a clerk's daily bread
        let code = if number == REFUSED { "rules" } else { word };
        Self {
            said: word.to_owned(),
            error: Some((code, error.to_string())),
            ..Self::default()
        }
    }
}

/// Errors that trade under faults may bring. Any other is a fault of the product.
pub(crate) fn may_happen(code: &str, message: &str) -> bool {
    // a contact that began before the centre was restored
    if code == "centre_refused" && message.contains("GenerationChanged") {
        return true;
    }
    matches!(
        code,
        "offline"
            | "offline_limit"
            | "receipt_unknown"
            | "receipt_conflict"
            | "over_returned"
            | "product_unknown"
            | "member_unknown"
            | "revoked"
            | "amount_invalid"
            | "rules"
            | "coupon_not_here"
            | "skin_not_consented"
            | "profile_invalid"
            | "date_invalid"
            | "nothing_to_extend"
            | "rules_not_here"
            // the outbox was moved aside, and the clerks' keys with it
            | "first_sign_in_offline"
            | "not_found"
            // started anew with its clock behind, and not in contact since
            | "counter_locked"
            // one that was revoked has forgotten who works there
            | "clerk_unknown"
    )
}

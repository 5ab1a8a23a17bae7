//! What a customer told of a reaction to goods that she brings back: beside the return, for the brand alone.

use crate::error::{Error, Result};
use crate::view::ReturnRequest;
use protocol::operation::REACTION;
use protocol::personal::PersonalField;

/// The personal values of a return.
///
/// # Errors
/// [`Error::ReactionInvalid`] where what was told says nothing or is beyond its limits.
pub(super) fn personal(request: &ReturnRequest) -> Result<Vec<PersonalField>> {
    let Some(told) = &request.reaction else {
        return Ok(Vec::new());
    };
    if !told.is_sound() {
        return Err(Error::ReactionInvalid);
    }
    let value = serde_json::to_string(told)?;
    Ok(vec![PersonalField::commit(REACTION, &value)?])
}

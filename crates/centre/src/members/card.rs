//! The number on a new member's card.

use identity::card::OWN_NUMBERS;
use identity::{CardNo, Likeness, MemberCode};
use protocol::ErrorCode;

use super::like::like_card;
use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;

/// A number for a new card, in the form in which it is kept; refused where another member's card has exactly that.
pub(super) async fn free(work: &UnitOfWork, text: &str) -> Result<CardNo, ServiceError> {
    let malformed = |why: String| ServiceError::refused(ErrorCode::Malformed, why);
    let card = CardNo::parse(text).map_err(|why| malformed(format!("card number: {why}")))?;
    if taken(work, &card).await? {
        return Err(malformed("card number: it is another member's".to_owned()));
    }
    Ok(card)
}

/// A number of our own that is drawn, and that nobody's card has.
pub(super) async fn drawn(work: &UnitOfWork) -> Result<CardNo, ServiceError> {
    loop {
        let card = CardNo::own(draw()?).map_err(ServiceError::Card)?;
        if !taken(work, &card).await? {
            return Ok(card);
        }
    }
}

/// Each of them as likely as any other: what is beyond the last whole round is drawn again.
fn draw() -> Result<u32, ServiceError> {
    const WHOLE: u32 = u32::MAX - u32::MAX % OWN_NUMBERS;
    loop {
        let mut bytes = [0; 4];
        getrandom::fill(&mut bytes)?;
        let drawn = u32::from_le_bytes(bytes);
        if drawn < WHOLE {
            return Ok(drawn % OWN_NUMBERS);
        }
    }
}

async fn taken(work: &UnitOfWork, card: &CardNo) -> Result<bool, ServiceError> {
    let code = MemberCode::of(card.clone());
    let like = like_card(work.on(), &code).await?;
    Ok(like
        .iter()
        .any(|(likeness, _)| *likeness == Likeness::Exact))
}

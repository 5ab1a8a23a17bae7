//! Her code for the counter: signed, and for a minute.

use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::member;
use identity::CardNo;
use protocol::MemberId;
use protocol::member_code::{RENEWED_AFTER_S, write};
use protocol::own_page::OwnCode;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use sea_orm::EntityTrait;

use crate::Centre;
use crate::error::ServiceError;
use crate::joining::member_number;

/// Her code now.
///
/// # Errors
/// Where the database fails, or her card's number makes no code.
#[boxed]
pub async fn code(centre: &Centre, id: &MemberId) -> Result<OwnCode, ServiceError> {
    let found = member::Entity::find_by_id(Col::from(id))
        .one(centre.db().read())
        .await?;
    let her = found.ok_or_else(|| ServiceError::missing("member", id))?;
    let card = CardNo::parse(&her.card_no).map_err(ServiceError::Card)?;
    let now = centre.now();
    let text = write(&card, now, |statement| centre.attest(statement));
    // a phone's screen is clean and bright: large squares help a scanner more than spare ones do
    let picture = QrCode::with_error_correction_level(text, EcLevel::L)
        .map_err(|_| ServiceError::corrupt("member", id, "has a card_no too long for a code"))?;
    Ok(OwnCode {
        svg: picture
            .render::<svg::Color<'_>>()
            .min_dimensions(264, 264)
            .dark_color(svg::Color("#000000"))
            .light_color(svg::Color("#ffffff"))
            .build(),
        number: member_number(centre, id, now),
        member_no: her.card_no,
        renew_after_seconds: RENEWED_AFTER_S,
        issued: now,
    })
}

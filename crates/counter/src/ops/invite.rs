//! Sign-up codes, made with no network, and who has joined by one.

use super::signin::SignedIn;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::search::mask;
use crate::view::{JoinCode, Joined};
use protocol::code::SignUpCode;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

impl Engine {
    /// A fresh sign-up code, credited to the clerk and this counter.
    ///
    /// # Errors
    /// [`Error::NotEnrolled`].
    pub fn join_code(&self, clerk: &SignedIn) -> Result<JoinCode> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let catalogue = self.catalogue()?;
        let brand = &catalogue.brand;
        let code = SignUpCode::issue(me.device, clerk.clerk().clone(), self.shared.now()?)?;
        let base = if brand.phone_base.is_empty() {
            &me.phone_base
        } else {
            &brand.phone_base
        };
        let url = format!(
            "{}/j/{}",
            base.trim_end_matches('/'),
            code.sign(&me.signing_key()?)
        );
        let qr = QrCode::with_error_correction_level(url.as_bytes(), EcLevel::M)
            .map_err(|_| Error::TooLarge)?;
        let svg = qr
            .render::<svg::Color<'_>>()
            .min_dimensions(448, 448)
            .dark_color(svg::Color("#000000"))
            .light_color(svg::Color("#ffffff"))
            .build();
        Ok(JoinCode {
            id: hex::encode(code.nonce),
            url,
            svg,
            issued: code.issued.into(),
            valid_until: code.valid_until().into(),
            welcome_gift: brand.welcome_gift.clone(),
        })
    }

    /// The member who joined by a code, once this counter has heard of her.
    ///
    /// # Errors
    /// Where the cache cannot be read.
    pub fn joined(&self, code_id: &str) -> Result<Option<Joined>> {
        let id = self.cache(|c| cache::joined_by(c, code_id))?;
        let Some(member) = id
            .map(|id| self.cache(|c| cache::member(c, &id)))
            .transpose()?
            .flatten()
        else {
            return Ok(None);
        };
        Ok(Some(Joined {
            member_id: member.id.to_string(),
            masked_name: mask::name(&member.name),
            masked_phone: mask::phone(&member.phone),
        }))
    }
}

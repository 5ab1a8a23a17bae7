//! Codes as pictures for a phone's page.

use qrcode::QrCode;
use qrcode::render::svg;

/// A code as a picture; none where a text is too long for one.
pub(super) fn picture(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    let mut picture = code.render::<svg::Color<'_>>();
    Some(picture.min_dimensions(240, 240).build())
}

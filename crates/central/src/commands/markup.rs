//! What the pages that a command writes have in common: text that is no markup, and codes as pictures.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use crate::cli::CommandError;

/// A text as it stands in a page or in an attribute, whatever is in it.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// A code as a picture within a page, its squares in this colour.
///
/// # Errors
/// Where the text is too long for a code.
pub(super) fn code_picture(text: &str, colour: &str) -> Result<String, CommandError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|e| CommandError::Failed(format!("no QR code: {e}")))?;
    let picture = code
        .render::<svg::Color<'_>>()
        .quiet_zone(true)
        .dark_color(svg::Color(colour))
        .light_color(svg::Color("#ffffff"))
        .build();
    // what comes before the picture itself is for files of their own
    let at = picture.find("<svg").unwrap_or_default();
    Ok(picture.get(at..).unwrap_or_default().to_owned())
}

//! A sign-up code as a card to be cut out: 90 × 54 mm, as a business card.

use super::document::Invitation;
use super::drawing::{Drawing, PER_MM, code_at, escaped};
use super::fonts::Fonts;
use crate::error::SlipError;
use crate::view::SlipLanguage;
use std::fmt::Write;

type Result<T> = std::result::Result<T, SlipError>;

/// Size in millimetres.
const CARD: (f32, f32) = (90.0, 54.0);
/// White at each side.
const SIDE: f32 = 5.0 * PER_MM;
/// Side of the code: 42 mm, so that a phone reads it from an arm's length.
const CODE: f32 = 42.0 * PER_MM;
const INK: &str = "#17232a";
const INK_2: &str = "#4b575d";
const RIM: &str = "#c6c2bd";

/// Draws the card.
pub(super) fn draw(it: &Invitation, language: SlipLanguage, fonts: &Fonts) -> Result<Drawing> {
    let (width, height) = (CARD.0 * PER_MM, CARD.1 * PER_MM);
    let words = language.words();
    let mut body = String::new();
    code_at(&mut body, &it.url, (SIDE, (height - CODE) / 2.0), CODE)?;
    let left = SIDE + CODE + 4.0 * PER_MM;
    let mut line = |text: &str, y: f32, size: f32, weight: u32, colour: &str, family: &str| {
        let room = width - left - SIDE / 2.0;
        let fitted = if fonts.width(text, size) > room {
            format!(r#" textLength="{room}" lengthAdjust="spacingAndGlyphs""#)
        } else {
            String::new()
        };
        write!(
            body,
            r#"<text x="{left}" y="{y}" font-family="'{}'" font-size="{size}" font-weight="{weight}" fill="{colour}" xml:space="preserve"{fitted}>{}</text>"#,
            escaped(family),
            escaped(text),
        )
    };
    line(&it.brand, 96.0, 44.0, 600, INK, &fonts.song)?;
    line(&it.store, 134.0, 20.0, 400, INK_2, &fonts.sans)?;
    line(words.invitation, 196.0, 26.0, 600, INK, &fonts.sans)?;
    if !it.gift.is_empty() {
        let gift = language.joining_gift(&it.gift);
        line(&gift, 232.0, 20.0, 400, INK, &fonts.sans)?;
    }
    line(words.scan_it, 268.0, 18.0, 400, INK_2, &fonts.sans)?;
    let until = it.until.format("%Y-%m-%d %H:%M");
    let until = format!("{} {until}", words.valid_until);
    line(&until, 348.0, 17.0, 400, INK_2, &fonts.sans)?;
    if !it.clerk.is_empty() {
        let clerk = format!("{} {}", words.credited_to, it.clerk);
        line(&clerk, 374.0, 17.0, 400, INK_2, &fonts.sans)?;
    }
    if it.demo {
        line(words.demo, 400.0, 15.0, 600, INK_2, &fonts.sans)?;
    }
    // where it is cut
    let (w, h) = (width - 2.0, height - 2.0);
    let svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"><rect width="{width}" height="{height}" fill="#ffffff"/><rect x="1" y="1" width="{w}" height="{h}" rx="16" fill="none" stroke="{RIM}" stroke-width="1.5"/>{body}</svg>"##
    );
    Ok(Drawing { svg, height })
}

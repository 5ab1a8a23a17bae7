//! A receipt drawn as SVG, 8 units to the millimetre: what PNG and PDF are made of.

use super::fonts::Fonts;
use super::layout::{Face, Line};
use crate::error::SlipError;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

type Result<T> = std::result::Result<T, SlipError>;

/// Units of a millimetre.
pub(super) const PER_MM: f32 = 8.0;
/// White at each side.
const SIDE: f32 = 36.0;
const TOP: f32 = 48.0;
/// Side of the QR code.
const CODE: f32 = 184.0;
/// Side of one for her phone, which has many more modules.
const SCAN: f32 = 440.0;
const INK: &str = "#17232a";
const INK_2: &str = "#4b575d";
const RULE: &str = "#c6c2bd";

/// A drawing and its size.
pub(super) struct Drawing {
    pub(super) svg: String,
    pub(super) height: f32,
}

/// Size, distance to the next line, weight and colour of a face.
fn setting(face: Face) -> (f32, f32, u32, &'static str) {
    match face {
        Face::Plain => (22.0, 34.0, 400, INK),
        Face::Light => (19.0, 30.0, 400, INK_2),
        Face::Strong => (23.0, 36.0, 600, INK),
        Face::Tall => (36.0, 54.0, 600, INK),
    }
}

/// Draws the lines on paper of so many millimetres.
pub(super) fn draw(lines: &[Line], mm: u16, fonts: &Fonts) -> Result<Drawing> {
    let width = f32::from(mm) * PER_MM;
    let mut sheet = Sheet {
        fonts,
        width,
        body: String::new(),
    };
    let mut y = TOP;
    for (i, line) in lines.iter().enumerate() {
        match line {
            Line::Sides { left, right, face } => {
                y += setting(*face).1;
                sheet.words(left, *face, &fonts.sans, At(SIDE, y, "start"))?;
                sheet.words(right, *face, &fonts.sans, At(width - SIDE, y, "end"))?;
            }
            Line::Middle { text, face } => {
                y += setting(*face).1;
                // the brand's name stands first, and in Song
                let family = if i == 0 { &fonts.song } else { &fonts.sans };
                sheet.words(text, *face, family, At(width / 2.0, y, "middle"))?;
            }
            Line::Rule => {
                y += 22.0;
                sheet.rule(y)?;
            }
            Line::Code { data } => {
                y += 26.0;
                code(&mut sheet.body, data, At(width / 2.0, y, "middle"), CODE)?;
                y += CODE;
            }
            Line::Scan { data } => {
                y += 26.0;
                let side = (width - 2.0 * SIDE).min(SCAN);
                code(&mut sheet.body, data, At(width / 2.0, y, "middle"), side)?;
                y += side;
            }
        }
    }
    let height = (y + TOP).ceil();
    let body = sheet.body;
    let svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"><rect width="{width}" height="{height}" fill="#ffffff"/>{body}</svg>"##
    );
    Ok(Drawing { svg, height })
}

/// A drawing that is being made.
struct Sheet<'f> {
    fonts: &'f Fonts,
    width: f32,
    body: String,
}

/// Where text stands: its anchor and which end of it that is.
struct At(f32, f32, &'static str);

impl Sheet<'_> {
    fn words(&mut self, text: &str, face: Face, family: &str, at: At) -> Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        // paper has wide signs only; a picture has them as they are written
        let text = text.replace('￥', "¥");
        let (size, _, weight, colour) = setting(face);
        let At(x, y, anchor) = at;
        let room = self.width - 2.0 * SIDE;
        // a line of W alone is wider than any other of so many columns
        let fitted = if self.fonts.width(&text, size) > room {
            format!(r#" textLength="{room}" lengthAdjust="spacingAndGlyphs""#)
        } else {
            String::new()
        };
        write!(
            self.body,
            r#"<text x="{x}" y="{y}" font-family="'{}'" font-size="{size}" font-weight="{weight}" fill="{colour}" text-anchor="{anchor}" xml:space="preserve"{fitted}>{}</text>"#,
            escaped(family),
            escaped(&text),
        )?;
        Ok(())
    }

    fn rule(&mut self, y: f32) -> Result<()> {
        let end = self.width - SIDE;
        write!(
            self.body,
            r#"<path d="M{SIDE} {y}H{end}" stroke="{RULE}" stroke-width="1.5" stroke-dasharray="6 5"/>"#
        )?;
        Ok(())
    }
}

/// A QR code as one path, below a point and in the middle of it.
fn code(body: &mut String, data: &str, At(middle, y, _): At, side: f32) -> Result<()> {
    code_at(body, data, (middle - side / 2.0, y), side)
}

/// A QR code as one path, right of a point and below it.
pub(super) fn code_at(body: &mut String, data: &str, (x, y): (f32, f32), side: f32) -> Result<()> {
    let qr = QrCode::with_error_correction_level(data.as_bytes(), EcLevel::M)
        .map_err(|e| SlipError::Picture(e.to_string()))?;
    let mut path = String::new();
    for (i, module) in qr.to_colors().into_iter().enumerate() {
        if module == Color::Dark {
            write!(path, "M{} {}h1v1h-1z", i % qr.width(), i / qr.width())?;
        }
    }
    #[allow(clippy::cast_precision_loss)] // a code has at most 177 modules
    let scale = side / qr.width() as f32;
    write!(
        body,
        r##"<path transform="translate({x} {y}) scale({scale})" fill="#000000" shape-rendering="crispEdges" d="{path}"/>"##
    )?;
    Ok(())
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&apos;")
}

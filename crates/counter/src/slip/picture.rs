//! A receipt as PNG, to be sent to her phone, and as PDF, to be printed elsewhere.

use super::card as drawn_card;
use super::document::Invitation;
use super::drawing::{Drawing, PER_MM, draw};
use super::fonts::{Fonts, system};
use super::layout::Line;
use crate::error::SlipError;
use crate::view::SlipLanguage;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::Tree;
use svg2pdf::{ConversionOptions, PageOptions};

/// Dots of a unit of the drawing, so that small words are sharp on a phone.
const SHARP: f32 = 2.0;
/// Drawings above this height get one dot of a unit: 200 lines of goods are metres of paper.
const LONG: f32 = 6_000.0;
const MM_PER_INCH: f32 = 25.4;

type Result<T> = std::result::Result<T, SlipError>;

/// The lines as PNG on paper of so many millimetres.
///
/// # Errors
/// [`SlipError::NoFont`] where the system has no Chinese font.
pub(crate) fn png(lines: &[Line], mm: u16) -> Result<Vec<u8>> {
    let fonts = system()?;
    let drawing = draw(lines, mm, fonts)?;
    let tree = tree(&drawing, fonts)?;
    let scale = if drawing.height > LONG { 1.0 } else { SHARP };
    let size = tree.size().to_int_size().scale_by(scale);
    let mut pixels = size
        .and_then(|s| Pixmap::new(s.width(), s.height()))
        .ok_or_else(|| SlipError::Picture("too large".into()))?;
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut pixels.as_mut(),
    );
    pixels
        .encode_png()
        .map_err(|e| SlipError::Picture(e.to_string()))
}

/// The lines as PDF, one page as large as the paper.
///
/// # Errors
/// [`SlipError::NoFont`] where the system has no Chinese font.
pub(crate) fn pdf(lines: &[Line], mm: u16) -> Result<Vec<u8>> {
    let fonts = system()?;
    page(&draw(lines, mm, fonts)?, fonts)
}

/// A sign-up code as a card, one page as large as it.
///
/// # Errors
/// [`SlipError::NoFont`] where the system has no Chinese font.
pub(crate) fn card(it: &Invitation, language: SlipLanguage) -> Result<Vec<u8>> {
    let fonts = system()?;
    page(&drawn_card::draw(it, language, fonts)?, fonts)
}

fn page(drawing: &Drawing, fonts: &Fonts) -> Result<Vec<u8>> {
    let tree = tree(drawing, fonts)?;
    let page = PageOptions {
        dpi: PER_MM * MM_PER_INCH,
    };
    svg2pdf::to_pdf(&tree, ConversionOptions::default(), page)
        .map_err(|e| SlipError::Picture(e.to_string()))
}

fn tree(drawing: &Drawing, fonts: &Fonts) -> Result<Tree> {
    Tree::from_str(&drawing.svg, &fonts.options).map_err(|e| SlipError::Picture(e.to_string()))
}

//! PNG and PDF, with the system's own fonts.

use super::super::fonts;
use super::*;
use crate::error::SlipError;
use resvg::tiny_skia::Pixmap;
use resvg::usvg::fontdb::Database;

fn lines(slip: &Slip, width: PaperWidth) -> Vec<layout::Line> {
    lay_out(&document(slip, SlipLanguage::Zh), width.picture_columns())
}

/// Where a picture is to be looked at by somebody.
fn keep(name: &str, bytes: &[u8]) {
    if let Some(dir) = std::env::var_os("SLIP_PICTURES") {
        std::fs::write(std::path::Path::new(&dir).join(name), bytes).unwrap();
    }
}

#[test]
fn a_picture_is_as_wide_as_the_paper_and_has_ink_from_top_to_bottom() {
    for (name, slip, width) in [
        ("sale-80", sale(), PaperWidth::Mm80),
        ("sale-58", sale(), PaperWidth::Mm58),
        ("return-80", giving_back(), PaperWidth::Mm80),
        ("redemption-58", redemption(), PaperWidth::Mm58),
    ] {
        let bytes = png(&lines(&slip, width), width.mm()).unwrap();
        keep(&format!("{name}.png"), &bytes);
        let picture = Pixmap::decode_png(&bytes).unwrap();
        assert_eq!(picture.width(), u32::from(width.mm()) * 16);
        assert!(
            picture.height() > picture.width(),
            "a slip is longer than wide"
        );
        let dark = |from: u32, to: u32| {
            let row = picture.width();
            let pixels = &picture.pixels()[(from * row) as usize..(to * row) as usize];
            pixels
                .iter()
                .filter(|p| p.red() < 0x80 && p.alpha() == 0xff)
                .count()
        };
        let tenth = picture.height() / 10;
        for i in 0..10 {
            assert!(
                dark(i * tenth, (i + 1) * tenth) > 200,
                "{name}: nothing in part {i}"
            );
        }
    }
}

#[test]
fn a_pdf_is_one_page_of_the_paper_with_its_fonts_and_its_text() {
    let bytes = pdf(&lines(&sale(), PaperWidth::Mm80), 80).unwrap();
    keep("sale-80.pdf", &bytes);
    let file = lopdf::Document::load_mem(&bytes).unwrap();
    let pages = file.get_pages();
    assert_eq!(pages.len(), 1);
    let page = file.get_dictionary(pages[&1]).unwrap();
    let size: Vec<f32> = page
        .get(b"MediaBox")
        .and_then(lopdf::Object::as_array)
        .unwrap()
        .iter()
        .map(|n| n.as_float().unwrap())
        .collect();
    let mm = size[2] / 72.0 * 25.4;
    assert!((mm - 80.0).abs() < 0.1, "{mm} mm wide");
    let embedded = file
        .objects
        .values()
        .filter_map(|o| o.as_dict().ok())
        .filter(|d| d.has(b"FontFile3") || d.has(b"FontFile2"))
        .count();
    assert!(embedded >= 1, "no font is embedded");
    assert!(
        bytes.len() < 400_000,
        "fonts are whole: {} bytes",
        bytes.len()
    );
}

#[test]
fn hostile_text_is_drawn_as_text() {
    let hostile = hostile();
    let bytes = png(&lines(&hostile, PaperWidth::Mm58), 58).unwrap();
    keep("hostile-58.png", &bytes);
    assert!(pdf(&lines(&hostile, PaperWidth::Mm58), 58).is_ok());
}

#[test]
fn the_longest_sale_there_may_be_is_drawn() {
    let mut slip = sale();
    slip.lines = vec![line(&"很长的名字".repeat(30), "", 999, 100_000_000); 200];
    let bytes = png(&lines(&slip, PaperWidth::Mm58), 58).unwrap();
    assert_eq!(Pixmap::decode_png(&bytes).unwrap().width(), 58 * 8);
}

#[test]
fn without_a_chinese_font_it_is_an_error_and_no_boxes() {
    let Err(none) = fonts::among(Database::new()) else {
        panic!("found a font in an empty database");
    };
    assert_eq!(none, SlipError::NoFont);
    assert_eq!(none.code(), ("no_font", "C-407"));
    // fonts without Chinese are as good as none, whatever this machine has and whatever they are called
    let mut latin = Database::new();
    latin.load_system_fonts();
    let has_chinese = |data: &[u8], index| {
        ttf_parser::Face::parse(data, index).is_ok_and(|face| face.glyph_index('销').is_some())
    };
    let chinese: Vec<_> = latin
        .faces()
        .filter(|f| latin.with_face_data(f.id, has_chinese) == Some(true))
        .map(|f| f.id)
        .collect();
    for id in chinese {
        latin.remove_face(id);
    }
    assert!(matches!(fonts::among(latin), Err(SlipError::NoFont)));
}

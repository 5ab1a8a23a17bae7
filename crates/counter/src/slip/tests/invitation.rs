//! A sign-up code on paper, read back by a decoder that has nothing to do with whoever drew it.

use super::escpos::print;
use super::*;
use resvg::tiny_skia::Pixmap;
use rqrr::PreparedImage;

/// As long as an address with a code in it may be, and then some.
fn url() -> String {
    format!(
        "https://member.example.com/counterpart/j/{}",
        "Ab_9-x".repeat(32)
    )
}

fn paper(gift: &str) -> Invitation {
    Invitation {
        brand: "汀禾".into(),
        demo: true,
        store: "江汇广场店".into(),
        gift: gift.into(),
        url: url(),
        until: at("15:02"),
        clerk: "林悦".into(),
    }
}

/// What the one code in a picture says.
fn decoded(width: usize, height: usize, grey: impl FnMut(usize, usize) -> u8) -> String {
    let mut picture = PreparedImage::prepare_from_greyscale(width, height, grey);
    let found = picture.detect_grids();
    assert_eq!(found.len(), 1);
    found[0].decode().unwrap().1
}

#[test]
fn the_printed_dots_are_the_address_on_either_paper() {
    for width in [PaperWidth::Mm58, PaperWidth::Mm80] {
        let columns = width.columns();
        let parts = invitation(&paper("护肤小样一份"), SlipLanguage::Zh);
        let bytes = job(
            &lay_out(&parts, columns),
            Job {
                width: columns,
                drawer: false,
            },
        );
        let paper = print(&bytes);
        assert_eq!((paper.cuts, paper.dots[0].len() % 8), (1, 0));
        assert!(paper.dots[0].len() <= columns * 12, "wider than the paper");
        // white around it, as paper has
        let (side, rows) = (paper.dots[0].len() + 64, paper.dots.len() + 64);
        let said = decoded(side, rows, |x, y| {
            let dot = |x: usize, y: usize| paper.dots.get(y)?.get(x).copied();
            let black = x
                .checked_sub(32)
                .zip(y.checked_sub(32))
                .and_then(|(x, y)| dot(x, y));
            if black == Some(true) { 0 } else { 255 }
        });
        assert_eq!(said, url());
        for words in [
            "汀禾",
            "江汇广场店",
            "入会就送护肤小样一份",
            "2026-05-31 15:02",
            "林悦",
            "演示数据",
        ] {
            assert!(paper.rows.iter().any(|r| r.contains(words)), "{words}");
        }
        assert!(!paper.rows.iter().any(|r| r.contains("https:")));
    }
}

#[test]
fn the_picture_is_the_address_too() {
    for width in [PaperWidth::Mm58, PaperWidth::Mm80] {
        let parts = invitation(&paper(""), SlipLanguage::En);
        let lines = lay_out(&parts, width.picture_columns());
        let bytes = png(&lines, width.mm()).unwrap();
        if let Some(dir) = std::env::var_os("SLIP_PICTURES") {
            let name = format!("invitation-{}.png", width.mm());
            std::fs::write(std::path::Path::new(&dir).join(name), &bytes).unwrap();
        }
        let picture = Pixmap::decode_png(&bytes).unwrap();
        let (across, down) = (picture.width() as usize, picture.height() as usize);
        let said = decoded(across, down, |x, y| {
            picture.pixels()[y * across + x].green()
        });
        assert_eq!(said, url());
        assert!(pdf(&lines, width.mm()).is_ok());
    }
}

#[test]
fn text_has_the_address_and_no_empty_gift() {
    let parts = invitation(&paper(""), SlipLanguage::Zh);
    let told = text(&lay_out(&parts, 48), 48);
    assert!(told.contains(&url()) && !told.contains("入会就送"));
}

#[test]
fn the_card_is_a_page_of_its_size_and_its_code_is_the_address() {
    use crate::slip::fonts::system;
    for (gift, language) in [("护肤小样一份", SlipLanguage::Zh), ("", SlipLanguage::En)] {
        let it = paper(gift);
        let pdf = card(&it, language).unwrap();
        assert!(pdf.starts_with(b"%PDF"));
        let text = String::from_utf8_lossy(&pdf).into_owned();
        // 90 × 54 mm in points, as PDF counts
        let size = text.split("/MediaBox").nth(1).unwrap();
        let size: Vec<f32> = size
            .split(|c: char| !c.is_ascii_digit() && c != '.')
            .filter_map(|n| n.parse().ok())
            .take(4)
            .collect();
        assert!(
            (size[2] - 255.1).abs() < 0.5 && (size[3] - 153.1).abs() < 0.5,
            "{size:?}"
        );
        let drawing = crate::slip::card::draw(&it, language, system().unwrap()).unwrap();
        let options = &system().unwrap().options;
        let tree = resvg::usvg::Tree::from_str(&drawing.svg, options).unwrap();
        let size = tree.size().to_int_size();
        let (w, h) = (size.width(), size.height());
        let mut pixels = Pixmap::new(w, h).unwrap();
        resvg::render(
            &tree,
            resvg::tiny_skia::Transform::identity(),
            &mut pixels.as_mut(),
        );
        // the card at 200 dots an inch, as an office printer has it at least
        let said = decoded(w as usize, h as usize, |x, y| {
            pixels.pixels()[y * w as usize + x].red()
        });
        assert_eq!(said, it.url);
    }
}

//! The layouts as they are: whoever changes one sees it here.

use super::*;

/// Text of a slip, and whether each line keeps to the paper.
fn set(slip: &Slip, language: SlipLanguage, width: PaperWidth) -> String {
    let columns = width.columns();
    let text = text(&lay_out(&document(slip, language), columns), columns);
    for row in text.lines() {
        let wide = super::super::chars::columns(row);
        assert!(wide <= columns, "{wide} columns: {row}");
    }
    text
}

/// With `SLIP_GOLDEN` the texts are written there instead, to be looked at and put in place.
fn check(name: &str, golden: &str, is: &str) {
    if let Some(dir) = std::env::var_os("SLIP_GOLDEN") {
        std::fs::write(std::path::Path::new(&dir).join(format!("{name}.txt")), is).unwrap();
        return;
    }
    assert!(is == golden, "{name} is now:\n{is}");
}

#[test]
fn a_sale_on_both_papers_and_in_both_languages() {
    use PaperWidth::{Mm58, Mm80};
    use SlipLanguage::{En, Zh};
    let of = |language, width| set(&sale(), language, width);
    check(
        "sale-58-zh",
        include_str!("golden/sale-58-zh.txt"),
        &of(Zh, Mm58),
    );
    check(
        "sale-80-zh",
        include_str!("golden/sale-80-zh.txt"),
        &of(Zh, Mm80),
    );
    check(
        "sale-58-en",
        include_str!("golden/sale-58-en.txt"),
        &of(En, Mm58),
    );
    check(
        "sale-80-en",
        include_str!("golden/sale-80-en.txt"),
        &of(En, Mm80),
    );
}

#[test]
fn a_return_and_redemptions() {
    use PaperWidth::{Mm58, Mm80};
    use SlipLanguage::{En, Zh};
    let is = set(&giving_back(), Zh, Mm58);
    check("return-58-zh", include_str!("golden/return-58-zh.txt"), &is);
    let is = set(&redemption(), Zh, Mm58);
    check(
        "redemption-58-zh",
        include_str!("golden/redemption-58-zh.txt"),
        &is,
    );
    let is = set(&money_off(), En, Mm80);
    check(
        "money-off-80-en",
        include_str!("golden/money-off-80-en.txt"),
        &is,
    );
}

#[test]
fn an_english_receipt_has_english_names_where_there_are_some() {
    let mut slip = sale();
    slip.lines[0].name_en = "Nourishing serum".into();
    let english = set(&slip, SlipLanguage::En, PaperWidth::Mm80);
    assert!(english.contains("Nourishing serum 30 ml") && english.contains("卸妆棉"));
    let chinese = set(&slip, SlipLanguage::Zh, PaperWidth::Mm80);
    assert!(!chinese.contains("Nourishing"));
}

#[test]
fn points_that_are_not_on_record_are_told_apart() {
    let of = |state| {
        let slip = Slip { state, ..sale() };
        set(&slip, SlipLanguage::Zh, PaperWidth::Mm80)
    };
    let pending = of(SlipState::Pending);
    assert!(pending.contains("+1,632 *") && pending.contains("本单积分待确认"));
    assert!(pending.contains("3,860\n") && pending.contains("截至 14:02"));
    let confirmed = of(SlipState::Confirmed);
    assert!(confirmed.contains("+1,632\n") && !confirmed.contains("本单积分待确认"));
    assert!(of(SlipState::Credited).contains("总部找到会员后到账"));
    assert!(of(SlipState::SetAside).contains("积分未变动"));
}

#[test]
fn hostile_text_keeps_to_the_paper_and_ends() {
    for width in [PaperWidth::Mm58, PaperWidth::Mm80] {
        let is = set(&hostile(), SlipLanguage::Zh, width);
        assert!(is.chars().all(|c| c == '\n' || !c.is_control()));
        assert!(is.lines().count() < 80, "{is}");
        assert!(!is.contains('💄') && is.contains('〓'));
    }
}

//! The types that the screens see.
#![cfg(feature = "specta")]
#![allow(clippy::unwrap_used)]

use loyalty::{Benefit, Money, Points, ProgramDoc, Refusal, TierChange};

#[derive(specta::Type)]
#[allow(dead_code)]
struct Screen {
    points: Points,
    money: Money,
    refusal: Option<Refusal>,
    benefit: Benefit,
    tier: TierChange,
    program: ProgramDoc,
}

#[test]
fn points_are_numbers_and_money_is_text() {
    let types = specta::Types::default().register::<Screen>();
    let text = specta_typescript::Typescript::default()
        .export(&types, specta_serde::Format)
        .unwrap();
    for wanted in [
        "export type Points = number",
        "export type Money = string",
        "export type Rate = string",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
}

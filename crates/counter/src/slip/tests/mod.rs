//! Receipts of a made-up shop, in every form.

mod escpos;
mod golden;
mod invitation;
mod pictures;
mod sending;

use super::model::{Copy, Slip, SlipBalance, SlipLine, SlipState};
use super::*;
use crate::error::why;
use crate::view::{PaperWidth, PrinterTarget, SlipKind, SlipLanguage};
use chrono::{NaiveDate, NaiveDateTime};
use loyalty::{Money, Points};

fn at(time: &str) -> NaiveDateTime {
    format!("2026-05-31T{time}:00").parse().unwrap()
}

fn line(name: &str, size: &str, qty: u32, fen: i64) -> SlipLine {
    SlipLine {
        name: name.into(),
        name_en: String::new(),
        size: size.into(),
        qty,
        returned: 0,
        amount: Some(Money::from_fen(fen)),
    }
}

/// A sale with coupons and points, recorded with no network.
fn sale() -> Slip {
    Slip {
        kind: SlipKind::Sale,
        brand: "演示彩妆".into(),
        demo: true,
        store: "演示一店".into(),
        number: "T1-20260531-0042".into(),
        at: at("14:26"),
        now: at("14:26"),
        clerk: "王顾问".into(),
        member: vec!["张*美".into(), "138****5678".into()],
        lines: vec![
            line("滋润精华", "30 ml", 2, 136_000),
            line(
                "丝绒唇釉 07 玫瑰豆沙 限量版礼盒装附赠小样三支",
                "",
                1,
                29_800,
            ),
            line("卸妆棉", "", 1, 2_990),
        ],
        total: Some(Money::from_fen(168_790)),
        coupons: 1,
        coupons_off: Money::from_fen(5_000),
        points_paid: Points(500),
        points_worth: Money::from_fen(500),
        pay: Some(Money::from_fen(163_290)),
        refund: None,
        off_bill: None,
        earned: Points(1_632),
        spent: Points(500),
        given_back: Points::ZERO,
        taken_back: Points::ZERO,
        state: SlipState::Pending,
        balance: Some(SlipBalance {
            confirmed: Points(3_860),
            as_of: at("14:02"),
            pending: Points(1_132),
            expiring: Some((Points(200), NaiveDate::from_ymd_opt(2026, 6, 30).unwrap())),
        }),
        copy: Copy::Original,
    }
}

/// A return that headquarters has confirmed, printed once more.
fn giving_back() -> Slip {
    Slip {
        kind: SlipKind::Return,
        lines: vec![SlipLine {
            amount: None,
            ..line("滋润精华", "30 ml", 1, 0)
        }],
        total: None,
        coupons: 0,
        points_paid: Points::ZERO,
        pay: None,
        refund: Some(Money::from_fen(65_800)),
        earned: Points::ZERO,
        spent: Points::ZERO,
        given_back: Points(200),
        taken_back: Points(658),
        state: SlipState::Confirmed,
        balance: Some(SlipBalance {
            confirmed: Points(4_534),
            as_of: at("13:59") - chrono::Duration::days(1),
            pending: Points::ZERO,
            expiring: None,
        }),
        copy: Copy::Reprint(2),
        ..sale()
    }
}

/// Points given for a sample.
fn redemption() -> Slip {
    Slip {
        kind: SlipKind::Redemption,
        number: "01996f0a3b5c7d8e9f00112233445566".into(),
        lines: vec![SlipLine {
            amount: None,
            ..line("面霜小样", "5 ml", 2, 0)
        }],
        total: None,
        coupons: 0,
        points_paid: Points::ZERO,
        pay: None,
        earned: Points::ZERO,
        spent: Points(400),
        ..sale()
    }
}

/// Money off a bill, saved to be sent to her.
fn money_off() -> Slip {
    Slip {
        lines: Vec::new(),
        off_bill: Some((Money::from_fen(80_000), Money::from_fen(400))),
        copy: Copy::Electronic,
        demo: false,
        ..redemption()
    }
}

/// What somebody puts into names who wants to see a printer jump.
fn hostile() -> Slip {
    let evil = "\u{1b}@\u{1d}V\u{0}\u{1b}p\u{0}\u{19}\u{fa}\u{1c}.\n\r\t\u{10}\u{4}\u{1}";
    let name = format!("{evil}精华💄👩🏽\u{200d}🎨𠮷{evil}");
    Slip {
        brand: evil.into(),
        store: format!("店{evil}"),
        number: "T-中文-\u{20ac}1".into(),
        clerk: format!("{evil}王"),
        member: vec![evil.into(), "长".repeat(10_000)],
        lines: vec![
            line(&name, evil, 1, 100),
            line(&"长名".repeat(5_000), "", 999, i64::MAX / 4),
            line(&"W".repeat(10_000), "", 1, 0),
            line("\u{202e}<svg onload='x'>&amp;\"", "]]>", 1, -5),
        ],
        ..sale()
    }
}

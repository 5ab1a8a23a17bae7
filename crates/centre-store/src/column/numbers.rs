//! Whole numbers: counts, places, points, money.

use loyalty::{LotId, Money, Points};
use protocol::token::Rotation;
use protocol::{Epoch, Generation, Seq};

use super::Stored;

/// Counts, places in a list, versions of the rules: never below zero.
impl Stored for u32 {
    type Raw = i32;
    const WHAT: &'static str = "a number from 0 on";

    fn to_raw(&self) -> i32 {
        (*self).try_into().unwrap_or(i32::MAX)
    }

    fn from_raw(raw: i32) -> Option<Self> {
        raw.try_into().ok()
    }
}

/// Numbers that go on for long: of changes, of movements.
impl Stored for u64 {
    type Raw = i64;
    const WHAT: &'static str = "a number from 0 on";

    fn to_raw(&self) -> i64 {
        (*self).try_into().unwrap_or(i64::MAX)
    }

    fn from_raw(raw: i64) -> Option<Self> {
        raw.try_into().ok()
    }
}

impl Stored for Points {
    type Raw = i64;
    const WHAT: &'static str = "points";

    fn to_raw(&self) -> i64 {
        self.get()
    }

    fn from_raw(raw: i64) -> Option<Self> {
        Some(Self(raw))
    }
}

/// Whole fen.
impl Stored for Money {
    type Raw = i64;
    const WHAT: &'static str = "money";

    fn to_raw(&self) -> i64 {
        self.fen()
    }

    fn from_raw(raw: i64) -> Option<Self> {
        Some(Self::from_fen(raw))
    }
}

macro_rules! numbered {
    ($($name:ident($inner:ty) as $raw:ty: $what:literal),+ $(,)?) => {$(
        impl Stored for $name {
            type Raw = $raw;
            const WHAT: &'static str = $what;

            fn to_raw(&self) -> $raw {
                self.0.to_raw()
            }

            fn from_raw(raw: $raw) -> Option<Self> {
                <$inner>::from_raw(raw).map(Self)
            }
        }
    )+};
}

numbered!(
    Epoch(u32) as i32: "an epoch",
    Generation(u32) as i32: "a generation",
    Seq(u64) as i64: "an operation's number",
    Rotation(u64) as i64: "the number of a token",
    LotId(u64) as i64: "a lot's number",
);

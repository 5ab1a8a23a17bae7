//! The brand's rules, read and proved sound.

mod document;
mod person;
mod validate;

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

pub use document::{
    Allowance, Awards, Behaviour, Earn, Expiry, ExpiryAt, Factor, Growth, Invite, Label,
    ProgramDoc, Redeem, Tier, TierBasis, Watch,
};
pub use person::{PresenceTerms, Retention};

pub(crate) use document::objects;

use crate::calendar;
use crate::ids::TierId;
use crate::money::Money;
use crate::points::Points;

/// A sound program: every [`ProgramDoc`] that [`Program::new`] found no fault with.
///
/// In serde it is its document, and reading one proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ProgramDoc", into = "ProgramDoc")]
pub struct Program {
    doc: ProgramDoc,
    tz: Tz,
    /// Indices of the document's tiers, the lowest `from` first; never empty.
    ranks: Vec<usize>,
}

/// One thing that is wrong with a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Fault {
    /// Where: a path of fields, such as `tiers[1].multiplier`.
    pub place: String,
    /// What is wrong there.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            f.write_str(&self.reason)
        } else {
            write!(f, "{}: {}", self.place, self.reason)
        }
    }
}

/// Why a document is no program: every fault that was found, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramError {
    /// The faults, in the document's order.
    pub faults: Vec<Fault>,
}

impl ProgramError {
    fn one(place: String, reason: String) -> Self {
        // the path of a whole document is "."
        let place = if place == "." { String::new() } else { place };
        Self {
            faults: vec![Fault { place, reason }],
        }
    }
}

impl fmt::Display for ProgramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.faults.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ProgramError {}

/// A tier's place among the program's tiers: 0 is the lowest. Only compared, and only within one program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank(usize);

impl Rank {
    /// Everybody's tier.
    pub const LOWEST: Self = Self(0);

    /// The place above; there need be no tier.
    pub(crate) const fn above(self) -> Self {
        Self(self.0 + 1)
    }
}

impl Default for Program {
    fn default() -> Self {
        Self {
            doc: ProgramDoc::default(),
            tz: Tz::Asia__Shanghai,
            ranks: vec![0],
        }
    }
}

impl TryFrom<ProgramDoc> for Program {
    type Error = ProgramError;
    fn try_from(doc: ProgramDoc) -> Result<Self, ProgramError> {
        Self::new(doc)
    }
}

impl From<Program> for ProgramDoc {
    fn from(program: Program) -> Self {
        program.doc
    }
}

impl ProgramDoc {
    /// Looks for everything that makes the document unsound.
    ///
    /// # Errors
    /// All faults, each with its place and reason.
    pub fn validate(&self) -> Result<(), ProgramError> {
        let faults = validate::faults(self);
        if faults.is_empty() {
            Ok(())
        } else {
            Err(ProgramError { faults })
        }
    }

    /// What the document leaves out, or has otherwise than most, and is worth a word: it is sound all the same.
    #[must_use]
    pub fn notes(&self) -> Vec<Fault> {
        validate::notes(self)
    }
}

impl Program {
    /// Proves a document.
    ///
    /// # Errors
    /// All faults, each with its place and reason.
    pub fn new(doc: ProgramDoc) -> Result<Self, ProgramError> {
        doc.validate()?;
        let tz = doc
            .timezone
            .parse()
            .map_err(|_| ProgramError::one("timezone".to_owned(), "no such timezone".to_owned()))?;
        let mut ranks: Vec<usize> = (0..doc.tiers.len()).collect();
        ranks.sort_by_key(|&i| doc.tiers[i].from);
        Ok(Self { doc, tz, ranks })
    }

    /// Reads and proves a JSON document.
    ///
    /// # Errors
    /// The field that could not be read with line and column, or all faults of the whole.
    pub fn from_json(text: &str) -> Result<Self, ProgramError> {
        if let Ok(value) = serde_json::from_str(text) {
            objects(&value).map_err(|e| ProgramError::one(e.place, e.reason))?;
        }
        let mut json = serde_json::Deserializer::from_str(text);
        let doc: ProgramDoc = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            ProgramError::one(error.path().to_string(), error.inner().to_string())
        })?;
        json.end()
            .map_err(|error| ProgramError::one(String::new(), error.to_string()))?;
        Self::new(doc)
    }

    /// Reads and proves a TOML document.
    ///
    /// # Errors
    /// The field that could not be read with its line, or all faults of the whole.
    pub fn from_toml(text: &str) -> Result<Self, ProgramError> {
        let whole = |error: toml::de::Error| {
            ProgramError::one(String::new(), error.to_string().trim_end().to_owned())
        };
        let value = toml::from_str(text).map_err(whole)?;
        objects(&value).map_err(|e| ProgramError::one(e.place, e.reason))?;
        let toml = toml::Deserializer::parse(text).map_err(whole)?;
        let doc: ProgramDoc = serde_path_to_error::deserialize(toml).map_err(|error| {
            ProgramError::one(
                error.path().to_string(),
                error.inner().to_string().trim_end().to_owned(),
            )
        })?;
        Self::new(doc)
    }

    /// The document.
    #[must_use]
    pub const fn doc(&self) -> &ProgramDoc {
        &self.doc
    }

    /// The edition of the brand's rules.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.doc.version
    }

    /// The business timezone.
    #[must_use]
    pub const fn timezone(&self) -> Tz {
        self.tz
    }

    /// The business date of an instant.
    #[must_use]
    pub fn business_date(&self, at: DateTime<Utc>) -> NaiveDate {
        calendar::business_date(self.tz, at)
    }

    /// The first instant of a business date; where its midnight is skipped by a clock change, the first
    /// after it.
    #[must_use]
    pub fn day_begins(&self, date: NaiveDate) -> DateTime<Utc> {
        calendar::day_begins(self.tz, date)
    }

    /// What points are worth when they pay, floored to the fen; nothing below zero points.
    #[must_use]
    pub fn worth(&self, points: Points) -> Money {
        self.doc.redeem.yuan_per_point.worth_of(points.floor_zero())
    }

    /// The last day of points that are earned on a date; `None` for never.
    #[must_use]
    pub fn lot_expiry(&self, earned: NaiveDate) -> Option<NaiveDate> {
        let day = || calendar::date_plus_months(earned, self.doc.expiry.months);
        match self.doc.expiry.at {
            ExpiryAt::Never => None,
            ExpiryAt::Day => Some(day()),
            ExpiryAt::MonthEnd => Some(calendar::month_end(day())),
        }
    }

    /// The last day of points given back today, after their own date.
    #[must_use]
    pub fn grace_expiry(&self, today: NaiveDate) -> NaiveDate {
        calendar::date_plus_days(today, u64::from(self.doc.grace_days))
    }

    /// The tiers, the lowest first.
    pub fn tiers(&self) -> impl DoubleEndedIterator<Item = &Tier> + ExactSizeIterator {
        self.ranks.iter().map(|&i| &self.doc.tiers[i])
    }

    /// The ranks, the lowest first.
    pub(crate) fn all_ranks(&self) -> impl DoubleEndedIterator<Item = Rank> + use<> {
        (0..self.ranks.len()).map(Rank)
    }

    /// The tier of a rank.
    #[must_use]
    pub fn tier(&self, rank: Rank) -> &Tier {
        // a rank comes from this program; one of another is capped rather than a panic
        &self.doc.tiers[self.ranks[rank.0.min(self.ranks.len() - 1)]]
    }

    /// The rank of a tier; `None` where the program has no such tier.
    #[must_use]
    pub fn rank_of(&self, id: &TierId) -> Option<Rank> {
        self.tiers().position(|tier| tier.id == *id).map(Rank)
    }

    /// The rank of the highest tier.
    pub(crate) fn top(&self) -> Rank {
        Rank(self.ranks.len() - 1)
    }

    /// The highest tier that a qualifying value reaches; the lowest where it reaches none.
    #[must_use]
    pub fn rank_for(&self, value: crate::money::Money) -> Rank {
        Rank(
            self.tiers()
                .rposition(|tier| tier.from <= value)
                .unwrap_or(0),
        )
    }

    pub(crate) fn window_start(&self, moment: DateTime<Utc>) -> DateTime<Utc> {
        calendar::minus_months(self.tz, moment, self.doc.tier_window_months)
    }

    pub(crate) fn window_end(&self, moment: DateTime<Utc>) -> DateTime<Utc> {
        calendar::plus_months(self.tz, moment, self.doc.tier_window_months)
    }
}

impl Factor {
    /// Whether the day and the member match, whatever the line.
    pub(crate) fn matches_day(&self, date: NaiveDate, birth_month: Option<u32>) -> bool {
        self.day_of_month.is_none_or(|day| day == date.day())
            && (!self.birth_month || birth_month == Some(date.month()))
    }
}

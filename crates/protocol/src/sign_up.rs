//! How people come to join: what a brand sets for its sign-up codes, and what is counted of them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

use crate::ids::{CampaignId, ClerkId};
use crate::limits::SIGN_UP_CODE_MINUTES;

/// Minutes for which a code on a screen may hold.
pub const SCREEN_MINUTES: RangeInclusive<u16> = 5..=240;
/// Days for which a code on paper may hold.
pub const PAPER_DAYS: RangeInclusive<u16> = 1..=45;
/// Sign-ups of a clerk on a day that may count with no manager's word.
pub const CLERK_DAILY: RangeInclusive<u32> = 1..=1_000;
/// Length of a campaign's short name.
pub const CAMPAIGN_CHARS: usize = 16;
/// The newest format of codes that this build reads and writes.
pub const CODE_FORMAT: u8 = 2;

/// By what a sign-up code reached whoever joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A counter's screen.
    Screen,
    /// Paper out of a counter's printer, or a card.
    Paper,
    /// A clerk filled the form in.
    Form,
    /// A poster of a store.
    Poster,
    /// A member invited her.
    Friend,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Screen,
        Self::Paper,
        Self::Form,
        Self::Poster,
        Self::Friend,
    ];

    /// Its word in databases and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Paper => "paper",
            Self::Form => "form",
            Self::Poster => "poster",
            Self::Friend => "friend",
        }
    }

    /// The channel of a word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// Whether a sign-up counts for whoever invited her.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUpCredit {
    /// It does.
    Counts,
    /// It is beyond what a clerk signs up on a day: a manager says whether it does.
    Waits,
    /// A manager said that it does not.
    Refused,
}

/// Whether a text may be a campaign's short name: it stands in each of its codes.
#[must_use]
pub fn is_campaign(name: &str) -> bool {
    (1..=CAMPAIGN_CHARS).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// What a brand sets for its sign-up codes; counters are told it with the brand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignUpTerms {
    /// The newest format of codes that the centre reads.
    pub format: u8,
    /// How long a code on a screen holds, in minutes.
    pub screen_minutes: u16,
    /// How long a code on paper holds, in days.
    pub paper_days: u16,
    /// The campaign that runs now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignId>,
    /// Sign-ups of one clerk on one day that count for her; those beyond wait for a manager.
    pub clerk_daily: u32,
}

impl Default for SignUpTerms {
    /// What a brand has that sets nothing.
    fn default() -> Self {
        Self {
            format: CODE_FORMAT,
            screen_minutes: u16::try_from(SIGN_UP_CODE_MINUTES).unwrap_or(30),
            paper_days: 14,
            campaign: None,
            clerk_daily: 40,
        }
    }
}

/// A term that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a term of sign-up codes: {0}")]
pub struct TermUnfit(pub &'static str);

impl SignUpTerms {
    /// Whether each is in its range.
    ///
    /// # Errors
    /// [`TermUnfit`] with the first that is not.
    pub fn check(&self) -> Result<(), TermUnfit> {
        let held = [
            (
                SCREEN_MINUTES.contains(&self.screen_minutes),
                "screen_minutes",
            ),
            (PAPER_DAYS.contains(&self.paper_days), "paper_days"),
            (CLERK_DAILY.contains(&self.clerk_daily), "clerk_daily"),
            (
                self.campaign
                    .as_ref()
                    .is_none_or(|c| is_campaign(c.as_str())),
                "campaign",
            ),
        ];
        match held.into_iter().find(|(good, _)| !good) {
            Some((_, field)) => Err(TermUnfit(field)),
            None => Ok(()),
        }
    }

    /// How long a code holds that reaches people this way, in minutes.
    #[must_use]
    pub fn minutes(&self, channel: Channel) -> u16 {
        match channel {
            Channel::Screen | Channel::Form => self.screen_minutes,
            Channel::Paper | Channel::Poster | Channel::Friend => {
                self.paper_days.saturating_mul(24 * 60)
            }
        }
    }
}

/// Codes that a counter has shown on a day: one figure for each clerk, channel and campaign. Told whole, so that hearing it
/// twice counts nothing twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CodesShown {
    /// The business day.
    pub day: NaiveDate,
    /// Whose codes.
    pub clerk: ClerkId,
    /// By what.
    pub channel: Channel,
    /// For which campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignId>,
    /// How many.
    pub codes: u32,
}

/// The name of the brand's gift in English, where it is the name of a product or a reward that has one: `names` are pairs
/// of the name and the English one. Empty where none is known. The longest name wins: 「精华」 stands in 「精华水」 too.
#[must_use]
pub fn in_english(words: &str, names: impl Iterator<Item = (String, String)>) -> String {
    let known = names
        .filter(|(zh, en)| !zh.is_empty() && !en.is_empty() && words.contains(zh.as_str()))
        .max_by_key(|(zh, _)| zh.len());
    known.map_or_else(String::new, |(zh, en)| words.replace(&zh, &en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_held_to_their_ranges() {
        let good = SignUpTerms::default();
        assert_eq!(good.check(), Ok(()));
        let unfit = |spoil: fn(&mut SignUpTerms)| {
            let mut terms = good.clone();
            spoil(&mut terms);
            terms.check().unwrap_err().0
        };
        assert_eq!(unfit(|t| t.screen_minutes = 4), "screen_minutes");
        assert_eq!(unfit(|t| t.paper_days = 46), "paper_days");
        assert_eq!(unfit(|t| t.clerk_daily = 0), "clerk_daily");
        for name in ["", "618 大促", "a b", &"x".repeat(17)] {
            let mut terms = good.clone();
            terms.campaign = Some(name.into());
            assert!(terms.check().is_err(), "{name}");
        }
        assert!(is_campaign("618") && is_campaign("mother-s_day2026"));
        // as long as it can be, it still fits
        let long = SignUpTerms {
            paper_days: *PAPER_DAYS.end(),
            ..good
        };
        assert_eq!(long.minutes(Channel::Paper), 45 * 24 * 60);
    }

    #[test]
    fn the_longest_name_of_a_gift_wins() {
        let names = || {
            [("精华", "Serum"), ("精华水", "Essence water"), ("面霜", "")]
                .into_iter()
                .map(|(zh, en)| (zh.to_owned(), en.to_owned()))
        };
        assert_eq!(in_english("精华水 30ml", names()), "Essence water 30ml");
        assert_eq!(in_english("面霜小样", names()), "");
        assert_eq!(in_english("", names()), "");
    }

    #[test]
    fn each_channel_is_known_by_its_word() {
        for channel in Channel::ALL {
            assert_eq!(Channel::named(channel.word()), Some(channel));
            assert_eq!(serde_json::to_value(channel).unwrap(), channel.word());
        }
    }
}

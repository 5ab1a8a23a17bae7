//! Errors as they cross to the screens and to `--json`.

use super::{Error, name_of};
use crate::view::{LineChoice, MemberChoice, PresenceMissing, ProductChoice, SoldView};
use loyalty::Points;
use serde::{Deserialize, Serialize};

/// An error with its details, for the screens.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Problem {
    /// Stable code; the screens word it.
    pub code: String,
    /// Short number, shown small.
    pub number: String,
    /// For the log and the command line.
    pub message: String,
    /// PINs left before the lock.
    pub tries_left: Option<u32>,
    /// End of a lock.
    pub until: Option<crate::view::Millis>,
    /// Product number.
    pub sku: Option<String>,
    /// The most that is taken.
    pub max: Option<u32>,
    /// Pieces left to return.
    pub left: Option<u32>,
    /// Points possible now.
    pub possible: Option<Points>,
    /// Points set aside for this counter.
    pub set_aside: Option<Points>,
    /// Of these, used.
    pub used: Option<Points>,
    /// What she has in all.
    pub confirmed: Option<Points>,
    /// Why the centre gave no more.
    pub reason: Option<String>,
    /// Name of the file or folder that it is about.
    #[serde(default)]
    pub file: Option<String>,
    /// The character that is in the way, by its number and name.
    pub character: Option<String>,
    /// What is to show that she is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence: Option<PresenceMissing>,
    /// Members of whom one has to be named.
    #[serde(default)]
    pub members: Vec<MemberChoice>,
    /// Products of which one has to be named.
    #[serde(default)]
    pub products: Vec<ProductChoice>,
    /// Sales that are meant, perhaps: the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sales: Vec<SoldView>,
    /// Lines that are meant, perhaps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<LineChoice>,
}

impl Error {
    /// The error as it crosses to the screens and to `--json`.
    pub fn problem(&self) -> Problem {
        let (code, number) = self.code();
        let mut p = Problem {
            code: code.to_owned(),
            number: number.to_owned(),
            message: self.to_string(),
            ..Problem::default()
        };
        match self {
            Self::PinWrong { tries_left } | Self::PresenceWrong { tries_left } => {
                p.tries_left = Some(*tries_left);
            }
            Self::PinLocked { until } | Self::PresenceLocked { until } => {
                p.until = Some(crate::view::Millis(*until));
            }
            Self::PresenceNeeded { missing } => p.presence = Some(*missing),
            Self::ProductUnknown { sku } | Self::PriceUnknown { sku } => p.sku = Some(sku.clone()),
            Self::MemberAmbiguous { members } => p.members.clone_from(members),
            Self::ProductAmbiguous { code, products } => {
                p.sku = Some(code.clone());
                p.products.clone_from(products);
            }
            Self::PhoneInvalid(why) => {
                p.reason = Some(why.code().to_owned());
                p.character = why.character();
            }
            Self::QuantityInvalid { max, .. }
            | Self::TooManyLines { max }
            | Self::ParkedFull { max } => p.max = Some(*max),
            Self::OverReturned { left } => p.left = Some(*left),
            Self::ReceiptConflict { earlier } | Self::ReceiptSeen { earlier } => {
                p.sales = earlier.iter().map(|sold| (**sold).clone()).collect();
            }
            Self::WhichReceipt { sales } => p.sales.clone_from(sales),
            Self::WhichLine { sku, lines } => {
                p.sku = Some(sku.clone());
                p.lines.clone_from(lines);
            }
            Self::CouponNotHere { reason, .. } => p.reason.clone_from(reason),
            Self::ProfileInvalid { field } => p.reason = Some(field.clone()),
            Self::Slip(e) => p.reason = e.reason().map(str::to_owned),
            // the name alone: a whole path says nothing to a clerk, and stands in the message for IT
            Self::Home { path, .. } | Self::HomeUnfit { path, .. } => p.file = Some(name_of(path)),
            Self::Rules { possible, .. } => p.possible = Some(*possible),
            Self::OfflineLimit {
                possible,
                set_aside,
                used,
                confirmed,
                reason,
            } => {
                p.possible = Some(*possible);
                p.set_aside = Some(*set_aside);
                p.used = Some(*used);
                p.confirmed = Some(*confirmed);
                p.reason.clone_from(reason);
            }
            // the code says all
            Self::PassphraseNeeded
            | Self::PassphraseChoose { .. }
            | Self::PassphraseWrong
            | Self::PassphraseWeak { .. }
            | Self::KeychainLocked(_)
            | Self::Locked
            | Self::UnlockInvalid
            | Self::UnlockUsed
            | Self::UnlockOver
            | Self::NotEnrolled
            | Self::AlreadyEnrolled
            | Self::TicketInvalid
            | Self::Unwell
            | Self::StillWaiting
            | Self::Key(_)
            | Self::ClerkUnknown
            | Self::DeviceUnknown
            | Self::ApprovalNeeded
            | Self::NotAllowed
            | Self::NotSignedIn
            | Self::CodeNotFresh
            | Self::FirstSignInOffline
            | Self::MemberUnknown
            | Self::CodeInvalid
            | Self::RulesNotHere
            | Self::BehaviourUnknown
            | Self::DateInvalid
            | Self::NothingToExtend
            | Self::AmountInvalid
            | Self::ReactionInvalid
            | Self::NoLines
            | Self::ReceiptInvalid
            | Self::StoreUnknown
            | Self::ReceiptUnknown
            | Self::RewardUnknown
            | Self::RewardTier
            | Self::RewardOutOfStock { .. }
            | Self::CreditUnknown
            | Self::CreditReason
            | Self::SkinNotConsented
            | Self::ParkedUnknown
            | Self::SettingInvalid { .. }
            | Self::GuardianFirst
            | Self::PhoneTaken
            | Self::NoNewPhone
            | Self::SmsCodeWrong
            | Self::SmsTooMany
            | Self::SignUpCodeOver
            | Self::DiskFull
            | Self::TooLarge
            | Self::NotSaved(_)
            | Self::OutboxDamaged(_)
            | Self::OutboxSound
            | Self::CacheDamaged(_)
            | Self::Busy
            | Self::Offline(_)
            | Self::Nonsense(_)
            | Self::OtherCentre
            | Self::LookUpUnavailable
            | Self::Refused { .. }
            | Self::AddressInvalid(_)
            | Self::Program(_)
            | Self::Randomness => {}
        }
        p
    }
}

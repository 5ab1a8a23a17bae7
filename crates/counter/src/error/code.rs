//! The stable code of each error.

use super::Error;
use protocol::ErrorCode;
use std::path::Path;

impl Error {
    /// The error of a folder or file that the system refused.
    pub(crate) fn home(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Home { path, error }
    }

    /// Stable code: a word for the screens and a short number to show small.
    pub fn code(&self) -> (&'static str, &'static str) {
        match self {
            Self::NotEnrolled => ("not_enrolled", "C-101"),
            Self::TicketInvalid => ("ticket_invalid", "C-129"),
            Self::Unwell => ("unwell", "C-210"),
            Self::AlreadyEnrolled => ("already_enrolled", "C-102"),
            Self::StillWaiting => ("still_waiting", "C-105"),
            Self::Key(_) => ("key_unusable", "C-103"),
            Self::PassphraseNeeded => ("passphrase_needed", "C-106"),
            Self::PassphraseChoose { .. } => ("passphrase_choose", "C-107"),
            Self::PassphraseWrong => ("passphrase_wrong", "C-108"),
            Self::PassphraseWeak { .. } => ("passphrase_weak", "C-109"),
            Self::KeychainLocked(_) => ("keychain_locked", "C-117"),
            Self::Locked => ("counter_locked", "C-118"),
            Self::UnlockInvalid => ("unlock_invalid", "C-119"),
            Self::UnlockUsed => ("unlock_used", "C-124"),
            Self::UnlockOver => ("unlock_over", "C-125"),
            Self::Home { error, .. } if is_full(error) => ("disk_full", "C-201"),
            Self::Home { .. } | Self::HomeUnfit { .. } => ("home_unusable", "C-104"),
            Self::ClerkUnknown => ("clerk_unknown", "C-110"),
            Self::PinWrong { .. } => ("pin_wrong", "C-111"),
            Self::PinLocked { .. } => ("pin_locked", "C-112"),
            Self::DeviceUnknown => ("device_unknown", "C-114"),
            Self::NotSignedIn => ("not_signed_in", "C-113"),
            Self::FirstSignInOffline => ("first_sign_in_offline", "C-126"),
            Self::PresenceNeeded { .. } => ("presence_needed", "C-193"),
            Self::PresenceWrong { .. } => ("presence_wrong", "C-194"),
            Self::CodeNotFresh => ("code_not_fresh", "C-197"),
            Self::PresenceLocked { .. } => ("presence_locked", "C-195"),
            Self::ApprovalNeeded => ("approval_needed", "C-115"),
            Self::NotAllowed => ("not_allowed", "C-116"),
            Self::MemberUnknown => ("member_unknown", "C-120"),
            Self::MemberAmbiguous { .. } => ("member_ambiguous", "C-123"),
            Self::PhoneInvalid(_) => ("phone_invalid", "C-121"),
            Self::CodeInvalid => ("code_invalid", "C-122"),
            Self::ProductUnknown { .. } => ("product_unknown", "C-130"),
            Self::ProductAmbiguous { .. } => ("product_ambiguous", "C-146"),
            Self::PriceUnknown { .. } => ("price_unknown", "C-131"),
            Self::QuantityInvalid { .. } => ("quantity_invalid", "C-132"),
            Self::AmountInvalid => ("amount_invalid", "C-133"),
            Self::ReactionInvalid => ("reaction_invalid", "C-147"),
            Self::NoLines => ("no_lines", "C-134"),
            Self::TooManyLines { .. } => ("too_many_lines", "C-135"),
            Self::ReceiptInvalid => ("receipt_invalid", "C-136"),
            Self::ReceiptConflict { .. } => ("receipt_conflict", "C-137"),
            Self::ReceiptSeen { .. } => ("receipt_seen", "C-180"),
            Self::WhichReceipt { .. } => ("which_receipt", "C-181"),
            Self::StoreUnknown => ("store_unknown", "C-183"),
            Self::WhichLine { .. } => ("which_line", "C-182"),
            Self::ReceiptUnknown => ("receipt_unknown", "C-138"),
            Self::OverReturned { .. } => ("over_returned", "C-139"),
            Self::RewardUnknown => ("reward_unknown", "C-140"),
            Self::RewardTier => ("reward_tier", "C-141"),
            Self::RewardOutOfStock { .. } => ("reward_out_of_stock", "C-143"),
            Self::CouponNotHere { .. } => ("coupon_not_here", "C-142"),
            Self::CreditUnknown => ("credit_unknown", "C-144"),
            Self::CreditReason => ("credit_reason", "C-145"),
            Self::BehaviourUnknown => ("behaviour_unknown", "C-170"),
            Self::DateInvalid => ("date_invalid", "C-171"),
            Self::NothingToExtend => ("nothing_to_extend", "C-172"),
            Self::ProfileInvalid { .. } => ("profile_invalid", "C-160"),
            Self::SkinNotConsented => ("skin_not_consented", "C-161"),
            Self::ParkedFull { .. } => ("parked_full", "C-190"),
            Self::ParkedUnknown => ("parked_unknown", "C-191"),
            Self::SettingInvalid { .. } => ("setting_invalid", "C-192"),
            Self::GuardianFirst => ("guardian_first", "C-162"),
            Self::NoNewPhone => ("no_new_phone", "C-196"),
            Self::PhoneTaken => ("phone_taken", "C-163"),
            Self::SmsCodeWrong => ("sms_code_wrong", "C-164"),
            Self::SmsTooMany => ("sms_too_many", "C-165"),
            Self::SignUpCodeOver => ("sign_up_code_over", "C-166"),
            Self::Rules { refusal, .. } => (refusal.code(), "C-150"),
            Self::OfflineLimit { .. } => ("offline_limit", "C-151"),
            Self::DiskFull => ("disk_full", "C-201"),
            Self::TooLarge => ("too_large", "C-202"),
            Self::NotSaved(_) => ("not_saved", "C-204"),
            Self::OutboxDamaged(_) => ("outbox_damaged", "C-205"),
            Self::OutboxSound => ("outbox_sound", "C-209"),
            Self::CacheDamaged(_) => ("cache_damaged", "C-206"),
            Self::Busy => ("busy", "C-207"),
            Self::Offline(_) => ("offline", "C-301"),
            Self::Nonsense(_) => ("centre_nonsense", "C-302"),
            Self::Refused { code, .. } => match code {
                ErrorCode::Revoked => ("revoked", "C-304"),
                ErrorCode::EnrolCodeInvalid => ("enrol_code_invalid", "C-305"),
                ErrorCode::VersionUnsupported => ("version_unsupported", "C-306"),
                ErrorCode::NotAuthenticated => ("not_authenticated", "C-308"),
                ErrorCode::NotFound => ("not_found", "C-310"),
                ErrorCode::ClerkExists => ("clerk_exists", "C-127"),
                ErrorCode::PinUnfit => ("pin_unfit", "C-128"),
                ErrorCode::NotGranted => ("not_granted", "C-315"),
                ErrorCode::TooMany => ("too_many", "C-311"),
                _ => ("centre_refused", "C-303"),
            },
            Self::OtherCentre => ("other_centre", "C-313"),
            Self::LookUpUnavailable => ("look_up_unavailable", "C-312"),
            Self::AddressInvalid(_) => ("address_invalid", "C-307"),
            Self::RulesNotHere => ("rules_not_here", "C-314"),
            Self::Program(_) => ("program_unusable", "C-309"),
            Self::Randomness => ("no_randomness", "C-208"),
            Self::Slip(e) => e.code(),
        }
    }

    /// Whether the centre lets this device in no more.
    pub(crate) fn is_revoked(&self) -> bool {
        matches!(
            self,
            Self::Refused {
                code: ErrorCode::Revoked,
                ..
            }
        )
    }
}

fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(
        error.kind(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    /// The table above, as it is written: a number names one code, and the other way round.
    #[test]
    fn a_number_is_one_codes() {
        let source = include_str!("code.rs");
        let pairs = source.split("(\"").filter_map(|rest| {
            let (code, rest) = rest.split_once("\", \"")?;
            let (number, _) = rest.split_once("\")")?;
            number.starts_with("C-").then_some((number, code))
        });
        let (mut codes, mut numbers) = (BTreeMap::new(), BTreeMap::new());
        for (number, code) in pairs {
            assert_eq!(*codes.entry(number).or_insert(code), code, "{number}");
            assert_eq!(*numbers.entry(code).or_insert(number), number, "{code}");
        }
        assert!(codes.len() > 60, "{}", codes.len());
    }
}

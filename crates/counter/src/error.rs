//! What can go wrong, by stable codes.
//!
//! The words that a clerk reads are the screens' (by [`Error::code`]); the short number is shown
//! small beside them, so that IT can look it up in `docs/ERRORS.md`. `Display` is for the log and
//! the command line and holds no personal data.

use crate::home::{Unfit, name_of};
use crate::slip::SlipError;
use crate::view::{LineChoice, MemberBy, MemberChoice, ProductChoice, SoldView};
use identity::NoPhone;
use loyalty::{Points, Refusal};
use protocol::ErrorCode;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Results of the engine.
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that the engine refuses or fails at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The device has not been enrolled.
    #[error("this counter is not enrolled")]
    NotEnrolled,
    /// The device is enrolled already.
    #[error("this counter is enrolled already")]
    AlreadyEnrolled,
    /// Operations wait to be sent under the identity that this counter has.
    #[error("operations wait to be sent as the device that this counter is")]
    StillWaiting,
    /// The key of the encrypted files is missing, unreadable or not theirs.
    #[error("the device key cannot be used: {0}")]
    Key(String),
    /// A folder or file of this counter cannot be used.
    #[error("{} cannot be used: {error}", path.display())]
    Home {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A folder or file is not this counter's to use, or cannot be written.
    #[error("{} cannot be used: {why}", path.display())]
    HomeUnfit {
        /// Which.
        path: PathBuf,
        /// Why, and what to do.
        why: Unfit,
    },
    /// No such clerk in this store.
    #[error("no such clerk here")]
    ClerkUnknown,
    /// Wrong PIN.
    #[error("wrong PIN, {tries_left} tries left")]
    PinWrong {
        /// How many are left before the lock.
        tries_left: u32,
    },
    /// Too many wrong PINs.
    #[error("locked after too many wrong PINs")]
    PinLocked {
        /// Until when, in milliseconds since 1970.
        until: i64,
    },
    /// Not the id of a device.
    #[error("no such device")]
    DeviceUnknown,
    /// A store's manager has to approve it.
    #[error("a manager of the store has to approve this")]
    ApprovalNeeded,
    /// Who approved may not: no manager of this store.
    #[error("only a manager of this store may approve")]
    NotAllowed,
    /// Nobody has signed in.
    #[error("nobody has signed in")]
    NotSignedIn,
    /// No such member here.
    #[error("no such member on this counter")]
    MemberUnknown,
    /// What was typed or scanned may mean each of several members: the clerk says which.
    #[error("several members may be meant by that number: {}", cards(members))]
    MemberAmbiguous {
        /// These, masked.
        members: Vec<MemberChoice>,
    },
    /// Not a mobile number.
    #[error(transparent)]
    PhoneInvalid(#[from] NoPhone),
    /// Not a member code or number.
    #[error("not a member code")]
    CodeInvalid,
    /// No such product.
    #[error("no product with number {sku:?}")]
    ProductUnknown {
        /// As it was typed or scanned.
        sku: String,
    },
    /// Several products that are sold have this bar code: the clerk says which.
    #[error("several products have the code {code:?}: {}", skus(products))]
    ProductAmbiguous {
        /// As it was typed or scanned.
        code: String,
        /// These.
        products: Vec<ProductChoice>,
    },
    /// The product has no price here and the till's amount was not given.
    #[error("product {sku:?} has no price here; the till's amount is needed")]
    PriceUnknown {
        /// Product number.
        sku: String,
    },
    /// The program has no such behaviour, or none that a clerk records.
    #[error("the program has no such behaviour")]
    BehaviourUnknown,
    /// Not a date that points may be extended to.
    #[error("not a date that points may be extended to")]
    DateInvalid,
    /// No points that are known here expire before that date.
    #[error("no points expire before that date")]
    NothingToExtend,
    /// Less than 1, or more than the limit.
    #[error("quantity {qty} is not between 1 and {max}")]
    QuantityInvalid {
        /// What was asked.
        qty: u32,
        /// The most.
        max: u32,
    },
    /// An amount below zero, with more than two decimals, or beyond reason.
    #[error("not an amount of money")]
    AmountInvalid,
    /// What was told of a reaction says nothing, or its note is too long.
    #[error("what was told of a reaction says nothing or is too long")]
    ReactionInvalid,
    /// A sale or return without lines.
    #[error("nothing to record")]
    NoLines,
    /// More lines than one receipt may have.
    #[error("more than {max} lines")]
    TooManyLines {
        /// The most.
        max: u32,
    },
    /// The receipt number is empty, too long or has control characters.
    #[error("not a receipt number")]
    ReceiptInvalid,
    /// Another sale of this day stands under the number: a mistake in keying, or another till's.
    #[error("another sale of today stands under this receipt number{}", said(.earlier))]
    ReceiptConflict {
        /// That sale.
        earlier: Option<Box<SoldView>>,
    },
    /// A sale that was recorded before is perhaps this one.
    #[error("this is perhaps a sale that was recorded before{}", said(.earlier))]
    ReceiptSeen {
        /// That sale.
        earlier: Option<Box<SoldView>>,
    },
    /// Several sales may be meant by a number, or one of another store.
    #[error("which sale is meant: {}", listed(.sales))]
    WhichReceipt {
        /// The newest first.
        sales: Vec<SoldView>,
    },
    /// Several lines of a receipt have the product, and bring back different money.
    #[error("which line of {sku:?} is meant: {}", lines_listed(.lines))]
    WhichLine {
        /// The product.
        sku: String,
        /// Those of which something is left.
        lines: Vec<LineChoice>,
    },
    /// Not the id of a store of the brand.
    #[error("no such store")]
    StoreUnknown,
    /// The receipt is neither in this counter's outbox nor in its cache.
    #[error("this counter does not know that receipt")]
    ReceiptUnknown,
    /// More pieces than are left on the receipt.
    #[error("only {left} left to return")]
    OverReturned {
        /// Pieces left of that product.
        left: u32,
    },
    /// No such reward.
    #[error("no such reward")]
    RewardUnknown,
    /// The reward is for a higher tier.
    #[error("the reward is for a higher tier")]
    RewardTier,
    /// Fewer pieces of the reward are left in this store than were asked for.
    #[error("only {left} pieces of the reward are left here")]
    RewardOutOfStock {
        /// Pieces left.
        left: u32,
    },
    /// A coupon that this counter does not hold and could not get: it may be used in one place only.
    #[error("coupon {coupon:?} cannot be used here now: {}", reason.as_deref().unwrap_or("not held"))]
    CouponNotHere {
        /// Which.
        coupon: String,
        /// Why, where the centre said it, or that it did not answer.
        reason: Option<String>,
    },
    /// Who is to get the credit of a sale does not work in this store.
    #[error("who is to get the credit does not work here")]
    CreditUnknown,
    /// The credit is not as the shop's rule has it, and nobody said why.
    #[error("a reason is needed where the credit is not as the rule has it")]
    CreditReason,
    /// A value of a profile is none, too long, or has control characters.
    #[error("not a value for a profile: {field}")]
    ProfileInvalid {
        /// Which.
        field: String,
    },
    /// Skin or allergies without her consent to their being kept.
    #[error("she has not agreed to her skin and allergies being kept")]
    SkinNotConsented,
    /// As many baskets stand aside today as may.
    #[error("{max} baskets are parked already")]
    ParkedFull {
        /// The most.
        max: u32,
    },
    /// The parked basket was sold, let go, or taken up by another screen.
    #[error("no such parked basket")]
    ParkedUnknown,
    /// A setting of this device is out of its range.
    #[error("not a setting of this device: {field}")]
    SettingInvalid {
        /// Which.
        field: &'static str,
    },
    /// Skin or allergies of a child before her guardian has agreed.
    #[error("she is under 14 and her guardian has not agreed to her skin and allergies being kept")]
    GuardianFirst,
    /// The phone number is another member's.
    #[error("the phone number is another member's")]
    PhoneTaken,
    /// What she read out is no code that was sent to her phone, or one whose time is over.
    #[error("not a code that was sent to her phone")]
    SmsCodeWrong,
    /// Too many messages to that number, or for that sign-up code.
    #[error("too many messages were sent")]
    SmsTooMany,
    /// The sign-up code may not be used any more, or is not this clerk's.
    #[error("the sign-up code may not be used any more")]
    SignUpCodeOver,
    /// The rules refuse it.
    #[error("refused by the rules: {}", .refusal.code())]
    Rules {
        /// Why.
        refusal: Refusal,
        /// The most that would be possible now.
        possible: Points,
    },
    /// Offline, and more than this counter may spend alone.
    #[error("more than this counter may redeem with no network: {possible} possible now")]
    OfflineLimit {
        /// The most that is possible now.
        possible: Points,
        /// What was set aside for this counter.
        set_aside: Points,
        /// Of that, used.
        used: Points,
        /// What she has in all.
        confirmed: Points,
        /// Why the centre gave no more, where it answered.
        reason: Option<String>,
    },
    /// No room on the disk. Nothing was recorded.
    #[error("the disk is full; nothing was recorded")]
    DiskFull,
    /// The operation is larger than one may be.
    #[error("too large to record")]
    TooLarge,
    /// The operation could not be written. Nothing was recorded.
    #[error("not saved: {0}")]
    NotSaved(String),
    /// The outbox file is damaged. It is left untouched.
    #[error("the outbox file is damaged: {0}")]
    OutboxDamaged(String),
    /// The outbox file is as it should be: putting it aside would forget what waits in it.
    #[error("the outbox file is not damaged; it stays")]
    OutboxSound,
    /// The cache file is damaged and is being made anew.
    #[error("the cache file is damaged: {0}")]
    CacheDamaged(String),
    /// Another process of this device uses the files and did not let go in time.
    #[error("the files are in use by another process")]
    Busy,
    /// The centre cannot be reached.
    #[error("the centre cannot be reached: {0}")]
    Offline(String),
    /// The centre answered with something that is not the protocol.
    #[error("the centre's answer makes no sense: {0}")]
    Nonsense(String),
    /// Another centre than the one that this counter belongs to answers there.
    #[error("another centre than this counter's answers there")]
    OtherCentre,
    /// The centre is of a version that finds no members of other stores.
    #[error("this centre finds no members of other stores")]
    LookUpUnavailable,
    /// The centre refused.
    #[error("the centre refused: {code:?}: {message}")]
    Refused {
        /// Its code.
        code: ErrorCode,
        /// For the log.
        message: String,
    },
    /// Not an address of a centre (https, or http on this machine only).
    #[error("not an address of a centre: {0}")]
    AddressInvalid(String),
    /// The program document of the centre cannot be read by this build.
    #[error("the program document cannot be used: {0}")]
    Program(String),
    /// The system gave no randomness.
    #[error("the system gave no randomness")]
    Randomness,
    /// The customer's receipt. What was recorded stands.
    #[error(transparent)]
    Slip(#[from] SlipError),
}

fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(
        error.kind(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded
    )
}

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
            Self::AlreadyEnrolled => ("already_enrolled", "C-102"),
            Self::StillWaiting => ("still_waiting", "C-105"),
            Self::Key(_) => ("key_unusable", "C-103"),
            Self::Home { error, .. } if is_full(error) => ("disk_full", "C-201"),
            Self::Home { .. } | Self::HomeUnfit { .. } => ("home_unusable", "C-104"),
            Self::ClerkUnknown => ("clerk_unknown", "C-110"),
            Self::PinWrong { .. } => ("pin_wrong", "C-111"),
            Self::PinLocked { .. } => ("pin_locked", "C-112"),
            Self::DeviceUnknown => ("device_unknown", "C-114"),
            Self::NotSignedIn => ("not_signed_in", "C-113"),
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
                ErrorCode::TooMany => ("too_many", "C-311"),
                _ => ("centre_refused", "C-303"),
            },
            Self::OtherCentre => ("other_centre", "C-313"),
            Self::LookUpUnavailable => ("look_up_unavailable", "C-312"),
            Self::AddressInvalid(_) => ("address_invalid", "C-307"),
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
            Self::PinWrong { tries_left } => p.tries_left = Some(*tries_left),
            Self::PinLocked { until } => p.until = Some(crate::view::Millis(*until)),
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
            _ => {}
        }
        p
    }
}

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

fn cards(members: &[MemberChoice]) -> String {
    let all: Vec<String> = members
        .iter()
        .map(|m| match m.by {
            MemberBy::Card => format!("card {}", m.no),
            MemberBy::Phone => format!("the phone number of card {}", m.no),
        })
        .collect();
    all.join("; ")
}

fn skus(products: &[ProductChoice]) -> String {
    let all: Vec<&str> = products.iter().map(|p| p.sku.as_str()).collect();
    all.join(", ")
}

/// An earlier sale in words.
fn said(earlier: &Option<Box<SoldView>>) -> String {
    let sold = earlier.as_deref();
    sold.map_or_else(String::new, |sold| format!(": {}", in_words(sold)))
}

fn in_words(sold: &SoldView) -> String {
    let SoldView {
        no,
        date,
        store,
        pay,
        ..
    } = sold;
    format!("{no} of {date} in {}, {pay} yuan", store.id)
}

fn listed(sales: &[SoldView]) -> String {
    let words: Vec<String> = sales.iter().map(in_words).collect();
    words.join("; ")
}

fn lines_listed(lines: &[LineChoice]) -> String {
    let word = |l: &LineChoice| format!("#{} at {} yuan, {} left", l.line, l.amount, l.left);
    let words: Vec<String> = lines.iter().map(word).collect();
    words.join("; ")
}

/// What a failing statement says of the file that it ran on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failing {
    Full,
    Busy,
    Damaged,
    Other,
}

pub(crate) fn failing(error: &rusqlite::Error) -> Failing {
    use rusqlite::ErrorCode as K;
    let rusqlite::Error::SqliteFailure(e, _) = error else {
        return Failing::Other;
    };
    match e.code {
        K::DiskFull => Failing::Full,
        // the index beside the log could not grow
        K::SystemIoFailure if e.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE => {
            Failing::Full
        }
        K::DatabaseBusy | K::DatabaseLocked => Failing::Busy,
        // a page that does not decrypt is said to be memory that could not be had
        K::DatabaseCorrupt | K::NotADatabase | K::OutOfMemory => Failing::Damaged,
        _ => Failing::Other,
    }
}

/// What is wrong with a damaged file, in words.
pub(crate) fn damage(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        // SQLCipher says so of a page that does not decrypt
        Some(rusqlite::ErrorCode::OutOfMemory) => "a page of it cannot be decrypted".to_owned(),
        _ => error.to_string(),
    }
}

/// The address of a database file with options for how it is opened: any path, whatever is in it.
pub(crate) fn uri(path: &Path, options: &str) -> String {
    use std::fmt::Write;
    let mut address = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte);
        let _ = if plain {
            address.write_char(char::from(*byte))
        } else {
            write!(address, "%{byte:02X}")
        };
    }
    address.push('?');
    address.push_str(options);
    address
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match failing(&error) {
            Failing::Full => Self::DiskFull,
            Failing::Busy => Self::Busy,
            Failing::Damaged => Self::CacheDamaged(damage(&error)),
            Failing::Other => Self::NotSaved(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::NotSaved(format!("a stored value cannot be read or written: {error}"))
    }
}

impl From<getrandom::Error> for Error {
    fn from(_: getrandom::Error) -> Self {
        Self::Randomness
    }
}

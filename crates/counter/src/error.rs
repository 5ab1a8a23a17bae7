//! What can go wrong, by stable codes.
//!
//! The words that a clerk reads are the screens' (by [`Error::code`]); the short number is shown
//! small beside them, so that IT can look it up in `docs/ERRORS.md`. `Display` is for the log and
//! the command line and holds no personal data.

mod code;
mod database;
mod problem;
mod slip;
mod unfit;
mod words;

pub(crate) use database::{Failing, damage, failing, uri};
pub use problem::Problem;
pub use slip::SlipError;
pub(crate) use slip::{NO_PAPER, why};
pub use unfit::Unfit;
pub(crate) use unfit::{PATH_BYTES, Trouble, name_of};

use crate::view::{LineChoice, MemberChoice, PresenceMissing, ProductChoice, SoldView};
use identity::NoPhone;
use loyalty::{Points, Refusal};
use protocol::ErrorCode;
use std::path::PathBuf;
use words::{cards, lines_listed, listed, said, skus};

/// Results of the engine.
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that the engine refuses or fails at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The device has not been enrolled.
    #[error("this counter is not enrolled")]
    NotEnrolled,
    /// What was scanned is no sheet's code for enrolling.
    #[error("not a code of an enrolment sheet")]
    TicketInvalid,
    /// The doctor found something.
    #[error("something is wrong on this machine; what was found says what to do")]
    Unwell,
    /// The device is enrolled already.
    #[error("this counter is enrolled already")]
    AlreadyEnrolled,
    /// Operations wait to be sent under the identity that this counter has.
    #[error("operations wait to be sent as the device that this counter is")]
    StillWaiting,
    /// The key of the encrypted files is missing, unreadable or not theirs.
    #[error("the device key cannot be used: {0}")]
    Key(String),
    /// The key lies behind a passphrase, and none was given.
    #[error("the manager's passphrase is needed to open this counter's files")]
    PassphraseNeeded,
    /// There is no keychain that can be used, and no passphrase was chosen yet: a key lies in no file as it is.
    #[error(
        "this system has no keychain that can be used ({why}): choose a passphrase, behind which the key is kept"
    )]
    PassphraseChoose {
        /// What is in the way of the keychain.
        why: String,
    },
    /// Not the passphrase behind which the key lies.
    #[error("not the passphrase of this counter")]
    PassphraseWrong,
    /// A new passphrase that is soon found out.
    #[error(
        "too short a passphrase: at least {bytes} letters, or {characters} Chinese characters, not all the same"
    )]
    PassphraseWeak {
        /// Letters that it needs.
        bytes: usize,
        /// Or Chinese characters.
        characters: usize,
    },
    /// The key lies in the system's keychain, which does not give it.
    #[error(
        "the key of this counter's files lies in the system's keychain, which is locked or away: {0}"
    )]
    KeychainLocked(String),
    /// The centre has not been heard for too long: no members are shown.
    #[error(
        "this counter has not been in contact for too long: it shows no members until it is, or a code opens it"
    )]
    Locked,
    /// What was typed opens nothing: mistyped, of another device, or of another centre.
    #[error("not a code that opens this counter")]
    UnlockInvalid,
    /// The code, or a later one, has been used.
    #[error("that code has been used")]
    UnlockUsed,
    /// The code's day is over.
    #[error("that code is older than a day")]
    UnlockOver,
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
    /// Points are spent, and nothing shows yet that she is there.
    #[error("points above the floor: what shows that she is there is missing")]
    PresenceNeeded {
        /// What is missing.
        missing: PresenceMissing,
    },
    /// Not the last four digits of her phone number.
    #[error("not the last four digits, {tries_left} tries left")]
    PresenceWrong {
        /// How many are left before the lock.
        tries_left: u32,
    },
    /// A code of her page that was made too long ago, or is none of hers.
    #[error("the code does not show that she is there")]
    CodeNotFresh,
    /// Too many wrong digits for her.
    #[error("locked after too many wrong digits")]
    PresenceLocked {
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
    /// Nobody has signed in, or whoever had is stopped since.
    #[error("nobody has signed in")]
    NotSignedIn,
    /// The clerk has not signed in on this counter before, and the centre cannot be reached.
    #[error("the first sign-in of a clerk on a counter needs the network")]
    FirstSignInOffline,
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
    /// The brand's rules have not been pulled yet: nothing is recorded by others.
    #[error("the brand's rules are not here yet")]
    RulesNotHere,
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
    /// A value of a profile is invalid, too long, or has control characters.
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
    /// No new phone number waits for her: it was proven or dropped meanwhile.
    #[error("no new phone number waits")]
    NoNewPhone,
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

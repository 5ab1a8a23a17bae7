//! What the engine answers: plain values for the screens and the command line.
//!
//! Personal values are masked here already; only [`reveal`](crate::Engine::reveal) gives them in
//! full, and that is logged.

mod acts;
mod allergy;
mod choice;
mod coupon;
mod credit;
mod done;
mod fill_in;
mod find;
mod ledger;
mod limits;
mod member;
mod parked;
mod profile;
mod redeem;
mod scan;
mod slip;
mod sold;
mod status;
mod store;
mod work;

pub use crate::settings::DeviceSettings;
pub use crate::slip::{
    PaperWidth, Part, PrinterSettings, PrinterTarget, SlipKind, SlipLanguage, Weight,
};
pub use acts::{
    Act, ActDone, ActQuote, ActRequest, ApprovedBefore, Approver, BehaviourView, ExpiringLot,
    MemberActs, RedemptionView,
};
pub use allergy::{AllergenAlert, AllergyCheck, AllergyOption, AllergyView};
pub use choice::{MemberBy, MemberChoice, ProductChoice};
pub use coupon::{
    CouponChoice, CouponPlace, CouponView, GiftName, LookedUp, MemberCoupons, OpenCoupon,
    UsedCoupon,
};
pub use credit::{CreditForm, CreditPart, CreditPerson, CreditRequest, CreditShares, HelpedHow};
pub use done::{JoinCode, Joined, RedeemDone, ReturnDone, Revealed, SaleDone};
pub use fill_in::{
    AskedConsent, FillIn, FilledIn, InviteSlip, InvitedView, NumberTold, Title, ToAgree,
};
pub use find::MemberHit;
pub use ledger::{LotEntry, MovementEntry, MovementWhat, PointsLedger};
pub use limits::Limits;
pub use member::{
    Expiring, ExpiryWarning, LineView, MemberPage, NextStep, NextTier, PointsView, ReceiptState,
    ReceiptView, SkinView, TierName, TierView, Words,
};
pub use parked::{
    BasketChange, ParkRequest, ParkedList, ParkedView, ReceiptEntry, TakenLine, TakenUp,
};
pub use profile::{
    BirthdayView, ConsentView, Meanwhile, NoteView, ProfileDone, ProfileForm, ProfileRequest,
};
pub use redeem::{
    CashTerms, RedeemOptions, RedeemQuote, RedeemQuoteOf, RedeemRequest, RedeemWhat, RewardStatus,
    RewardView,
};
pub use scan::{ScanMeaning, Scanned};
pub use slip::{Printed, Saved, SlipFormat, SlipView};
pub use sold::{LineChoice, SoldView, UnderNumber};
pub use status::{
    Abilities, Ability, ClerkCard, DeviceStatus, OpState, OpView, Session, Standing, StoreCard,
    SyncKind, SyncPage, SyncState,
};
pub use store::{DeviceCard, ExceptionView, KeptView, ManageWhat, StoreDevices};
pub use work::{
    GivenBack, LineAmount, LineQuote, LineRequest, MemberTarget, ProductHit, ReturnForm,
    ReturnLineRequest, ReturnQuote, ReturnRequest, SaleQuote, SaleRequest,
};

use serde::{Deserialize, Serialize};

/// An instant as milliseconds since 1970-01-01 UTC, as a script reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(transparent)]
pub struct Millis(
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))] pub i64,
);

impl From<chrono::DateTime<chrono::Utc>> for Millis {
    fn from(at: chrono::DateTime<chrono::Utc>) -> Self {
        Self(at.timestamp_millis())
    }
}

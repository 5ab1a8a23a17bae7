//! What the engine answers: plain values for the screens and the command line.
//!
//! Personal values are masked here already; only [`reveal`](crate::Engine::reveal) gives them in
//! full, and that is logged.

mod allergy;
mod choice;
mod coupon;
mod credit;
mod done;
mod fill_in;
mod find;
mod ledger;
mod member;
mod parked;
mod printer;
mod profile;
mod redeem;
mod sample;
mod scan;
mod servicing;
mod settings;
mod slip;
mod sold;
mod status;
mod store;
mod value;
mod work;

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
pub use member::{
    Expiring, ExpiryWarning, LineView, MemberPage, NextStep, NextTier, PointsView, ReceiptState,
    ReceiptView, TierName, TierView,
};
pub use parked::{
    BasketChange, ParkRequest, ParkedList, ParkedView, ReceiptEntry, TakenLine, TakenUp,
};
pub use printer::{NamedPrinters, PaperWidth, PrinterSettings, PrinterTarget, SlipLanguage};
pub use profile::{
    BirthdayView, ConsentView, Meanwhile, NewPhoneSent, NoteView, ProfileDone, ProfileForm,
    ProfileRequest,
};
pub use redeem::{
    CashTerms, RedeemOptions, RedeemQuote, RedeemQuoteOf, RedeemRequest, RedeemWhat, RewardStatus,
    RewardView,
};
pub use sample::{SampleDone, SampleOption, SampleOptions, SampleRequest, SampleView, SampleWhat};
pub use scan::{CodeShown, ScanMeaning, Scanned};
pub use servicing::{
    Act, ActDone, ActQuote, ActRequest, ApprovedBefore, Approver, BehaviourView, ExpiringLot,
    MemberActs, RedemptionView,
};
pub use settings::{DeviceSettings, HeldIn};
pub use slip::{Part, Printed, Saved, SlipFormat, SlipKind, SlipView, Weight};
pub use sold::{LineChoice, SoldView, UnderNumber};
pub use status::{
    Abilities, Ability, ClerkCard, DeviceStatus, KeyPlace, Left, OpState, OpView, Restriction,
    Session, StoreCard, SyncKind, SyncPage, SyncState, TicketView,
};
pub use store::{
    DeviceCard, DuplicateView, ExceptionView, JoinsView, KeptView, ManageWhat, MemberSideView,
    MergeView, SignUpsView, StoreDevices, SuspiciousView, WaitingView,
};
pub use value::{Millis, SkinView, Words};
pub use work::{
    GivenBack, LineAmount, LineQuote, LineRequest, MemberTarget, PresenceGiven, PresenceMissing,
    ProductHit, ReturnForm, ReturnLineRequest, ReturnQuote, ReturnRequest, SaleQuote, SaleRequest,
};

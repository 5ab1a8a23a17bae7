//! What a feed carries: one struct per kind of entity, whole, as a counter keeps it.
//!
//! Unknown fields are ignored, missing ones have defaults: one version older and newer both work.

mod device;
mod goods;
mod kind;
mod left_out;
mod member;
mod movement;
mod receipt;
mod sample;
mod shop;

pub use device::{DeviceStatus, Recall};
pub use goods::{Product, Reward, RewardKind, Stock};
pub use kind::{Audience, Entity, EntityKind};
pub use member::{AccountState, Agreed, Behaved, LotView, Member, Note, Skin, behaved_key};
pub use movement::{Movement, MovementKind, Movements};
pub use receipt::{Coupon, CouponUse, PaidPortion, Receipt, ReceiptLine, Redemption};
pub use sample::Sample;
pub use shop::{Brand, Clerk, ProgramSchedule, Role, Store};

/// Kind name of [`Member`].
pub const MEMBER: &str = EntityKind::Member.name();
/// Kind name of [`Receipt`].
pub const RECEIPT: &str = EntityKind::Receipt.name();
/// Kind name of [`Clerk`].
pub const CLERK: &str = EntityKind::Clerk.name();
/// Kind name of [`Product`].
pub const PRODUCT: &str = EntityKind::Product.name();
/// Kind name of [`Reward`].
pub const REWARD: &str = EntityKind::Reward.name();
/// Kind name of [`Store`].
pub const STORE: &str = EntityKind::Store.name();
/// Kind name of the program document: the JSON of `loyalty::Program`, keyed by its version.
pub const PROGRAM: &str = EntityKind::Program.name();
/// Kind name of [`ProgramSchedule`].
pub const PROGRAM_SCHEDULE: &str = EntityKind::ProgramSchedule.name();
/// Kind name of [`Recall`].
pub const RECALL: &str = EntityKind::Recall.name();
/// Kind name of [`DeviceStatus`].
pub const DEVICE: &str = EntityKind::Device.name();
/// Kind name of [`Coupon`].
pub const COUPON: &str = EntityKind::Coupon.name();
/// Kind name of [`Redemption`].
pub const REDEMPTION: &str = EntityKind::Redemption.name();
/// Kind name of [`Behaved`].
pub const BEHAVED: &str = EntityKind::Behaved.name();
/// Kind name of [`Movements`].
pub const MOVEMENTS: &str = EntityKind::Movements.name();
/// Kind name of [`Brand`].
pub const BRAND: &str = EntityKind::Brand.name();
/// Kind name of [`Stock`].
pub const STOCK: &str = EntityKind::Stock.name();

//! What a feed carries: one struct per kind of entity, whole, as a counter keeps it.
//!
//! Unknown fields are ignored, missing ones have defaults: one version older and newer both work.

mod device;
mod goods;
mod left_out;
mod member;
mod movement;
mod receipt;
mod shop;

pub use device::{DeviceStatus, Recall};
pub use goods::{Product, Reward, RewardKind, Stock};
pub use member::{AccountState, Agreed, Behaved, LotView, Member, Note, Skin};
pub use movement::{Movement, MovementKind, Movements};
pub use receipt::{Coupon, CouponUse, PaidPortion, Receipt, ReceiptLine, Redemption};
pub use shop::{Brand, Clerk, ProgramSchedule, Role, Store};

/// Kind name of [`Member`].
pub const MEMBER: &str = "member";
/// Kind name of [`Receipt`].
pub const RECEIPT: &str = "receipt";
/// Kind name of [`Clerk`].
pub const CLERK: &str = "clerk";
/// Kind name of [`Product`].
pub const PRODUCT: &str = "product";
/// Kind name of [`Reward`].
pub const REWARD: &str = "reward";
/// Kind name of [`Store`].
pub const STORE: &str = "store";
/// Kind name of the program document: the JSON of `loyalty::Program`, keyed by its version.
pub const PROGRAM: &str = "program";
/// Kind name of [`ProgramSchedule`].
pub const PROGRAM_SCHEDULE: &str = "program_schedule";
/// Kind name of [`Recall`].
pub const RECALL: &str = "recall";
/// Kind name of [`DeviceStatus`].
pub const DEVICE: &str = "device";
/// Kind name of [`Coupon`].
pub const COUPON: &str = "coupon";
/// Kind name of [`Redemption`].
pub const REDEMPTION: &str = "redemption";
/// Kind name of [`Behaved`].
pub const BEHAVED: &str = "behaved";
/// Kind name of [`Movements`].
pub const MOVEMENTS: &str = "movements";
/// Kind name of [`Brand`].
pub const BRAND: &str = "brand";
/// Kind name of [`Stock`].
pub const STOCK: &str = "stock";

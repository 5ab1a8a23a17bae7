//! What things are known by: texts of the brand, and UUIDs of ours.

use loyalty::{BehaviourKind, Category, CouponId, ReceiptNo, Sku, TierId};
use protocol::{
    CampaignId, CentreId, ClerkId, DeviceId, Hash, LifeId, MemberId, RequestId, StoreId,
};

use super::Stored;

macro_rules! texts {
    ($($name:ty: $what:literal),+ $(,)?) => {$(
        impl Stored for $name {
            type Raw = String;
            const WHAT: &'static str = $what;

            fn to_raw(&self) -> String {
                self.as_str().to_owned()
            }

            fn from_raw(raw: String) -> Option<Self> {
                Some(raw.into())
            }
        }
    )+};
}

macro_rules! uuids {
    ($($name:ty: $what:literal),+ $(,)?) => {$(
        impl Stored for $name {
            type Raw = String;
            const WHAT: &'static str = $what;

            fn to_raw(&self) -> String {
                self.to_string()
            }

            fn from_raw(raw: String) -> Option<Self> {
                raw.parse().ok()
            }
        }
    )+};
}

texts!(
    MemberId: "a member's id",
    CampaignId: "a campaign",
    StoreId: "a store's number",
    ClerkId: "a clerk's id",
    // of whatever brought something to a member's account: an operation, or `import:…`, `welcome:…`
    loyalty::OpId: "what something came by",
    loyalty::GrantId: "an allowance's id",
    CouponId: "a coupon's id",
    TierId: "a tier",
    Sku: "a product's number",
    Category: "a category",
    BehaviourKind: "a kind of behaviour",
    ReceiptNo: "a receipt number",
);

uuids!(
    DeviceId: "a device's id",
    protocol::OpId: "an operation's id",
    protocol::GrantId: "a grant's id",
    RequestId: "a request's id",
    LifeId: "a life's id",
    CentreId: "a centre's id",
);

/// 64 hex digits.
impl Stored for Hash {
    type Raw = String;
    const WHAT: &'static str = "a hash";

    fn to_raw(&self) -> String {
        self.to_string()
    }

    fn from_raw(raw: String) -> Option<Self> {
        Self::from_hex(&raw).ok()
    }
}

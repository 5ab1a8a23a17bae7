//! Joining by a code: what a member's phone asks, and how far she has come. And what else proves a phone by a code: a member's
//! new number, her own page.

mod authorised;
mod campaigns;
mod check;
mod counted;
mod credit;
mod friends;
mod gift;
mod guardian;
mod invitation;
mod join;
mod new_phone;
mod own;
mod page;
mod passed_on;
mod picture;
mod points;
mod posters;
mod presence;
mod progress;
mod steps;
mod terms;
mod verified;
mod verify;
mod welcome;

pub use crate::sign_ups::terms;
pub use authorised::{Back, Expected, Leaving, comes_back, known_by, leaves, proven_number, told};
pub use campaigns::{NewCampaign, add as add_campaign, all as all_campaigns, end as end_campaign};
pub use check::check;
pub use credit::{decide as decide_sign_ups, waiting as waiting_sign_ups};
pub use friends::{BOTH, WAITS, invite};
pub use invitation::{Invitation, InvitedBy};
pub use join::{SignedUp, join};
pub use page::{Page, prove};
pub use passed_on::{UNSEEN_DAYS, pass_on};
pub use posters::{
    JOINS_A_DAY, NewPoster, add as add_poster, all as all_posters, revoke as revoke_poster,
};
pub use presence::member_number;
pub use progress::{Step, forget, invited, keep_shown, note};
pub use steps::{WELCOME, begin};
pub use terms::set_terms;
pub(crate) use verified::verified;
pub use verify::{Asked, Phone, SmsLimits};

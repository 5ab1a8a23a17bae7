//! Showing a member's full name and phone number, which is logged.

use super::signin::SignedIn;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::{self, Draft, Summary};
use crate::search::mask::shown_as;
use crate::view::Revealed;
use chrono::Datelike;
use protocol::OpId;
use protocol::entity::Member;
use protocol::operation::{Body, Reveal};
use protocol::profile::YEAR_UNTOLD;

/// For how many seconds a screen may show them.
const SECONDS: u32 = 10;

impl Engine {
    /// A member's full name and phone number. That this clerk looked is on the disk before it is
    /// answered.
    ///
    /// # Errors
    /// [`Error::MemberUnknown`], or where it cannot be logged: then nothing is shown.
    pub fn reveal(&self, clerk: &SignedIn, member_id: &str) -> Result<Revealed> {
        self.members_are_shown()?;
        let member = self
            .cache(|c| cache::one::<Member>(c, member_id))?
            .ok_or(Error::MemberUnknown)?;
        let program = self.program()?;
        let now = self.shared.now()?;
        let draft = Draft {
            op_id: OpId::fresh(),
            hands: clerk.hands(),
            program: program.version(),
            at: now,
            body: Body::Reveal(Reveal {
                member: member.id.clone(),
                date: program.business_date(now),
            }),
            personal: Vec::new(),
            summary: Summary {
                who: shown_as(&member.name, &member.phone),
                member: Some(member.id.to_string()),
                ..Summary::default()
            },
        };
        self.shared
            .outbox()
            .write(|tx| outbox::append(tx, &draft))?;
        self.appended(Some(&member.id));
        Ok(Revealed {
            name: member.name,
            phone: member.phone,
            birthday: member.birthday.map(|d| {
                let told = d.year() != YEAR_UNTOLD;
                d.format(if told { "%Y-%m-%d" } else { "%m-%d" })
                    .to_string()
            }),
            seconds: SECONDS,
        })
    }
}

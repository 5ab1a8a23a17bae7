//! A sign-up that a clerk fills in without the network. She is a member of this counter at once: she can buy, earn and be found.
//! Whether her number is hers she proves later, and who has it already is whose this all becomes.

use super::fill_in::{fault, joining};
use super::signin::SignedIn;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::{self, Draft, Summary};
use crate::search::mask::{self, shown_as};
use crate::sync;
use crate::view::{FillIn, FilledIn, Joined};
use identity::MobileNumber;
use protocol::entity::Member;
use protocol::operation::{Agreeing, Body, PHONE, SignUp, TOLD, Told};
use protocol::personal::PersonalField;
use protocol::sign_up::CODE_FORMAT;
use protocol::{MemberId, OpId};

impl Engine {
    /// Makes her a member here, once she has agreed: by ticks of her own on the turned tablet, or, where it was read out to her,
    /// by what she said. Once this returns it is on the disk. Who is a member already stays who she is.
    ///
    /// # Errors
    /// [`Error::ProfileInvalid`], of `consents` where she did not agree to the terms; [`Error::PhoneInvalid`];
    /// [`Error::Offline`] where the centre is of a version that knows no such sign-ups.
    pub fn fill_in_offline(
        &self,
        clerk: &SignedIn,
        told: &FillIn,
        read_out: bool,
    ) -> Result<FilledIn> {
        let (now, today) = self.today()?;
        let joining = joining(told, today)?.admit(today).map_err(fault)?;
        let joining = joining.with_what_may_be_kept(now);
        let phone = MobileNumber::parse(&joining.phone)?;
        let number = joining.phone.clone();
        if let Some(known) = self.cache(|c| cache::member_by_phone(c, &phone))? {
            return Ok(FilledIn {
                already: true,
                provisional: false,
                masked_phone: mask::phone(&known.phone),
                who: Some(Joined::of(&known)),
            });
        }
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let brand = self.cache(cache::brand)?;
        let terms = brand
            .sign_up
            .filter(|set| set.format >= CODE_FORMAT)
            .ok_or_else(|| Error::Offline("the centre knows no such sign-ups".into()))?;
        let body = SignUp {
            member: MemberId::new(uuid::Uuid::now_v7().simple().to_string()),
            store: me.store,
            campaign: terms.campaign,
            consents: joining.consents.clone(),
            agreeing: if read_out {
                Agreeing::ReadOut
            } else {
                Agreeing::Ticked
            },
            told: Told::of(joining),
        };
        let beside = serde_json::to_string(&body.told)?;
        let personal = [(PHONE, &number), (TOLD, &beside)];
        let personal = personal
            .into_iter()
            .map(|(name, value)| PersonalField::commit(name, value))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let id = body.member.clone();
        let draft = Draft {
            op_id: OpId::fresh(),
            hands: clerk.hands(),
            program: self.program()?.version(),
            at: now,
            summary: Summary {
                who: shown_as(&body.told.name, &number),
                member: Some(id.to_string()),
                ..Summary::default()
            },
            body: Body::SignUp(body),
            personal,
        };
        self.shared
            .outbox()
            .write(|tx| outbox::append(tx, &draft))?;
        // she is on the disk; where the cache cannot be written now, the next contact shows her
        if let Err(e) = sync::hold_provisional(&self.shared) {
            tracing::warn!("who was signed up is not found yet: {e}");
        }
        self.appended(Some(&id));
        let her = self.cache(|c| cache::one::<Member>(c, id.as_str()))?;
        Ok(FilledIn {
            already: false,
            provisional: true,
            who: her.as_ref().map(Joined::of),
            masked_phone: mask::phone(&number),
        })
    }

    /// A member by her id; by that which this counter gave her too, where her number was another's already.
    pub(super) fn her(&self, id: &str) -> Result<Option<Member>> {
        if let Some(her) = self.cache(|c| cache::one::<Member>(c, id))? {
            return Ok(Some(her));
        }
        let now = self
            .shared
            .outbox()
            .read(|conn| outbox::signed_up_as(conn, id))?;
        now.map_or(Ok(None), |now| self.cache(|c| cache::one(c, now.as_str())))
    }
}

#[cfg(test)]
#[path = "fill_in_offline_tests.rs"]
mod tests;

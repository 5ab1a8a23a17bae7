//! A member shows by her phone that she is there: by her page's code, with no network; by a message or by the number on her
//! page, with one. It stands for some minutes (`outbox::present_by`).

use super::signin::SignedIn;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox;
use crate::sync;
use crate::view::{CodeShown, NewPhoneSent};
use chrono::{DateTime, Utc};
use protocol::MemberId;
use protocol::entity::Member;
use protocol::member_code::{CodeSays, judge};
use protocol::operation::Presence;
use protocol::presence::{PresenceBy, PresenceReply, PresenceRequest};
use protocol::signature::public_key_from_hex;
use std::time::Duration;

/// How long a clerk and a member wait for the centre.
const PATIENCE: Duration = Duration::from_secs(10);

impl Engine {
    /// What a scanned code says of whether she is there, whose card has this number; that she is, is noted. None where it has no
    /// check.
    pub(super) fn code_shown(
        &self,
        scanned: &str,
        member: &MemberId,
        card: &str,
    ) -> Result<Option<CodeShown>> {
        let Some(me) = self.shared.identity()? else {
            return Ok(None);
        };
        let Some(key) = me.centre_key.as_deref().and_then(public_key_from_hex) else {
            return Ok(None);
        };
        let now = self.shared.now()?;
        Ok(match judge(scanned, card, (&key, me.centre), now) {
            None => None,
            Some(CodeSays::Forged) => Some(CodeShown::Forged),
            Some(CodeSays::Older) => Some(CodeShown::Older),
            Some(CodeSays::Fresh)
                if !self.shared.outbox().read(outbox::identity::time_is_sure)? =>
            {
                Some(CodeShown::Unsure)
            }
            Some(CodeSays::Fresh) => {
                self.note_present(member, Presence::MemberCode, now)?;
                Some(CodeShown::Fresh)
            }
        })
    }

    /// She shows her page's code where she is asked whether it is she. Touches no network.
    ///
    /// # Errors
    /// [`Error::MemberUnknown`]; [`Error::CodeNotFresh`] where it does not show that she is there.
    pub fn present_by_code(&self, _: &SignedIn, member: &str, scanned: &str) -> Result<()> {
        let her = self
            .cache(|c| cache::one::<Member>(c, member))?
            .ok_or(Error::MemberUnknown)?;
        match self.code_shown(scanned, &her.id, &her.no)? {
            Some(CodeShown::Fresh) => Ok(()),
            Some(CodeShown::Older | CodeShown::Unsure | CodeShown::Forged) | None => {
                Err(Error::CodeNotFresh)
            }
        }
    }

    /// Has a code sent to her number, which she then says.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::SmsTooMany`]; [`Error::MemberUnknown`] where the centre does not know her by this counter.
    pub fn present_send(&self, clerk: &SignedIn, member: &str) -> Result<NewPhoneSent> {
        let reply = self.presence_at_centre(clerk, member, PresenceBy::Send)?;
        let sent = reply
            .sent
            .ok_or_else(|| Error::Nonsense("nothing was sent".into()))?;
        Ok(sent.into())
    }

    /// She says the code that was sent to her.
    ///
    /// # Errors
    /// [`Error::SmsCodeWrong`], and as [`Engine::present_send`].
    pub fn present_by_message(&self, clerk: &SignedIn, member: &str, code: &str) -> Result<()> {
        let code = code.trim().to_owned();
        self.presence_at_centre(clerk, member, PresenceBy::Code { code })?;
        let now = self.shared.now()?;
        self.note_present(&MemberId::new(member), Presence::Message, now)
    }

    /// She says the number on her page.
    ///
    /// # Errors
    /// [`Error::SmsCodeWrong`], and as [`Engine::present_send`].
    pub fn present_by_number(&self, clerk: &SignedIn, member: &str, number: &str) -> Result<()> {
        let number = number.trim().to_owned();
        self.presence_at_centre(clerk, member, PresenceBy::Number { number })?;
        let now = self.shared.now()?;
        self.note_present(&MemberId::new(member), Presence::MemberCode, now)
    }

    fn note_present(&self, member: &MemberId, by: Presence, now: DateTime<Utc>) -> Result<()> {
        self.shared
            .outbox()
            .note(|tx| outbox::note_present(tx, member, by, now))
    }

    fn presence_at_centre(
        &self,
        clerk: &SignedIn,
        member: &str,
        what: PresenceBy,
    ) -> Result<PresenceReply> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let client = self.shared.client(&me)?;
        let request = PresenceRequest {
            member: MemberId::new(member),
            clerk: clerk.clerk().clone(),
            what,
        };
        let reply = self.within(PATIENCE, sync::presence(&client, &request))?;
        let reply = reply.ok_or_else(|| Error::Offline("no answer in time".into()))?;
        self.shared.reached();
        Ok(reply)
    }
}

#[cfg(test)]
#[path = "present_tests.rs"]
mod tests;

//! A member's new phone number waits until she says the code that was sent to it.

use super::signin::SignedIn;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::sync;
use crate::view::NewPhoneSent;
use protocol::MemberId;
use protocol::new_phone::{NewPhone, NewPhoneReply, NewPhoneRequest};
use std::time::Duration;

/// How long a clerk and a member wait for the centre.
const PATIENCE: Duration = Duration::from_secs(10);

impl Engine {
    /// Has a code sent to the number that waits for a member.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::SmsTooMany`]; [`Error::NoNewPhone`] where none waits.
    pub fn new_phone_send(&self, clerk: &SignedIn, member: &str) -> Result<NewPhoneSent> {
        let reply = self.new_phone(clerk, member, NewPhone::Send)?;
        let sent = reply
            .sent
            .ok_or_else(|| Error::Nonsense("nothing was sent".into()))?;
        Ok(sent.into())
    }

    /// Proves the number by the code that she says: it is hers from now on, and the old one hears of it.
    ///
    /// # Errors
    /// [`Error::SmsCodeWrong`], [`Error::PhoneTaken`], and as [`Engine::new_phone_send`].
    pub fn new_phone_prove(&self, clerk: &SignedIn, member: &str, code: &str) -> Result<()> {
        let code = code.trim().to_owned();
        self.new_phone(clerk, member, NewPhone::Prove { code })?;
        self.shared.wake().notify_one();
        Ok(())
    }

    /// The number was a mistake: the old one stays.
    ///
    /// # Errors
    /// As [`Engine::new_phone_send`].
    pub fn new_phone_drop(&self, clerk: &SignedIn, member: &str) -> Result<()> {
        self.new_phone(clerk, member, NewPhone::Drop)?;
        self.shared.wake().notify_one();
        Ok(())
    }

    fn new_phone(&self, clerk: &SignedIn, member: &str, what: NewPhone) -> Result<NewPhoneReply> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let client = self.shared.client(&me)?;
        let request = NewPhoneRequest {
            member: MemberId::new(member),
            clerk: clerk.clerk().clone(),
            what,
        };
        let asked = sync::new_phone(&self.shared, &client, &me, &request);
        let reply = self.within(PATIENCE, asked)?;
        let reply = reply.ok_or_else(|| Error::Offline("no answer in time".into()))?;
        self.shared.reached();
        Ok(reply)
    }
}

//! A sign-up that a clerk fills in, with the network. The counter asks the centre as her own phone would, by a
//! code of its own; until she has agreed on the tablet nothing of it is kept or sent but her number.

use super::profile::birthday;
use super::signin::SignedIn;
use crate::cache;
use crate::client::Client;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::Identity;
use crate::search::{mask, surname};
use crate::sync;
use crate::view::{
    AskedConsent, FillIn, FilledIn, InvitedView, Joined, MemberBy, NumberTold, Title, ToAgree,
};
use chrono::{DateTime, NaiveDate, Utc};
use identity::MobileNumber;
use protocol::code::SignUpCode;
use protocol::entity::{Member, Skin};
use protocol::invited::{INVITED_CODES, InvitedRequest};
use protocol::join::{
    Check, Consent, GUARDIAN, JoinFault, JoinedStatus, Joining, MARKETING, SKIN, TERMS,
};
use protocol::lookup::LookupWhy;
use protocol::profile::{TEXT_VERSION, under_14};
use protocol::sign_up::Channel;
use std::time::Duration;

/// How long a clerk and a guest wait for the centre.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the steps on the side are waited for; they are asked for again soon.
const GLANCE: Duration = Duration::from_secs(3);

impl Engine {
    /// What a phone number comes to: the member who has it, or a message that was sent to it. `code` is the
    /// sign-up code of an earlier message.
    ///
    /// # Errors
    /// [`Error::PhoneInvalid`], [`Error::Offline`], [`Error::SmsTooMany`]; [`Error::SignUpCodeOver`] where the
    /// code is none of this clerk's that may be used.
    pub fn fill_in_number(
        &self,
        clerk: &SignedIn,
        phone: &str,
        code: Option<&str>,
    ) -> Result<NumberTold> {
        let phone = MobileNumber::parse(phone)?.into_string();
        let by = Some(MemberBy::Phone);
        let found = match self.look_up_as(clerk, LookupWhy::Joining, &phone, by) {
            Ok(found) => found,
            // an older centre finds no members of other stores; it says so of her when she joins
            Err(Error::LookUpUnavailable) => None,
            Err(e) => return Err(e),
        };
        if let Some(her) = found {
            return Ok(NumberTold::Member {
                member_id: her.member_id,
            });
        }
        let (me, client) = self.way()?;
        let (read, code) = match code {
            Some(code) => (self.own_code(&me, clerk, code)?, code.to_owned()),
            None => self.new_code(&me, clerk, Channel::Form)?,
        };
        let sent = self.in_time(sync::send_code(&client, &code, &phone))?;
        Ok(NumberTold::Sent {
            id: hex::encode(read.nonce),
            code,
            resend_after_seconds: u32::try_from(sent.resend_after_seconds).unwrap_or(0),
            demo_code: sent.demo_code,
        })
    }

    /// Proves her phone by what she read out of the message.
    ///
    /// # Errors
    /// [`Error::SmsCodeWrong`], and as [`Engine::fill_in_number`].
    pub fn fill_in_prove(
        &self,
        clerk: &SignedIn,
        phone: &str,
        code: &str,
        verification: &str,
    ) -> Result<()> {
        let typed = Check {
            phone: MobileNumber::parse(phone)?.into_string(),
            verification: verification.trim().to_owned(),
            // nobody but this counter has its code
            ticket: None,
            guardian: false,
        };
        let (me, client) = self.way()?;
        self.own_code(&me, clerk, code)?;
        self.in_time(sync::prove_phone(&client, code, &typed))
    }

    /// What she is shown and asked once the clerk has filled in the rest. Touches no network.
    ///
    /// # Errors
    /// [`Error::ProfileInvalid`] with the field that cannot be.
    pub fn fill_in_asks(&self, told: &FillIn) -> Result<ToAgree> {
        let (now, today) = self.today()?;
        let told = joining(told, today)?.admit_told(today).map_err(fault)?;
        let child = under_14(told.birthday, now);
        let asked = |purpose: &str, required| AskedConsent {
            purpose: purpose.to_owned(),
            required,
            version: TEXT_VERSION.to_owned(),
        };
        let mut consents = vec![asked(TERMS, true), asked(SKIN, false)];
        if child {
            consents.push(asked(GUARDIAN, false));
        }
        consents.push(asked(MARKETING, false));
        Ok(ToAgree {
            called: if told.called.is_empty() {
                told.name
            } else {
                told.called
            },
            under_14: child,
            consents,
        })
    }

    /// Makes her a member, once she has agreed. What she did not agree to is not sent. The same again is
    /// answered the same.
    ///
    /// # Errors
    /// [`Error::ProfileInvalid`], of `consents` where she did not agree to the terms, and as
    /// [`Engine::fill_in_prove`].
    pub fn fill_in_join(&self, clerk: &SignedIn, told: &FillIn) -> Result<FilledIn> {
        let (now, today) = self.today()?;
        let joining = joining(told, today)?.admit(today).map_err(fault)?;
        let joining = joining.with_what_may_be_kept(now);
        let (me, client) = self.way()?;
        let code = self.own_code(&me, clerk, &told.code)?;
        let reply = self.in_time(sync::join(&client, &told.code, &joining))?;
        let already = reply.status == JoinedStatus::MemberAlready;
        tracing::info!(already, "a sign-up was filled in");
        let who = if already {
            self.known_by(clerk, &joining.phone)
        } else {
            self.pull_her(&me, &client);
            self.joined(&hex::encode(code.nonce))?
        };
        Ok(FilledIn {
            already,
            provisional: false,
            who,
            masked_phone: mask::phone(&joining.phone),
        })
    }

    /// How far guests have come by codes of this counter: of each that somebody has used. None where the centre
    /// is of a version that does not tell it; with no network nothing is known.
    ///
    /// # Errors
    /// [`Error::NotEnrolled`], or what the centre says.
    pub fn invited(&self, ids: &[String]) -> Result<Option<Vec<InvitedView>>> {
        let (_, client) = self.way()?;
        if ids.is_empty() || self.shared.net().reached == Some(false) {
            return Ok(Some(Vec::new()));
        }
        let request = InvitedRequest {
            codes: ids.iter().take(INVITED_CODES).cloned().collect(),
        };
        let asked = self.within(GLANCE, sync::invited(&client, &request));
        let reply = match asked {
            Ok(Some(Some(reply))) => reply,
            Ok(Some(None)) => return Ok(None),
            Ok(None) | Err(Error::Offline(_)) => return Ok(Some(Vec::new())),
            Err(e) => return Err(e),
        };
        let seen: Vec<InvitedView> = reply
            .seen
            .into_iter()
            .map(|s| InvitedView {
                id: s.code,
                opened: s.opened.map(Into::into),
                sent: s.sent.map(Into::into),
                proven: s.proven.map(Into::into),
                joined: s.joined.map(Into::into),
            })
            .collect();
        for one in seen.iter().filter(|s| s.joined.is_some()) {
            // she is to be seen here at once, whatever the live channel does
            if self.joined(&one.id)?.is_none() {
                self.shared.wake().notify_one();
            }
        }
        Ok(Some(seen))
    }

    fn way(&self) -> Result<(Identity, Client)> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let client = self.shared.client(&me)?;
        Ok((me, client))
    }

    pub(super) fn today(&self) -> Result<(DateTime<Utc>, NaiveDate)> {
        let now = self.shared.now()?;
        Ok((now, self.program()?.business_date(now)))
    }

    fn in_time<T>(&self, step: impl Future<Output = Result<T>>) -> Result<T> {
        let done = self.within(PATIENCE, step)?;
        let done = done.ok_or_else(|| Error::Offline("no answer in time".into()))?;
        self.shared.reached();
        Ok(done)
    }

    /// A code of this clerk at this counter that may still be used.
    fn own_code(&self, me: &Identity, clerk: &SignedIn, text: &str) -> Result<SignUpCode> {
        let code = self.read_code(me, text)?;
        if code.clerk == *clerk.clerk() {
            Ok(code)
        } else {
            Err(Error::SignUpCodeOver)
        }
    }

    /// Has the new member come to this counter; where that fails, the next contact brings her.
    fn pull_her(&self, me: &Identity, client: &Client) {
        match self.within(PATIENCE, sync::pull_store(&self.shared, client, me)) {
            Ok(Some(_)) => {}
            Ok(None) => tracing::info!("the new member comes by the next contact"),
            Err(e) => tracing::info!("the new member comes by the next contact: {e}"),
        }
        self.shared.wake().notify_one();
    }

    /// Who has this number, where that is known here or at the centre.
    fn known_by(&self, clerk: &SignedIn, phone: &str) -> Option<Joined> {
        let found = self
            .look_up_as(clerk, LookupWhy::Joining, phone, Some(MemberBy::Phone))
            .and_then(|found| match found {
                Some(found) => self.cache(|c| cache::one::<Member>(c, &found.member_id)),
                None => Ok(None),
            });
        match found {
            Ok(member) => member.as_ref().map(Joined::of),
            Err(e) => {
                tracing::info!("whose number it is, is not known here yet: {e}");
                None
            }
        }
    }
}

pub(super) fn fault(fault: JoinFault) -> Error {
    Error::ProfileInvalid {
        field: fault.field().to_owned(),
    }
}

/// What travels, of what was filled in.
pub(super) fn joining(told: &FillIn, today: NaiveDate) -> Result<Joining> {
    let invalid = |field: JoinFault| fault(field);
    let phone = MobileNumber::parse(&told.phone)?.into_string();
    let born = match told.birthday.trim() {
        "" => None,
        typed => Some(birthday(typed, today).ok_or_else(|| invalid(JoinFault::Birthday))?),
    };
    let trimmed =
        |words: &[String]| -> Vec<String> { words.iter().map(|w| w.trim().to_owned()).collect() };
    Ok(Joining {
        at_counter: true,
        // whoever agrees for a child stands there
        not_me: false,
        browser: None,
        authorised: None,
        guardian: None,
        ticket: None,
        phone,
        verification: told.verification.trim().to_owned(),
        called: told
            .title
            .map_or_else(String::new, |title| called(&told.name, title)),
        name: told.name.clone(),
        birthday: born,
        skin: Skin {
            moisture: told.skin.moisture.clone(),
            sensitivity: told.skin.sensitivity.clone(),
            pigmentation: told.skin.pigmentation.clone(),
            ageing: told.skin.ageing.clone(),
        },
        concerns: trimmed(&told.concerns),
        allergies: trimmed(&told.allergies),
        consents: [TERMS, SKIN, GUARDIAN, MARKETING]
            .into_iter()
            .filter(|p| *p != GUARDIAN || told.ticked.iter().any(|t| t == p))
            .map(|purpose| Consent {
                purpose: purpose.to_owned(),
                given: told.ticked.iter().any(|t| t == purpose),
                version: TEXT_VERSION.to_owned(),
            })
            .collect(),
    })
}

/// 陆女士, of 陆 as of 陆雪; Ms Baker, of Ann Baker. Nothing without a name.
fn called(name: &str, title: Title) -> String {
    let name = name.trim();
    let Some(first) = name.chars().next() else {
        return String::new();
    };
    if identity::han::is_han(first) {
        let word = match title {
            Title::Ms => "女士",
            Title::Mr => "先生",
        };
        return format!("{}{word}", surname(name));
    }
    let word = match title {
        Title::Ms => "Ms",
        Title::Mr => "Mr",
    };
    let last = name.split_whitespace().next_back().unwrap_or(name);
    format!("{word} {last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_called_by_their_surnames() {
        for (name, title, shown) in [
            ("陆", Title::Ms, "陆女士"),
            (" 陆雪婷", Title::Ms, "陆女士"),
            ("欧阳", Title::Mr, "欧阳先生"),
            ("欧阳文", Title::Ms, "欧阳女士"),
            ("Ann Baker", Title::Ms, "Ms Baker"),
            ("Lee", Title::Mr, "Mr Lee"),
            ("", Title::Ms, ""),
        ] {
            assert_eq!(called(name, title), shown);
        }
    }
}

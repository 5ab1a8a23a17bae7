//! Finding a member of another store, with the network.

use super::signin::SignedIn;
use crate::changed::Changed;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::search::By;
use crate::view::{LookedUp, MemberBy, MemberChoice};
use crate::{cache, sync};
use identity::scan::{self, Meaning};
use identity::{MemberCode, MobileNumber, member_code, text};
use protocol::lookup::{LookupBy, LookupRequest, LookupWhy};
use rusqlite::Connection;
use std::time::Duration;

/// How long a clerk waits for it.
const PATIENCE: Duration = Duration::from_secs(5);

impl Engine {
    /// Finds a member of the whole brand by exactly her phone number, card number or member code, and
    /// keeps her here for the day: her page, sales, returns and redemptions then work as for any
    /// member. One who is here already is answered with no network, unless the number is that of her
    /// card and may be somebody's phone number elsewhere. None where nobody has it.
    ///
    /// # Errors
    /// [`Error::CodeInvalid`] where it is none of the three; [`Error::MemberAmbiguous`] where it is more than
    /// one member's; [`Error::Offline`]; [`Error::LookUpUnavailable`] from a centre that is older.
    pub fn look_up(&self, query: &str, by: Option<MemberBy>) -> Result<Option<LookedUp>> {
        self.looked_up(Asked::read(query, by)?)
    }

    /// [`Engine::look_up`], by a clerk before whom she stands: the centre keeps who asked, and why.
    ///
    /// # Errors
    /// As [`Engine::look_up`].
    pub fn look_up_by(
        &self,
        clerk: &SignedIn,
        query: &str,
        by: Option<MemberBy>,
    ) -> Result<Option<LookedUp>> {
        self.look_up_as(clerk, LookupWhy::Serving, query, by)
    }

    /// [`Engine::look_up_by`], for another reason.
    pub(crate) fn look_up_as(
        &self,
        clerk: &SignedIn,
        why: LookupWhy,
        query: &str,
        by: Option<MemberBy>,
    ) -> Result<Option<LookedUp>> {
        let mut asked = Asked::read(query, by)?;
        asked.request.clerk = Some(clerk.clerk().clone());
        asked.request.why = Some(why);
        self.looked_up(asked)
    }

    fn looked_up(&self, asked: Asked) -> Result<Option<LookedUp>> {
        self.members_are_shown()?;
        let here = self.cache(|c| asked.here(c))?.map(|(member_id, sure)| {
            let found = LookedUp {
                member_id,
                until: None,
            };
            (found, sure)
        });
        match here {
            Some((found, true)) => Ok(Some(found)),
            Some((found, false)) => match self.ask_centre(&asked.request) {
                // what is known here is what can be said now
                Err(Error::Offline(_) | Error::LookUpUnavailable) => Ok(Some(found)),
                answer => answer,
            },
            None => self.ask_centre(&asked.request),
        }
    }

    /// What of a member a text is that was typed whole, so that other stores may be asked for it, and a sale recorded
    /// for whoever has it; none for what is still being typed.
    pub fn typed_whole(typed: &str) -> Option<MemberBy> {
        match scan::typed_whole(typed)? {
            Meaning::Phone => Some(MemberBy::Phone),
            Meaning::Card => Some(MemberBy::Card),
            Meaning::Product | Meaning::Receipt => None,
        }
    }

    fn ask_centre(&self, request: &LookupRequest) -> Result<Option<LookedUp>> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let client = self.shared.client(&me)?;
        let asked = self.within(PATIENCE, sync::look_up(&self.shared, &client, &me, request));
        let reply = match asked {
            Ok(Some(reply)) => reply,
            Ok(None) => {
                let late = Error::Offline("no answer in time".into());
                self.shared.failed(&late);
                return Err(late);
            }
            Err(e) => {
                if let Error::Offline(_) = e {
                    self.shared.failed(&e);
                }
                return Err(e);
            }
        };
        self.shared.reached();
        let found = reply.member.as_ref().map(ToString::to_string);
        self.shared.changed(Changed::members(found));
        if !reply.may_be.is_empty() {
            return Err(Error::MemberAmbiguous {
                members: reply.may_be.into_iter().map(MemberChoice::from).collect(),
            });
        }
        let Some(member_id) = reply.member.map(|m| m.to_string()) else {
            return Ok(None);
        };
        Ok(Some(LookedUp {
            member_id,
            until: reply.until.map(Into::into),
        }))
    }
}

/// What is asked for.
struct Asked {
    code: Option<MemberCode>,
    phone: Option<MobileNumber>,
    /// It has the form of a phone number and was not said to be one: it may be a card's as well.
    may_be_both: bool,
    request: LookupRequest,
}

impl Asked {
    fn read(query: &str, by: Option<MemberBy>) -> Result<Self> {
        let scanned = member_code::is_code(query);
        let by = if scanned { Some(MemberBy::Card) } else { by };
        let phone = match by {
            Some(MemberBy::Card) => None,
            Some(MemberBy::Phone) => Some(MobileNumber::parse(query)?),
            None => MobileNumber::parse(query).ok(),
        };
        // a name is no number: of other stores' members none is looked for by it
        let number = by.is_some()
            || text::narrow(query)
                .chars()
                .any(|c| c.is_ascii_alphanumeric());
        let code = MemberCode::typed(query).filter(|_| number && by != Some(MemberBy::Phone));
        let query_text = match (&phone, &code) {
            (Some(phone), _) => phone.as_str().to_owned(),
            (None, Some(code)) => code.as_str().to_owned(),
            (None, None) => return Err(Error::CodeInvalid),
        };
        Ok(Self {
            may_be_both: by.is_none() && phone.is_some(),
            request: LookupRequest {
                query: query_text,
                by: match (by, &phone) {
                    (Some(MemberBy::Phone), _) => Some(LookupBy::Phone),
                    (Some(MemberBy::Card), _) | (None, None) => Some(LookupBy::Card),
                    (None, Some(_)) => None,
                },
                clerk: None,
                why: Some(LookupWhy::Serving),
            },
            phone,
            code,
        })
    }

    /// Who it is among those that are here, and whether it can be nobody else.
    fn here(&self, conn: &Connection) -> Result<Option<(String, bool)>> {
        if self.may_be_both {
            let found = cache::member_by_number(conn, &self.request.query)?;
            return Ok(found.map(|(id, by)| (id, by == By::Phone)));
        }
        let found = match (&self.code, &self.phone) {
            (_, Some(phone)) => cache::member_by_phone(conn, phone)?,
            (Some(code), None) => cache::member_by_card(conn, code)?,
            (None, None) => None,
        };
        Ok(found.map(|m| (m.id.to_string(), true)))
    }
}

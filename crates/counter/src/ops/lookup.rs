//! Finding a member of another store, with the network.

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::lookup::member_code;
use crate::sync;
use crate::view::LookedUp;
use std::time::Duration;

/// How long a clerk waits for it.
const PATIENCE: Duration = Duration::from_secs(5);

impl Engine {
    /// Finds a member of the whole brand by exactly her phone number, card number or member code, and
    /// keeps her here for the day: her page, sales, returns and redemptions then work as for any
    /// member. One who is here already is answered with no network. None where nobody has it.
    ///
    /// # Errors
    /// [`Error::CodeInvalid`] where it is none of the three; [`Error::Offline`];
    /// [`Error::LookUpUnavailable`] from a centre that is older.
    pub fn look_up(&self, query: &str) -> Result<Option<LookedUp>> {
        let exact = protocol::phone::mobile_number(query)
            .or_else(|| member_code(query))
            .ok_or(Error::CodeInvalid)?;
        if let Some(member_id) = self.member_id(&exact)? {
            return Ok(Some(LookedUp {
                member_id,
                until: None,
            }));
        }
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let client = self.shared.client(&me)?;
        let asked = self.within(PATIENCE, sync::look_up(&self.shared, &client, &me, &exact));
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
        self.shared.changed();
        let Some(member_id) = reply.member.map(|m| m.to_string()) else {
            return Ok(None);
        };
        Ok(Some(LookedUp {
            member_id,
            until: reply.until.map(Into::into),
        }))
    }
}

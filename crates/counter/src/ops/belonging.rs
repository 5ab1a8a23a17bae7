//! Which centre this counter belongs to: enrolling, enrolling anew, and following a centre that has moved.

use crate::changed::Changed;
use crate::client::check_address;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::{self, Identity, identity};
use crate::sync;
use crate::view::Approver;
use protocol::ErrorCode;
use std::time::Duration;

impl Engine {
    /// Enrols this counter with a one-time code. Where the answer was lost, the same code again gets the
    /// same answer. A counter whose outbox was superseded, or that was revoked, may be enrolled anew once
    /// nothing waits in it: as another device, with an outbox of its own; the old one is kept. One that is
    /// enrolled at that very centre, which has only moved, follows it, and the code stays unused.
    ///
    /// # Errors
    /// [`Error::AlreadyEnrolled`], [`Error::OtherCentre`], [`Error::StillWaiting`],
    /// [`Error::AddressInvalid`], and what the centre says of the code.
    pub fn enrol(&self, address: &str, code: &str, device_name: &str) -> Result<()> {
        let code = code.trim();
        let base = check_address(address)?;
        let known = self.shared.identity()?;
        let only_delivers = known.is_some() && self.only_delivers()?;
        if let Some(me) = &known
            && check_address(&me.address)? != base
        {
            match self.follow(me, address) {
                // it was only the address
                Ok(()) if !only_delivers => return Ok(()),
                Err(e) if !only_delivers && is_forgotten(&e) => {
                    return self.enrol_again(me, address, code);
                }
                Err(e) if !only_delivers && !e.is_revoked() => return Err(e),
                // whoever is to begin anew may do so at any centre
                Ok(()) => {}
                Err(e) => tracing::info!("the centre has not moved there: {e}"),
            }
        } else if let Some(me) = &known
            && !only_delivers
            && self.hello_now().is_err_and(|e| is_forgotten(&e))
        {
            return self.enrol_again(me, address, code);
        }
        let anew = known.is_some();
        if anew {
            self.may_enrol_anew()?;
        }
        let key = self
            .shared
            .outbox()
            .write(|tx| identity::enrolment_key(tx, code))?;
        let (me, reply) = self.runtime.block_on(sync::enrol(
            self.shared.transport(),
            address,
            code,
            device_name,
            &key,
            None,
        ))?;
        // on another device nobody has a key yet, and whoever is signed in does so anew
        let before = self
            .shared
            .outbox()
            .read(|c| outbox::public_keys(c, usize::MAX))?;
        let enrolled = |tx: &rusqlite::Transaction<'_>| {
            if anew {
                outbox::keep_ended(tx, &before)?;
            }
            identity::set_identity(tx, &me)?;
            identity::set_epoch(tx, reply.epoch)?;
            identity::set_generation(tx, reply.generation)?;
            identity::begin_life(tx)?;
            identity::note_contact(tx, reply.server_time)
        };
        if anew {
            self.shared.begin_anew(enrolled)?;
        } else {
            self.shared.outbox().write(enrolled)?;
        }
        self.shared.copy_identity();
        self.shared.wake().notify_one();
        self.shared.changed(Changed::everything());
        Ok(())
    }

    /// Follows the centre to another address: it is asked to prove that it is the one that this counter
    /// belongs to, and only then is anything said to it. What waits goes there from now on.
    ///
    /// # Errors
    /// [`Error::NotEnrolled`], [`Error::AddressInvalid`]; [`Error::OtherCentre`] where another one answers
    /// there; [`Error::Offline`] where none does. The address stays what it was then.
    pub fn follow_centre(&self, address: &str) -> Result<()> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        self.follow(&me, address)
    }

    /// [`Engine::follow_centre`] from the window, where a manager of the store stands behind it: whoever may
    /// send what waits elsewhere may see all of it. Then one contact.
    ///
    /// # Errors
    /// As [`Engine::follow_centre`]; [`Error::NotAllowed`] and what is wrong with a PIN.
    pub fn follow_centre_approved(&self, manager: &str, pin: &str, address: &str) -> Result<()> {
        let approver = Approver {
            manager: manager.to_owned(),
            pin: pin.to_owned(),
        };
        self.approve(Some(&approver), "centre_moved")?;
        self.follow_centre(address)?;
        // what fails from here on is told by how the sync stands
        if let Err(e) = self.sync_now() {
            tracing::info!("after following the centre: {e}");
        }
        Ok(())
    }

    fn follow(&self, me: &Identity, address: &str) -> Result<()> {
        let base = check_address(address)?;
        let address = base.as_str().trim_end_matches('/').to_owned();
        let proof = sync::prove(self.shared.transport(), base, me);
        let proved = self.within(PATIENCE, proof)?.ok_or_else(late)?;
        let there = me.at(&address);
        let client = self.shared.client_at(&there)?;
        // a proof is enough; a centre without a key is known by its hello alone
        if proved.is_some() {
            self.shared.take_address(&address)?;
        }
        self.within(PATIENCE, sync::hello(&self.shared, &client))?
            .ok_or_else(late)?;
        if proved.is_none() {
            self.shared.take_address(&address)?;
        }
        tracing::info!("the centre is at another address from now on");
        self.shared.reached();
        self.shared.wake().notify_one();
        self.shared.changed(Changed::everything());
        Ok(())
    }

    /// Enrols this device again as what it was: its outbox goes on, and all of it is sent again.
    fn enrol_again(&self, me: &Identity, address: &str, code: &str) -> Result<()> {
        let key = me.signing_key()?;
        let (_, reply) = self.runtime.block_on(sync::enrol(
            self.shared.transport(),
            address,
            code,
            &me.device_name,
            &key,
            Some(me.device),
        ))?;
        if reply.device != me.device || reply.centre != me.centre {
            return Err(Error::Nonsense("another device than was asked for".into()));
        }
        self.shared
            .outbox()
            .write(|tx| identity::note_contact(tx, reply.server_time))?;
        let base = check_address(address)?;
        self.shared
            .take_address(base.as_str().trim_end_matches('/'))?;
        self.shared.wake().notify_one();
        self.shared.changed(Changed::everything());
        Ok(())
    }

    /// Whether another outbox has taken the place of this one, or the device was revoked.
    fn only_delivers(&self) -> Result<bool> {
        self.shared
            .outbox()
            .read(|c| Ok(identity::superseded(c)? || identity::revoked(c)?))
    }

    /// Whether this device may become another one: its own outbox only delivers, and has.
    fn may_enrol_anew(&self) -> Result<()> {
        if !self.only_delivers()? {
            return Err(Error::AlreadyEnrolled);
        }
        // whatever the centre says of this device, it takes what waits
        if let Err(e) = self.sync_now() {
            tracing::info!("delivering before enrolling anew: {e}");
        }
        match self.shared.outbox().read(outbox::first_waiting)? {
            Some(_) => Err(Error::StillWaiting),
            None => Ok(()),
        }
    }
}

/// How long each step of following a centre may take.
const PATIENCE: Duration = Duration::from_secs(15);

fn late() -> Error {
    Error::Offline("no answer in time".into())
}

/// Whether the centre says that it does not know this device: it was put back from a backup that is older
/// than the device.
fn is_forgotten(error: &Error) -> bool {
    let unknown = ErrorCode::NotAuthenticated;
    matches!(error, Error::Refused { code, .. } if *code == unknown)
}

//! What of tokens is kept in the outbox: one process of the device asks at a time.

use crate::client::{Asking, Words};
use crate::error::{Error, Result};
use crate::home::Home;
use crate::lock::lock;
use crate::outbox::{self, Outbox};
use protocol::attestation::Attested;
use protocol::token::Rotated;
use std::fs::{File, TryLockError};
use std::sync::{Arc, Mutex};

pub(super) struct InOutbox {
    pub(super) home: Home,
    pub(super) outbox: Arc<Mutex<Outbox>>,
}

impl Words for InOutbox {
    fn begin(&self) -> Result<Option<Asking>> {
        let path = self.home.token_lock();
        let turn = File::create(&path).map_err(Error::home(&path))?;
        match turn.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(e)) => return Err(Error::home(&path)(e)),
        }
        let mut outbox = lock(&self.outbox);
        let known = outbox.read(outbox::rotation)?;
        let request = match known.request {
            Some(request) => request,
            // on the disk before it is sent: else its answer would be nobody's
            None => outbox.write(|tx| outbox::begin_rotation(tx))?,
        };
        Ok(Some(Asking {
            epoch: known.epoch,
            rotated: known.rotated,
            request,
            again: known.request.is_some(),
            _turn: turn,
        }))
    }

    fn keep(&self, rotated: Option<&Attested<Rotated>>) -> Result<()> {
        // where this is lost, the same is asked again
        lock(&self.outbox).note(|tx| outbox::keep_rotation(tx, rotated))
    }

    fn has_had_one(&self) -> Result<bool> {
        lock(&self.outbox).read(outbox::had_a_token)
    }
}

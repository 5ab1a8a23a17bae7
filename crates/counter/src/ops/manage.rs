//! What a store's manager does about the devices of her store, from one of them.

mod shown;

use crate::engine::Engine;
use crate::error::{Error, Result};
use protocol::ClerkId;
use protocol::manage::{ManageAction, ManageReply, ManageRequest};
use std::time::Duration;

/// How long a manager waits: resolving a fork applies everything that was kept.
const PATIENCE: Duration = Duration::from_secs(30);

impl Engine {
    /// Looks at the store's devices and its list, or does something about them. The centre checks the
    /// manager's PIN itself; the answer is how the store stands after it.
    ///
    /// # Errors
    /// [`Error::Offline`]; what the centre says where she may not.
    pub fn manage(&self, clerk: &str, pin: &str, action: ManageAction) -> Result<ManageReply> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let client = self.shared.client(&me)?;
        let request = ManageRequest {
            clerk: ClerkId::new(clerk),
            pin: pin.to_owned(),
            action,
        };
        let asked = self.within(PATIENCE, client.post("/v1/manage", &request))?;
        let reply = asked.ok_or_else(|| Error::Offline("no answer in time".into()))?;
        self.shared.reached();
        // what she did may concern this very device: hello is said anew
        self.shared.keep_hello(None);
        self.shared.wake().notify_one();
        Ok(reply)
    }
}

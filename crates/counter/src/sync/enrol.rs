//! Enrolment: a new key pair, registered with a one-time code.

use crate::client::{Client, Transport, check_address};
use crate::error::Result;
use crate::outbox::Identity;
use ed25519_dalek::{Signer, SigningKey};
use protocol::DeviceId;
use protocol::enrol::{EnrolReply, EnrolRequest, enrol_statement};
use std::sync::Arc;

/// Registers this device by a key that is on its disk; what came is not stored yet. `before` is the device
/// that it was, where the centre was put back from a backup and has forgotten it.
pub(crate) async fn enrol(
    simulated: &Option<Arc<dyn Transport>>,
    address: &str,
    code: &str,
    device_name: &str,
    key: &SigningKey,
    before: Option<DeviceId>,
) -> Result<(Identity, EnrolReply)> {
    let base = check_address(address)?;
    let public_key = hex::encode(key.verifying_key().to_bytes());
    let request = EnrolRequest {
        proof: hex::encode(key.sign(&enrol_statement(code, &public_key)).to_bytes()),
        code: code.to_owned(),
        public_key,
        device_name: device_name.trim().to_owned(),
        device: before,
    };
    let client = Client::unsigned(base, simulated.clone())?;
    let reply: EnrolReply = client.post("/v1/enrol", &request).await?;
    Ok((Identity::new(&reply, address.trim(), key), reply))
}

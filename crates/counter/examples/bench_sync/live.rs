//! Live connections of enrolled devices, and the memory of the centre that holds them.

use super::centre::Centre;
use super::figures::{bar, say};
use ed25519_dalek::{Signer, SigningKey};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use protocol::enrol::{EnrolReply, EnrolRequest, enrol_statement};
use protocol::signature::{DEVICE_HEADER, SIGNATURE_HEADER, sign_request};
use serde_json::{Value, json};
use std::time::Duration;

/// Devices that the connections belong to.
const DEVICES: usize = 50;
/// A centre with a thousand connected counters stays within this.
const BAR_KIB: u64 = 1024 * 1024;

struct Device {
    key: SigningKey,
    reply: EnrolReply,
}

pub fn measure(centre: &Centre, connections: usize) -> Value {
    let before = centre.resident_kib();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let codes: Vec<String> = (0..DEVICES.min(connections))
        .map(|n| centre.code(&centre.stores[n % centre.stores.len()]))
        .collect();
    let (opened, after) = runtime.block_on(async {
        let client = reqwest::Client::builder().http1_only().build().unwrap();
        let mut devices = Vec::new();
        for code in &codes {
            devices.push(enrol(&client, &centre.address, code).await);
        }
        let mut open = Vec::with_capacity(connections);
        for n in 0..connections {
            let device = &devices[n % devices.len()];
            match live(&client, &centre.address, device).await {
                Some(stream) => open.push(stream),
                None => break,
            }
        }
        // idle, each with its comments
        tokio::time::sleep(Duration::from_secs(5)).await;
        (open.len(), centre.resident_kib())
    });
    say(
        &format!(
            "{opened} live connections of {} devices: MiB of the centre",
            codes.len()
        ),
        &format!(
            "{} (before them {})   bar ≤ 1024 for 1,000: {}",
            after / 1024,
            before / 1024,
            bar(after <= BAR_KIB)
        ),
    );
    json!({ "connections": opened, "asked": connections, "kib": after, "kib_before": before })
}

async fn enrol(client: &reqwest::Client, base: &str, code: &str) -> Device {
    let mut seed = [0u8; 32];
    getrandom::fill(&mut seed).unwrap();
    let key = SigningKey::from_bytes(&seed);
    let public_key = hex::encode(key.verifying_key().to_bytes());
    let request = EnrolRequest {
        code: code.to_owned(),
        proof: hex::encode(key.sign(&enrol_statement(code, &public_key)).to_bytes()),
        public_key,
        device_name: "live".into(),
        device: None,
    };
    let reply = client
        .post(format!("{base}/v1/enrol"))
        .json(&request)
        .send()
        .await
        .unwrap();
    Device {
        key,
        reply: reply.json().await.expect("enrolled"),
    }
}

/// Opens a live line and waits for its first event; none where the machine has no more sockets.
async fn live(
    client: &reqwest::Client,
    base: &str,
    device: &Device,
) -> Option<BoxStream<'static, ()>> {
    let id = device.reply.device;
    let signature = sign_request(&device.key, device.reply.centre, id, "GET", "/v1/live", b"");
    let response = client
        .get(format!("{base}/v1/live"))
        .header(DEVICE_HEADER, id.to_string())
        .header(SIGNATURE_HEADER, signature)
        .send()
        .await
        .ok()?;
    if response.status() != 200 {
        return None;
    }
    let mut stream = response.bytes_stream();
    stream.next().await?.ok()?;
    Some(stream.map(|_| ()).boxed())
}

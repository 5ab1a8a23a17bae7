//! A counter of another version: it speaks to the centre in JSON written by hand, and hashes and signs
//! as `docs/PROTOCOL.md` says, with none of the product's own code.

use crate::counter::text;
use crate::http::{self, Reply};
use crate::{Centre, Counter};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// No hash before the first operation of an epoch.
pub const ZERO: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// SHA-256 over length-prefixed parts, the name of what is hashed first.
pub fn transcript(name: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in std::iter::once(&name.as_bytes()).chain(parts) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// A device that was enrolled by hand.
pub struct Device {
    /// Its id.
    pub id: String,
    /// What the centre said when it was enrolled.
    pub enrolled: Value,
    key: SigningKey,
    port: u16,
    seq: u64,
    last: String,
}

impl Device {
    /// Enrols one that checks out.
    ///
    /// # Panics
    /// Where the centre refuses it.
    pub fn enrol(centre: &Centre, store: &str, name: &str) -> Self {
        let key = SigningKey::from_bytes(&transcript("a key for a test", &[name.as_bytes()]));
        let code = centre.enrol_code(store, true);
        let public_key = hex::encode(key.verifying_key().to_bytes());
        let statement = format!("counterpart.enrol.1\n{code}\n{public_key}");
        let asked = json!({
            "code": code,
            "public_key": public_key,
            "device_name": name,
            "proof": hex::encode(key.sign(statement.as_bytes()).to_bytes()),
            "of_a_later_version": {"a": [1, null]},
        });
        let (status, enrolled) = http::post(centre.port(), "/v1/enrol", &asked);
        assert_eq!(status, 200, "{enrolled}");
        Self {
            id: text(&enrolled["device"]),
            enrolled,
            key,
            port: centre.port(),
            seq: 0,
            last: ZERO.to_owned(),
        }
    }

    /// A signed request.
    ///
    /// # Panics
    /// Where the centre does not answer.
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        let body = body.to_string();
        self.post_text(path, &body)
    }

    /// A signed request with exactly this text.
    ///
    /// # Panics
    /// Where the centre does not answer.
    pub fn post_text(&self, path: &str, body: &str) -> Reply {
        let said = transcript(
            "counterpart.request.1",
            &[
                &uuid(&text(&self.enrolled["centre"])),
                &uuid(&self.id),
                b"POST",
                path.as_bytes(),
                body.as_bytes(),
            ],
        );
        let signature = hex::encode(self.key.sign(&said).to_bytes());
        let headers = [
            ("counterpart-device", self.id.as_str()),
            ("counterpart-signature", signature.as_str()),
        ];
        http::post_text(self.port, path, &headers, body)
    }

    /// A signed request that must be answered.
    ///
    /// # Panics
    /// Where it is refused.
    #[track_caller]
    pub fn asks(&self, path: &str, body: &Value) -> Value {
        let (status, reply) = self.post(path, body);
        assert_eq!(status, 200, "{path}: {reply}");
        reply
    }

    /// What every version's hello says.
    pub fn hello(&self, newest: u32) -> Value {
        json!({
            "proto_min": 1,
            "proto_max": newest,
            "generation": self.enrolled["generation"],
            "epoch": 1,
            "head_seq": self.seq,
            "head_hash": self.last,
        })
    }

    /// A push of operations as they were written.
    pub fn push(&self, first: u64, operations: &[String]) -> String {
        format!(
            r#"{{"of_a_later_version":true,"device":"{}","epoch":1,"generation":{},"first_seq":{first},"ops":[{}]}}"#,
            self.id,
            self.enrolled["generation"],
            operations.join(",")
        )
    }

    /// The next operation, with its body as it is written here; the text of it and its id.
    ///
    /// # Panics
    /// Where the centre told no time.
    pub fn operation(&mut self, at: &Counter, kind: &str, body: &str) -> (String, String) {
        self.seq += 1;
        let op_id = format!("{:08x}-0000-7000-8000-{}", self.seq, &self.id[24..]);
        let time = text(&self.enrolled["server_time"]);
        let millis = millis(&time).to_be_bytes();
        let number = |n: u64| n.to_be_bytes();
        let generation = self.enrolled["generation"].as_u64().expect("a generation");
        let before = hex::decode(&self.last).expect("a hash");
        let hash = hex::encode(transcript(
            "counterpart.operation.1",
            &[
                &before,
                &number(self.seq),
                &uuid(&op_id),
                &uuid(&self.id),
                &number(1),
                &number(generation),
                at.clerk.id.as_bytes(),
                &number(1),
                &millis,
                &millis,
                kind.as_bytes(),
                body.as_bytes(),
                &number(0),
            ],
        ));
        let operation = format!(
            r#"{{"seq":{},"op_id":"{op_id}","device":"{}","epoch":1,"generation":{generation},"clerk":"{}","program":1,"at":"{time}","contact":"{time}","kind":"{kind}","of_a_later_version":[{{}}],"body":{body},"prev_hash":"{}","hash":"{hash}"}}"#,
            self.seq, self.id, at.clerk.id, self.last
        );
        self.last = hash;
        (operation, op_id)
    }
}

/// The 16 bytes of an id.
fn uuid(text: &str) -> Vec<u8> {
    hex::decode(text.replace('-', "")).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn millis(time: &str) -> i64 {
    chrono::DateTime::parse_from_rfc3339(time)
        .unwrap_or_else(|e| panic!("{time}: {e}"))
        .timestamp_millis()
}

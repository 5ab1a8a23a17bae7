//! What the centre said, signed by its own key: the only word that the centre believes later.
//!
//! A database that is put back from a backup has forgotten some of what was said in its name. A counter that
//! was told keeps the centre's signature with it and shows it again; without that signature its word is a claim,
//! which begins nothing and charges nobody but its own store. The key lies outside the database.

use crate::chain::{Hash, Transcript};
use crate::grant::GrantedLot;
use crate::ids::{CentreId, DeviceId, Epoch, Generation, GrantId, MemberId, Seq};
use crate::token::Rotated;
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use loyalty::Points;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The centre's Ed25519 signature over a [`Statement`]; 128 hex digits where it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Attestation([u8; Signature::BYTE_SIZE]);

impl std::fmt::Debug for Attestation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Attestation({}…)", hex::encode(&self.0[..4]))
    }
}

impl std::fmt::Display for Attestation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl std::str::FromStr for Attestation {
    type Err = hex::FromHexError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; Signature::BYTE_SIZE];
        hex::decode_to_slice(text, &mut bytes)?;
        Ok(Self(bytes))
    }
}

impl Serialize for Attestation {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.to_string())
    }
}

impl<'de> Deserialize<'de> for Attestation {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What the centre said, with its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attested<T> {
    /// What it said.
    #[serde(flatten)]
    pub said: T,
    /// Its signature.
    pub attestation: Attestation,
}

/// Something that the centre says in its own name.
#[derive(Debug, Clone, Copy)]
pub enum Statement<'a> {
    /// This generation of its database has begun.
    Generation(Generation),
    /// It has answered this operation, and all of its epoch before it.
    Answered {
        /// Whose outbox.
        device: DeviceId,
        /// How far.
        answered: &'a Answered,
    },
    /// These answers gave allowances to this life of an outbox.
    Given {
        /// Whose outbox.
        device: DeviceId,
        /// Which ones.
        given: &'a Given,
    },
    /// This allowance was given.
    Allowance(&'a Allowance<'a>),
    /// It gave this life of an outbox so many tokens.
    Rotated {
        /// Whose outbox.
        device: DeviceId,
        /// How many.
        rotated: &'a Rotated,
    },
    /// Whoever has this card showed her page at this moment.
    MemberCode {
        /// The number on the card.
        card: &'a str,
        /// Seconds since 1970.
        issued: u32,
    },
    /// What a member's page shows as a number in this minute, to be looked at by the centre alone.
    MemberNumber {
        /// Whose page.
        member: &'a MemberId,
        /// Minutes since 1970.
        minute: i64,
    },
    /// A feed has reached this number.
    Feed {
        /// Which feed.
        scope: &'a str,
        /// Its last number.
        cursor: u64,
        /// The generation in which it had.
        generation: Generation,
    },
}

/// How far the centre had answered the operations of an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The epoch.
    pub epoch: Epoch,
    /// The last operation that it answered.
    pub seq: Seq,
    /// The hash of that operation.
    pub hash: Hash,
    /// The generation in which it did.
    pub generation: Generation,
}

/// What the centre had given to a life of an outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The epoch.
    pub epoch: Epoch,
    /// The chain of the answers that gave allowances to that epoch, up to the last one; zeros where none did. A number
    /// would not do: a database that is put back gives as many again, and they are others.
    pub chain: Hash,
    /// The generation in which it was said.
    pub generation: Generation,
}

/// The chain of the answers that gave allowances, one answer further.
#[must_use]
pub fn given_chain(before: Hash, request: &str, grants: &[GrantId]) -> Hash {
    let mut transcript = Transcript::new("counterpart.given.1")
        .part(before.as_bytes())
        .part(request.as_bytes())
        .number(grants.len() as u64);
    for grant in grants {
        transcript = transcript.part(grant.to_string().as_bytes());
    }
    transcript.finish()
}

/// An allowance as it was given.
#[derive(Debug, Clone, Copy)]
pub struct Allowance<'a> {
    /// To whom.
    pub device: DeviceId,
    /// To which life of its outbox.
    pub epoch: Epoch,
    /// Its id.
    pub grant: GrantId,
    /// Whose points.
    pub member: &'a MemberId,
    /// How many.
    pub points: Points,
    /// Which points.
    pub lots: &'a [GrantedLot],
    /// The coupon, where it is one.
    pub coupon: Option<&'a str>,
    /// Whether it was given ahead of time.
    pub ahead: bool,
}

impl Statement<'_> {
    fn hash(&self, centre: CentreId) -> Hash {
        let begin = |what: &str| {
            Transcript::new("counterpart.attestation.1")
                .part(what.as_bytes())
                .part(centre.as_bytes())
        };
        match self {
            Self::Generation(generation) => begin("generation").number(u64::from(generation.0)),
            Self::Answered { device, answered } => begin("answered")
                .part(device.as_bytes())
                .number(u64::from(answered.epoch.0))
                .number(answered.seq.0)
                .part(answered.hash.as_bytes())
                .number(u64::from(answered.generation.0)),
            Self::Given { device, given } => begin("given")
                .part(device.as_bytes())
                .number(u64::from(given.epoch.0))
                .part(given.chain.as_bytes())
                .number(u64::from(given.generation.0)),
            Self::Allowance(allowance) => allowance.add_to(begin("allowance")),
            Self::Rotated { device, rotated } => begin("rotated")
                .part(device.as_bytes())
                .number(u64::from(rotated.epoch.0))
                .number(rotated.rotation.0),
            Self::MemberCode { card, issued } => begin("member-code")
                .part(card.as_bytes())
                .number(u64::from(*issued)),
            Self::MemberNumber { member, minute } => begin("member-number")
                .part(member.as_str().as_bytes())
                .part(&minute.to_be_bytes()),
            Self::Feed {
                scope,
                cursor,
                generation,
            } => begin("feed")
                .part(scope.as_bytes())
                .number(*cursor)
                .number(u64::from(generation.0)),
        }
        .finish()
    }
}

impl Allowance<'_> {
    fn add_to(&self, transcript: Transcript) -> Transcript {
        let coupon = self.coupon.map_or([0].as_slice(), |_| [1].as_slice());
        let mut transcript = transcript
            .part(self.device.as_bytes())
            .number(u64::from(self.epoch.0))
            .part(self.grant.to_string().as_bytes())
            .part(self.member.as_str().as_bytes())
            .part(&self.points.0.to_be_bytes())
            .part(coupon)
            .part(self.coupon.unwrap_or_default().as_bytes())
            .part(&[u8::from(self.ahead)])
            .number(self.lots.len() as u64);
        for lot in self.lots {
            let expires = lot.expires.map(|day| day.to_string()).unwrap_or_default();
            transcript = transcript
                .part(lot.lot.as_bytes())
                .part(&lot.points.0.to_be_bytes())
                .part(expires.as_bytes());
        }
        transcript
    }
}

impl Attestation {
    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; Signature::BYTE_SIZE] {
        &self.0
    }

    /// A signature of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; Signature::BYTE_SIZE]) -> Self {
        Self(bytes)
    }

    /// The centre's signature over what it says.
    #[must_use]
    pub fn of(key: &SigningKey, centre: CentreId, statement: &Statement<'_>) -> Self {
        Self(key.sign(statement.hash(centre).as_bytes()).to_bytes())
    }

    /// Whether the centre with this key said so.
    #[must_use]
    pub fn is_of(&self, key: &VerifyingKey, centre: CentreId, statement: &Statement<'_>) -> bool {
        let signature = Signature::from_bytes(&self.0);
        key.verify(statement.hash(centre).as_bytes(), &signature)
            .is_ok()
    }
}

#[cfg(test)]
mod tests;

//! Sign-up codes: made and signed by a counter with no network, checked by the centre.
//!
//! A code is what a QR code on the counter's screen carries to a phone. It credits device, store, clerk and campaign and
//! cannot be forged: the centre verifies it with the device's public key. Whoever has it may join, one or many; what is given
//! once by a code is counted by its nonce.
//!
//! Two formats are read. The first has device, moment, nonce and clerk, and holds for
//! [`SIGN_UP_CODE_MINUTES`]; centres of an earlier build read no other. Its text is base64 and begins with `A`. The second
//! begins with `2` and goes on in base32, whose capitals and digits a QR code packs more tightly: fewer and larger squares. A
//! poster's code ([`PosterCode`]) begins with `3` and says only which poster it is: the centre knows the rest, and can end it.
//! A friend's code ([`FriendCode`]) begins with `4` and is likewise the centre's: which member invites.

use crate::ids::{CampaignId, ClerkId, DeviceId, StoreId};
use crate::limits::SIGN_UP_CODE_MINUTES;
use crate::sign_up::{Channel, is_campaign};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use data_encoding::BASE32_NOPAD;
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use uuid::Uuid;

const FIRST: u8 = 1;
const SECOND: u8 = 2;
/// How the text of each later format begins.
const SECOND_TEXT: char = '2';
const POSTER_TEXT: char = '3';
const FRIEND_TEXT: char = '4';
const SIGNATURE: usize = 64;
/// Characters of a code at most: a stranger's text is not decoded for nothing.
const CODE_CHARS: usize = 512;

/// What a sign-up code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignUpCode {
    /// The counter that made it.
    pub device: DeviceId,
    /// When, by the counter's estimate of the centre's time; whole seconds.
    pub issued: DateTime<Utc>,
    /// Makes each code its own.
    pub nonce: [u8; 8],
    /// Who invites.
    pub clerk: ClerkId,
    /// What a code of an earlier build does not say.
    pub terms: Option<CodeTerms>,
}

/// What a code of the second format says besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeTerms {
    /// The store in which it was made.
    pub store: StoreId,
    /// By what it reaches people.
    pub channel: Channel,
    /// For which campaign.
    pub campaign: Option<CampaignId>,
    /// How long it holds, in minutes.
    pub minutes: u16,
}

/// Why a code is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not a code of this kind at all.
    #[error("not a sign-up code")]
    Malformed,
    /// The device did not sign it.
    #[error("the signature does not verify")]
    Forged,
    /// Its time is over, or it is from the future.
    #[error("out of its time")]
    Expired,
}

impl SignUpCode {
    /// A code of this clerk now; of the first format where `terms` are none.
    ///
    /// # Errors
    /// Where the system has no randomness.
    pub fn issue(
        device: DeviceId,
        clerk: ClerkId,
        terms: Option<CodeTerms>,
        now: DateTime<Utc>,
    ) -> Result<Self, getrandom::Error> {
        let mut nonce = [0u8; 8];
        getrandom::fill(&mut nonce)?;
        let issued = DateTime::from_timestamp(now.timestamp(), 0).unwrap_or(now);
        Ok(Self {
            device,
            issued,
            nonce,
            clerk,
            terms,
        })
    }

    /// By what it reaches people.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.terms.as_ref().map_or(Channel::Screen, |t| t.channel)
    }

    /// How long it holds.
    fn holds(&self) -> Duration {
        let minutes = self.terms.as_ref().map(|t| i64::from(t.minutes));
        Duration::minutes(minutes.unwrap_or(SIGN_UP_CODE_MINUTES))
    }

    /// The last moment at which it may be used.
    #[must_use]
    pub fn valid_until(&self) -> DateTime<Utc> {
        self.issued + self.holds()
    }

    fn statement(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(128);
        let Some(terms) = &self.terms else {
            bytes.push(FIRST);
            bytes.extend_from_slice(self.device.as_bytes());
            bytes.extend_from_slice(&self.issued.timestamp().to_be_bytes());
            bytes.extend_from_slice(&self.nonce);
            bytes.extend_from_slice(self.clerk.as_str().as_bytes());
            return bytes;
        };
        bytes.push(SECOND);
        bytes.extend_from_slice(self.device.as_bytes());
        // until the year 2106
        let issued = u32::try_from(self.issued.timestamp()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&issued.to_be_bytes());
        bytes.extend_from_slice(&terms.minutes.to_be_bytes());
        bytes.extend_from_slice(&self.nonce);
        bytes.push(byte_of(terms.channel));
        let campaign = terms.campaign.as_ref().map_or("", CampaignId::as_str);
        for text in [terms.store.as_str(), self.clerk.as_str(), campaign] {
            // ids are far shorter; one that is not is cut, and its code is not taken
            let text = &text.as_bytes()[..text.len().min(usize::from(u8::MAX))];
            bytes.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
            bytes.extend_from_slice(text);
        }
        bytes
    }

    /// The code as text for an address: about 130 to 220 characters of letters, digits, `-` and `_`.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> String {
        let mut bytes = self.statement();
        let signature = key.sign(&domain(&bytes));
        bytes.extend_from_slice(&signature.to_bytes());
        match self.terms {
            None => URL_SAFE_NO_PAD.encode(bytes),
            // its format stands before it
            Some(_) => format!("{SECOND_TEXT}{}", BASE32_NOPAD.encode(&bytes[1..])),
        }
    }

    /// Reads a code without trusting it: who claims to have made it.
    ///
    /// # Errors
    /// [`CodeError::Malformed`].
    pub fn read(text: &str) -> Result<(Self, Signature), CodeError> {
        let (format, bytes) = match text.strip_prefix(SECOND_TEXT) {
            Some(rest) => (SECOND, base32(rest)?),
            None => (FIRST, base64(text)?),
        };
        let at = bytes
            .len()
            .checked_sub(SIGNATURE)
            .ok_or(CodeError::Malformed)?;
        let (said, signature) = bytes.split_at(at);
        let signature = Signature::from_slice(signature).map_err(|_| CodeError::Malformed)?;
        let mut parts = Parts(said);
        if format == FIRST && parts.byte()? != FIRST {
            return Err(CodeError::Malformed);
        }
        let device = Uuid::from_slice(parts.take(16)?).map_err(|_| CodeError::Malformed)?;
        let (seconds, nonce, clerk, terms) = match format {
            FIRST => {
                let seconds = i64::from_be_bytes(parts.array()?);
                let nonce = parts.array()?;
                (seconds, nonce, parts.rest()?.into(), None)
            }
            _ => {
                let seconds = i64::from(u32::from_be_bytes(parts.array()?));
                let minutes = u16::from_be_bytes(parts.array()?);
                let nonce = parts.array()?;
                let channel = channel_of(parts.byte()?).ok_or(CodeError::Malformed)?;
                let store = parts.text()?.into();
                let clerk = parts.text()?.into();
                let campaign = match parts.text()? {
                    "" => None,
                    name if is_campaign(name) => Some(name.into()),
                    _ => return Err(CodeError::Malformed),
                };
                if !parts.0.is_empty() {
                    return Err(CodeError::Malformed);
                }
                let terms = CodeTerms {
                    store,
                    channel,
                    campaign,
                    minutes,
                };
                (seconds, nonce, clerk, Some(terms))
            }
        };
        let code = Self {
            device: DeviceId::from_uuid(device),
            issued: DateTime::from_timestamp(seconds, 0).ok_or(CodeError::Malformed)?,
            nonce,
            clerk,
            terms,
        };
        Ok((code, signature))
    }

    /// Checks a code that was read: made by this key, and in its time at `now`.
    ///
    /// # Errors
    /// [`CodeError::Forged`], [`CodeError::Expired`].
    pub fn check(
        &self,
        signature: &Signature,
        key: &VerifyingKey,
        now: DateTime<Utc>,
    ) -> Result<(), CodeError> {
        key.verify(&domain(&self.statement()), signature)
            .map_err(|_| CodeError::Forged)?;
        // a counter that was off for long may estimate the time a little ahead
        let early = self.issued - Duration::minutes(SIGN_UP_CODE_MINUTES);
        if now > self.valid_until() || now < early {
            return Err(CodeError::Expired);
        }
        Ok(())
    }
}

/// What a poster's QR code carries: which poster it is, by 16 bytes that nobody guesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PosterCode(pub [u8; 16]);

impl PosterCode {
    /// A new one.
    ///
    /// # Errors
    /// Where the system has no randomness.
    pub fn fresh() -> Result<Self, getrandom::Error> {
        fresh_id().map(Self)
    }

    /// Its text for an address: 27 characters.
    #[must_use]
    pub fn text(&self) -> String {
        text_of(POSTER_TEXT, &self.0)
    }

    /// The poster of a text; none where it is no poster's.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        id_of(POSTER_TEXT, text).map(Self)
    }
}

/// The code by which a member invites friends: which it is, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FriendCode(pub [u8; 16]);

impl FriendCode {
    /// A new one.
    ///
    /// # Errors
    /// Where the system has no randomness.
    pub fn fresh() -> Result<Self, getrandom::Error> {
        fresh_id().map(Self)
    }

    /// Its text for an address: 27 characters.
    #[must_use]
    pub fn text(&self) -> String {
        text_of(FRIEND_TEXT, &self.0)
    }

    /// The code of a text; none where it is no friend's.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        id_of(FRIEND_TEXT, text).map(Self)
    }
}

/// 16 bytes that nobody guesses: what a code carries of which the centre knows the rest.
fn fresh_id() -> Result<[u8; 16], getrandom::Error> {
    let mut id = [0u8; 16];
    getrandom::fill(&mut id)?;
    Ok(id)
}

fn text_of(format: char, id: &[u8; 16]) -> String {
    format!("{format}{}", BASE32_NOPAD.encode(id))
}

fn id_of(format: char, text: &str) -> Option<[u8; 16]> {
    base32(text.strip_prefix(format)?).ok()?.try_into().ok()
}

fn base64(text: &str) -> Result<Vec<u8>, CodeError> {
    short(text)?;
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| CodeError::Malformed)
}

fn base32(text: &str) -> Result<Vec<u8>, CodeError> {
    short(text)?;
    BASE32_NOPAD
        .decode(text.as_bytes())
        .map_err(|_| CodeError::Malformed)
}

fn short(text: &str) -> Result<(), CodeError> {
    if text.len() > CODE_CHARS {
        return Err(CodeError::Malformed);
    }
    Ok(())
}

/// What is still to be read.
struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    fn take(&mut self, bytes: usize) -> Result<&'a [u8], CodeError> {
        let (taken, rest) = self.0.split_at_checked(bytes).ok_or(CodeError::Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], CodeError> {
        self.take(N)?.try_into().map_err(|_| CodeError::Malformed)
    }

    fn byte(&mut self) -> Result<u8, CodeError> {
        self.array().map(|[byte]| byte)
    }

    fn text(&mut self) -> Result<&'a str, CodeError> {
        let bytes = usize::from(self.byte()?);
        std::str::from_utf8(self.take(bytes)?).map_err(|_| CodeError::Malformed)
    }

    fn rest(&mut self) -> Result<&'a str, CodeError> {
        std::str::from_utf8(std::mem::take(&mut self.0)).map_err(|_| CodeError::Malformed)
    }
}

const fn byte_of(channel: Channel) -> u8 {
    match channel {
        Channel::Screen => 0,
        Channel::Paper => 1,
        Channel::Form => 2,
        Channel::Poster => 3,
        Channel::Friend => 4,
    }
}

fn channel_of(byte: u8) -> Option<Channel> {
    Channel::ALL.into_iter().find(|one| byte_of(*one) == byte)
}

fn domain(statement: &[u8]) -> Vec<u8> {
    [b"counterpart.sign-up.1\n", statement].concat()
}

#[cfg(test)]
mod tests;

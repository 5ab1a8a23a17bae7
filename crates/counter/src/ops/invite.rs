//! Sign-up codes, made with no network, and who has joined by one.

use super::signin::SignedIn;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::{self, Identity};
use crate::view::{JoinCode, Joined};
use protocol::code::{CodeTerms, SignUpCode};
use protocol::entity::Member;
use protocol::sign_up::{CODE_FORMAT, Channel, CodesShown, in_english};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

impl Engine {
    /// A fresh sign-up code, credited to the clerk and this counter.
    ///
    /// # Errors
    /// [`Error::NotEnrolled`].
    pub fn join_code(&self, clerk: &SignedIn) -> Result<JoinCode> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let (code, text) = self.new_code(&me, clerk, Channel::Screen)?;
        self.told_of(&me, &code, text)
    }

    /// A fresh sign-up code that goes on paper: it holds as long as the brand lets printed ones.
    ///
    /// # Errors
    /// [`Error::NotEnrolled`].
    pub fn paper_code(&self, clerk: &SignedIn) -> Result<JoinCode> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let (code, text) = self.new_code(&me, clerk, Channel::Paper)?;
        self.told_of(&me, &code, text)
    }

    fn told_of(&self, me: &Identity, code: &SignUpCode, text: String) -> Result<JoinCode> {
        let brand = &self.catalogue()?.brand;
        let url = self.invite_url(me, &text)?;
        // a screen is clean and bright: larger squares help a camera more than spare ones do
        let qr = QrCode::with_error_correction_level(url.as_bytes(), EcLevel::L)
            .map_err(|_| Error::TooLarge)?;
        let svg = qr
            .render::<svg::Color<'_>>()
            .min_dimensions(448, 448)
            .dark_color(svg::Color("#000000"))
            .light_color(svg::Color("#ffffff"))
            .build();
        Ok(JoinCode {
            id: hex::encode(code.nonce),
            code: text,
            url,
            svg,
            issued: code.issued.into(),
            valid_until: code.valid_until().into(),
            welcome_gift: brand.welcome_gift.clone(),
            welcome_gift_en: self.in_english(&brand.welcome_gift)?,
        })
    }

    /// A code that credits this clerk, and how it is written. That it was shown is counted.
    pub(super) fn new_code(
        &self,
        me: &Identity,
        clerk: &SignedIn,
        channel: Channel,
    ) -> Result<(SignUpCode, String)> {
        let now = self.shared.now()?;
        let catalogue = self.catalogue()?;
        // a centre of an earlier build reads codes of the first format alone
        let set = catalogue.brand.sign_up.as_ref();
        let terms = set.filter(|s| s.format >= CODE_FORMAT).map(|s| CodeTerms {
            store: me.store.clone(),
            channel,
            campaign: s.campaign.clone(),
            minutes: s.minutes(channel),
        });
        let code = SignUpCode::issue(me.device, clerk.clerk().clone(), terms, now)?;
        let text = code.sign(&me.signing_key()?);
        let shown = CodesShown {
            day: catalogue.program(now).business_date(now),
            clerk: code.clerk.clone(),
            channel,
            campaign: code.terms.as_ref().and_then(|t| t.campaign.clone()),
            codes: 1,
        };
        self.shared
            .outbox()
            .write(|tx| outbox::note_code_shown(tx, shown))?;
        Ok((code, text))
    }

    /// What a code says that this counter made and that may still be used.
    pub(super) fn read_code(&self, me: &Identity, text: &str) -> Result<SignUpCode> {
        let key = me.signing_key()?.verifying_key();
        let now = self.shared.now()?;
        let read = SignUpCode::read(text).and_then(|(code, signature)| {
            code.check(&signature, &key, now)?;
            Ok(code)
        });
        read.map_err(|_| Error::SignUpCodeOver)
    }

    /// The address at which her phone opens a code.
    pub(super) fn invite_url(&self, me: &Identity, code: &str) -> Result<String> {
        let brand = &self.catalogue()?.brand;
        let base = if brand.phone_base.is_empty() {
            &me.phone_base
        } else {
            &brand.phone_base
        };
        Ok(format!("{}/j/{code}", base.trim_end_matches('/')))
    }

    /// Words of the brand with the name of a product or reward in English; empty where they have none.
    pub(super) fn in_english(&self, words: &str) -> Result<String> {
        let products = self.cache(cache::all_products)?.into_iter();
        let rewards = self.cache(cache::rewards)?.into_iter();
        let names = products
            .map(|p| (p.name, p.name_en))
            .chain(rewards.map(|r| (r.name, r.name_en)));
        Ok(in_english(words, names))
    }

    /// The member who joined by a code, once this counter has heard of her.
    ///
    /// # Errors
    /// Where the cache cannot be read.
    pub fn joined(&self, code_id: &str) -> Result<Option<Joined>> {
        let id = self.cache(|c| cache::joined_by(c, code_id))?;
        let Some(member) = id
            .map(|id| self.cache(|c| cache::one::<Member>(c, &id)))
            .transpose()?
            .flatten()
        else {
            return Ok(None);
        };
        Ok(Some(Joined::of(&member)))
    }
}

#[cfg(test)]
#[path = "invite_tests.rs"]
mod tests;

//! Sign-up codes, made with no network, and who has joined by one.

use super::signin::SignedIn;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::Identity;
use crate::view::{JoinCode, Joined};
use protocol::code::SignUpCode;
use protocol::entity::Member;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

impl Engine {
    /// A fresh sign-up code, credited to the clerk and this counter.
    ///
    /// # Errors
    /// [`Error::NotEnrolled`].
    pub fn join_code(&self, clerk: &SignedIn) -> Result<JoinCode> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let brand = &self.catalogue()?.brand;
        let (code, text) = self.new_code(&me, clerk)?;
        let url = self.invite_url(&me, &text)?;
        let qr = QrCode::with_error_correction_level(url.as_bytes(), EcLevel::M)
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

    /// A code that credits this clerk, and how it is written.
    pub(super) fn new_code(&self, me: &Identity, clerk: &SignedIn) -> Result<(SignUpCode, String)> {
        let code = SignUpCode::issue(me.device, clerk.clerk().clone(), self.shared.now()?)?;
        let text = code.sign(&me.signing_key()?);
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
        let known = names
            .filter(|(zh, en)| !zh.is_empty() && !en.is_empty() && words.contains(zh.as_str()))
            .max_by_key(|(zh, _)| zh.len());
        Ok(known.map_or_else(String::new, |(zh, en)| words.replace(&zh, &en)))
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

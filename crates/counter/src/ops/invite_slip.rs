//! A sign-up code on paper: printed, or saved as a picture.

use super::paper::{code_svg, rendered};
use super::signin::SignedIn;
use super::slip_print::to_printer;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result, SlipError};
use crate::slip::{Invitation, card, invitation};
use crate::view::{InviteSlip, PaperWidth, PrinterTarget, Saved, SlipFormat, SlipLanguage};
use protocol::entity::Clerk;
use std::path::Path;

/// What its files are called; the code's id follows.
const STEM: &str = "join";

impl Engine {
    /// A code of this counter as paper, as a screen shows it.
    ///
    /// # Errors
    /// [`Error::SignUpCodeOver`] where it is none that may still be used.
    pub fn invite_slip(&self, code: &str, language: SlipLanguage) -> Result<InviteSlip> {
        let (it, _) = self.invitation(code, language)?;
        Ok(InviteSlip {
            code_svg: code_svg(&it.url)?,
            parts: invitation(&it, language),
            printer: self.printer()?.target != PrinterTarget::None,
        })
    }

    /// A code as bytes of a format.
    ///
    /// # Errors
    /// As [`Engine::invite_slip`]; [`SlipError::NoFont`] for a picture where the system has no Chinese font.
    pub fn invite_bytes(
        &self,
        code: &str,
        format: SlipFormat,
        width: Option<PaperWidth>,
        language: Option<SlipLanguage>,
    ) -> Result<Vec<u8>> {
        let settings = self.printer()?;
        let language = language.unwrap_or(settings.language);
        let (it, _) = self.invitation(code, language)?;
        if format == SlipFormat::Pdf {
            // to be printed elsewhere and cut out: a card
            return Ok(card(&it, language)?);
        }
        let parts = invitation(&it, language);
        rendered(&parts, format, width.unwrap_or(settings.width))
    }

    /// Prints a code.
    ///
    /// # Errors
    /// As [`Engine::invite_slip`]; [`SlipError::NoPrinter`], and what the printer says.
    pub fn print_invite(&self, _: &SignedIn, code: &str) -> Result<()> {
        let settings = self.printer()?;
        if settings.target == PrinterTarget::None {
            return Err(SlipError::NoPrinter.into());
        }
        let bytes = self.invite_bytes(code, SlipFormat::Escpos, None, None)?;
        let _turn = self.print_turn()?;
        Ok(to_printer(&settings, STEM, &bytes).map_err(|(_, e)| e)?)
    }

    /// Saves a code as a file, as [`Engine::save_slip`] does.
    ///
    /// # Errors
    /// As [`Engine::invite_bytes`]; [`SlipError::NotSaved`].
    pub fn save_invite(
        &self,
        code: &str,
        format: SlipFormat,
        language: Option<SlipLanguage>,
        folder: Option<&Path>,
    ) -> Result<Saved> {
        let bytes = self.invite_bytes(code, format, None, language)?;
        let (_, id) = self.invitation(code, SlipLanguage::default())?;
        self.save_paper(&format!("{STEM}-{id}"), format, &bytes, folder)
    }

    /// What is on the paper, and the code's id.
    fn invitation(&self, code: &str, language: SlipLanguage) -> Result<(Invitation, String)> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let read = self.read_code(&me, code)?;
        let catalogue = self.catalogue()?;
        let clerk = self.cache(|c| cache::one::<Clerk>(c, read.clerk.as_str()))?;
        let gift = match language {
            SlipLanguage::Zh => catalogue.brand.welcome_gift.clone(),
            SlipLanguage::En => {
                let english = self.in_english(&catalogue.brand.welcome_gift)?;
                if english.is_empty() {
                    catalogue.brand.welcome_gift.clone()
                } else {
                    english
                }
            }
        };
        let zone = catalogue.program(self.shared.now()?).timezone();
        let it = Invitation {
            brand: catalogue.brand.name.clone(),
            demo: catalogue.brand.demo,
            store: catalogue.store(&me.store).name,
            gift,
            url: self.invite_url(&me, code)?,
            until: read.valid_until().with_timezone(&zone).naive_local(),
            clerk: clerk.map(|c| c.name).unwrap_or_default(),
        };
        Ok((it, hex::encode(read.nonce)))
    }
}

//! The printer, and printing. That comes after the commit, never in it: a printer that fails loses paper, not a sale.

use super::paper::{file_stem, rendered};
use super::slip::ToPrint;
use crate::engine::Engine;
use crate::error::{Error, Result, SlipError, why};
use crate::outbox;
use crate::settings;
use crate::slip::{self, Copy, Job, document, lay_out, test_page};
use crate::view::{NamedPrinters, Printed, PrinterSettings, PrinterTarget, SlipFormat, SlipKind};
use std::fs::File;
use std::time::{Duration, Instant};

/// How long a printer may take for one receipt.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long one waits for another to be printed.
const TURN: Duration = Duration::from_secs(10);

impl Engine {
    /// This device's printer: its own, where somebody has set one, else the one that headquarters sets for its store.
    ///
    /// # Errors
    /// [`SlipError::PrinterInvalid`] where the settings cannot be read.
    pub fn printer(&self) -> Result<PrinterSettings> {
        let home = self.shared.home();
        match slip::read(&home.printer())? {
            Some(own) => Ok(own),
            None => Ok(settings::printer_of(&settings::of_store(
                &home.store_settings(),
            )?)),
        }
    }

    /// The printers that this computer knows by name.
    pub fn named_printers() -> NamedPrinters {
        NamedPrinters {
            possible: platform::printing::HAS_SPOOLER,
            names: platform::printing::named(),
        }
    }

    /// Chooses this device's printer.
    ///
    /// # Errors
    /// [`SlipError::PrinterInvalid`] with the field that cannot be.
    pub fn set_printer(&self, settings: PrinterSettings) -> Result<PrinterSettings> {
        let settings = settings.checked()?;
        slip::keep(&self.shared.home().printer(), &settings)?;
        Ok(settings)
    }

    /// Prints the customer's receipt. What was printed before is marked as a reprint.
    ///
    /// Waits up to 18 seconds for the printer, with no file of the engine held.
    ///
    /// # Errors
    /// As [`Engine::slip`]; [`SlipError::NoPrinter`]; [`SlipError::NotPrinted`] where the printer had nothing
    /// of it and [`SlipError::BrokeOff`] where it may have had some. What was recorded stands in each.
    pub fn print_slip(&self, which: &str) -> Result<Printed> {
        let settings = self.printer()?;
        self.print_with(&settings, which)
    }

    /// Prints the customer's receipt by itself, right after what it tells of: where the settings say so, and
    /// where it has not been printed.
    ///
    /// # Errors
    /// As [`Engine::print_slip`].
    pub fn print_slip_by_itself(&self, which: &str) -> Result<Printed> {
        let settings = self.printer()?;
        let key = self.to_print(which)?.key;
        let prints = self.shared.outbox().read(|c| outbox::prints(c, &key))?;
        if !settings.automatic || settings.target == PrinterTarget::None || prints > 0 {
            return Ok(Printed { prints, now: false });
        }
        self.print_with(&settings, which)
    }

    /// Prints a page that shows whether the printer does. Keeps nothing.
    ///
    /// # Errors
    /// As [`Engine::print_slip`], and [`SlipError::PrinterInvalid`].
    pub fn test_printer(&self, settings: PrinterSettings) -> Result<()> {
        let settings = settings.checked()?;
        let catalogue = self.catalogue()?;
        let now = self.shared.now()?;
        let zone = catalogue.program(now).timezone();
        let at = now.with_timezone(&zone).naive_local();
        let page = test_page(&catalogue.brand.name, at, settings.language);
        let bytes = rendered(&page, SlipFormat::Escpos, settings.width)?;
        let _turn = self.print_turn()?;
        let sent = to_printer(&settings, "test", &bytes);
        self.shared.printed(sent.as_ref().err().map(|(_, e)| e));
        Ok(sent.map_err(|(_, e)| e)?)
    }

    fn print_with(&self, settings: &PrinterSettings, which: &str) -> Result<Printed> {
        if settings.target == PrinterTarget::None {
            return Err(SlipError::NoPrinter.into());
        }
        let _turn = self.print_turn()?;
        let ToPrint {
            key,
            name,
            mut slip,
        } = self.to_print(which)?;
        // counted before the first byte: a process that dies here leaves a reprint, not a second original
        let counted = self
            .shared
            .outbox()
            .write(|tx| outbox::begin_print(tx, &key));
        let before = counted.map_err(|e| {
            tracing::warn!("a print cannot be counted, so there is none: {e}");
            SlipError::NotPrinted {
                reason: if matches!(e, Error::DiskFull) {
                    "full"
                } else {
                    "other"
                },
            }
        })?;
        slip.copy = match before {
            0 => Copy::Original,
            n => Copy::Reprint(n),
        };
        let columns = settings.width.columns();
        let job = Job {
            width: columns,
            drawer: settings.drawer && before == 0 && moves_money(slip.kind),
        };
        let lines = lay_out(&document(&slip, settings.language), columns);
        let sent = to_printer(settings, &file_stem(&name), &slip::job(&lines, job));
        self.shared.printed(sent.as_ref().err().map(|(_, e)| e));
        if let Err((begun, e)) = sent {
            if !begun {
                self.uncount(&key);
            }
            return Err(e.into());
        }
        Ok(Printed {
            prints: before + 1,
            now: true,
        })
    }

    /// Takes a print back of which the printer had nothing.
    fn uncount(&self, key: &str) {
        let taken_back = self
            .shared
            .outbox()
            .write(|tx| outbox::not_printed(tx, key));
        if let Err(e) = taken_back {
            // then the next one says that it is a reprint, which does no harm
            tracing::warn!("a print that never began stays counted: {e}");
        }
    }

    /// One receipt at a time, whichever process of this device prints.
    pub(super) fn print_turn(&self) -> Result<File> {
        let begun = Instant::now();
        let lock = self.shared.home().print_lock();
        let file = File::create(&lock).map_err(Error::home(&lock))?;
        loop {
            if file.try_lock().is_ok() {
                return Ok(file);
            }
            if begun.elapsed() > TURN {
                return Err(SlipError::PrinterBusy.into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Sends a job. Answers with the error whether the printer may have had some of it.
pub(super) fn to_printer(
    settings: &PrinterSettings,
    name: &str,
    bytes: &[u8],
) -> std::result::Result<(), (bool, SlipError)> {
    if settings.target == PrinterTarget::None {
        return Err((false, SlipError::NoPrinter));
    }
    slip::send(&settings.target, name, bytes, PATIENCE).map_err(|failed| {
        let reason = why(&failed.error);
        tracing::warn!(
            reason,
            begun = failed.begun,
            "printing failed: {}",
            failed.error
        );
        let error = if failed.begun {
            SlipError::BrokeOff { reason }
        } else {
            SlipError::NotPrinted { reason }
        };
        (failed.begun, error)
    })
}

/// Whether the cash drawer is wanted.
const fn moves_money(kind: SlipKind) -> bool {
    match kind {
        SlipKind::Sale | SlipKind::Return => true,
        SlipKind::Redemption | SlipKind::Reversal => false,
    }
}

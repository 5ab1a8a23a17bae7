//! Windows' spooler: what is printed by a printer's name.

use super::{text_at, wide};
use crate::printing::NotSpooled;
use std::io::{Error, ErrorKind, Result};
use std::ptr::{null, null_mut};
use windows_sys::Win32::Foundation::ERROR_INSUFFICIENT_BUFFER;
use windows_sys::Win32::Graphics::Printing::{
    ClosePrinter, DOC_INFO_1W, EndDocPrinter, EndPagePrinter, EnumPrintersW, OpenPrinterW,
    PRINTER_ENUM_CONNECTIONS, PRINTER_ENUM_LOCAL, PRINTER_HANDLE, PRINTER_INFO_4W,
    StartDocPrinterW, StartPagePrinter, WritePrinter,
};

/// An open printer; closed when dropped.
struct Printer(PRINTER_HANDLE);

impl Drop for Printer {
    fn drop(&mut self) {
        // SAFETY: it was opened by us, and is closed once
        unsafe { ClosePrinter(self.0) };
    }
}

/// The printers of this machine and those that it is connected to.
pub(crate) fn names() -> Result<Vec<String>> {
    // more come than there was room for where one is added meanwhile: then once more
    let mut room = 16 * 1024u32;
    loop {
        // as the structures want to stand in memory
        let mut found = vec![0u64; usize::try_from(room).unwrap_or(0).div_ceil(8)];
        let (mut needed, mut count) = (0u32, 0u32);
        // SAFETY: the buffer has at least as many bytes as is said, and stands as the structures must
        let said = unsafe {
            EnumPrintersW(
                PRINTER_ENUM_LOCAL | PRINTER_ENUM_CONNECTIONS,
                null(),
                4,
                found.as_mut_ptr().cast(),
                room,
                &raw mut needed,
                &raw mut count,
            )
        };
        if said == 0 {
            let error = Error::last_os_error();
            let short = ERROR_INSUFFICIENT_BUFFER.cast_signed();
            if error.raw_os_error() != Some(short) || needed <= room {
                return Err(error);
            }
            room = needed;
            continue;
        }
        let count = usize::try_from(count).unwrap_or(0);
        // SAFETY: that many structures were written at the buffer's beginning
        let all =
            unsafe { std::slice::from_raw_parts(found.as_ptr().cast::<PRINTER_INFO_4W>(), count) };
        // SAFETY: each name is a text with a zero at its end, in the same buffer
        let names = all.iter().map(|one| unsafe { text_at(one.pPrinterName) });
        return Ok(names.collect());
    }
}

/// Hands bytes to a printer as they are: its driver changes nothing of a document that is called raw.
pub(crate) fn print(
    printer: &str,
    document: &str,
    bytes: &[u8],
) -> std::result::Result<(), NotSpooled> {
    let before = |error| NotSpooled {
        begun: false,
        error,
    };
    let name = wide(printer.as_ref());
    let mut handle = PRINTER_HANDLE::default();
    // SAFETY: the name has a zero at its end; the handle is closed by `Printer`
    if unsafe { OpenPrinterW(name.as_ptr(), &raw mut handle, null()) } == 0 {
        return Err(before(Error::last_os_error()));
    }
    let printer = Printer(handle);
    let (mut document, mut kind) = (wide(document.as_ref()), wide("RAW".as_ref()));
    let what = DOC_INFO_1W {
        pDocName: document.as_mut_ptr(),
        pOutputFile: null_mut(),
        pDatatype: kind.as_mut_ptr(),
    };
    // SAFETY: the texts have zeroes at their ends and live until the document has ended
    if unsafe { StartDocPrinterW(printer.0, 1, &raw const what) } == 0 {
        return Err(before(Error::last_os_error()));
    }
    let written = page(&printer, bytes);
    // SAFETY: the document was begun just now
    let ended = if unsafe { EndDocPrinter(printer.0) } == 0 {
        Err(Error::last_os_error())
    } else {
        Ok(())
    };
    written
        .and(ended)
        .map_err(|error| NotSpooled { begun: true, error })
}

fn page(printer: &Printer, bytes: &[u8]) -> Result<()> {
    // SAFETY: a document was begun
    if unsafe { StartPagePrinter(printer.0) } == 0 {
        return Err(Error::last_os_error());
    }
    let mut rest = bytes;
    while !rest.is_empty() {
        let mut taken = 0u32;
        let length = u32::try_from(rest.len()).unwrap_or(u32::MAX);
        // SAFETY: there are at least that many bytes, and they live until the call has returned
        let said = unsafe { WritePrinter(printer.0, rest.as_ptr().cast(), length, &raw mut taken) };
        if said == 0 {
            return Err(Error::last_os_error());
        }
        let taken = usize::try_from(taken).unwrap_or(0);
        if taken == 0 {
            return Err(ErrorKind::WriteZero.into());
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
    // SAFETY: a page was begun
    if unsafe { EndPagePrinter(printer.0) } == 0 {
        return Err(Error::last_os_error());
    }
    Ok(())
}

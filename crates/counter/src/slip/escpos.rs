//! A receipt as ESC/POS: what nearly every receipt printer takes, the Chinese ones in GB18030.

use super::layout::{Face, Line};
use super::plain::row;
use encoding_rs::GB18030;
use qrcode::{Color, EcLevel, QrCode};

const ESC: u8 = 0x1b;
const FS: u8 = 0x1c;
const GS: u8 = 0x1d;

/// Dots of one QR module: 6 are 0.75 mm, which every scanner reads.
const QR_DOTS: u8 = 6;
/// Dots of a column of the printer's own letters.
const COLUMN: usize = 12;
/// Modules of white that belong to a code at each side.
const QUIET: usize = 4;
/// The most dots of a module of a code that is drawn here: 1 mm.
const MODULE: usize = 8;
/// Rows of dots in one command: printers keep no more at a time.
const BAND: usize = 128;
/// Lines fed before the cut, so that the last printed one is past the knife.
const FEED: u8 = 4;
/// How long the drawer's magnet is on and then off, in units of 2 ms.
const KICK: [u8; 2] = [25, 250];

/// How every job begins: as after switching on, whatever the last one left; then Chinese mode, in which two bytes
/// are one character.
pub(super) const BEGINS: [u8; 4] = [ESC, b'@', FS, b'&'];

/// What goes to the printer beside the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Job {
    /// Columns of the paper.
    pub(crate) width: usize,
    /// Opens the cash drawer.
    pub(crate) drawer: bool,
}

/// The bytes for a printer.
pub(crate) fn job(lines: &[Line], job: Job) -> Vec<u8> {
    let mut out = Vec::with_capacity(2_048);
    out.extend(BEGINS);
    if job.drawer {
        out.extend([ESC, b'p', 0]);
        out.extend(KICK);
    }
    for line in lines {
        if let Line::Code { data } = line {
            code(&mut out, data);
            continue;
        }
        if let Line::Scan { data } = line {
            scan(&mut out, data, job.width);
            continue;
        }
        let face = match line {
            Line::Sides { face, .. } | Line::Middle { face, .. } => *face,
            Line::Rule | Line::Code { .. } | Line::Scan { .. } => Face::Plain,
        };
        set(&mut out, face, true);
        // layout leaves no character that this cannot encode, and none below a space
        let text = row(line, job.width);
        out.extend(GB18030.encode(text.trim_end()).0.iter());
        out.push(b'\n');
        set(&mut out, face, false);
    }
    out.extend([ESC, b'd', FEED, GS, b'V', b'B', 0]);
    out
}

fn set(out: &mut Vec<u8>, face: Face, on: bool) {
    if matches!(face, Face::Strong | Face::Tall) {
        out.extend([ESC, b'E', u8::from(on)]);
    }
    if face == Face::Tall {
        // twice as high and no wider: columns stay columns
        out.extend([GS, b'!', u8::from(on)]);
    }
}

/// A QR code by the printer's own command, in the middle.
fn code(out: &mut Vec<u8>, data: &str) {
    let function = |out: &mut Vec<u8>, parameters: &[u8]| {
        // a number has at most 40 characters, so its length is far below what two bytes hold
        let [low, high] = u16::try_from(parameters.len())
            .unwrap_or(u16::MAX)
            .to_le_bytes();
        out.extend([GS, b'(', b'k', low, high]);
        out.extend(parameters);
    };
    out.extend([ESC, b'a', 1]);
    function(out, &[b'1', b'A', b'2', 0]);
    function(out, &[b'1', b'C', QR_DOTS]);
    function(out, b"1E1");
    function(out, &[b"1P0", data.as_bytes()].concat());
    function(out, b"1Q0");
    out.extend([ESC, b'a', 0]);
}

/// A long QR code as dots, in the middle: a printer's own command draws it larger than the paper, or not at all.
fn scan(out: &mut Vec<u8>, data: &str, columns: usize) {
    let Ok(qr) = QrCode::with_error_correction_level(data.as_bytes(), EcLevel::M) else {
        // longer than any code holds, which no address is
        tracing::warn!("too long for a QR code");
        return;
    };
    let modules = qr.width();
    let dots = (columns * COLUMN / (modules + 2 * QUIET)).clamp(1, MODULE);
    let side = modules * dots;
    let across = side.div_ceil(8);
    let colors = qr.to_colors();
    let dark = |x: usize, y: usize| {
        x < side && colors.get(y / dots * modules + x / dots) == Some(&Color::Dark)
    };
    out.extend([ESC, b'a', 1]);
    for top in (0..side).step_by(BAND) {
        let rows = BAND.min(side - top);
        out.extend([GS, b'v', b'0', 0]);
        for number in [across, rows] {
            // both far below what two bytes hold
            out.extend(u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes());
        }
        for y in top..top + rows {
            out.extend((0..across).map(|byte| {
                (0..8).fold(0u8, |bits, bit| {
                    bits << 1 | u8::from(dark(byte * 8 + bit, y))
                })
            }));
        }
    }
    out.extend([ESC, b'a', 0, b'\n']);
}

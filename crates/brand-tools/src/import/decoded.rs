//! Text that was read from bytes, and what of them was no text.

use encoding_rs::{DecoderResult, Encoding};

/// A place where the bytes are no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damage {
    /// Offset in the file.
    pub offset: usize,
    /// The byte there.
    pub byte: u8,
    /// Offset in the text, of the replacement character that stands for it.
    pub in_text: usize,
}

/// A file as text.
#[derive(Debug)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// How it was read.
    pub encoding: &'static str,
    /// What could not be read.
    pub damage: Vec<Damage>,
    /// What an operator should know about how it was read.
    pub note: Option<String>,
}

impl Decoded {
    /// The line of the text on which a damage is, from 1.
    pub fn line_of(&self, damage: &Damage) -> usize {
        let before = self.text.get(..damage.in_text).unwrap_or_default();
        before.bytes().filter(|b| *b == b'\n').count() + 1
    }
}

/// Reads bytes as text of one encoding, from `skip` on; what cannot be read stands as U+FFFD.
pub(super) fn decode_as(encoding: &'static Encoding, bytes: &[u8], skip: usize) -> Decoded {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::new();
    let mut damage = Vec::new();
    let mut read = skip;
    loop {
        let rest = bytes.get(read..).unwrap_or_default();
        text.reserve(
            decoder
                .max_utf8_buffer_length_without_replacement(rest.len())
                .unwrap_or(rest.len()),
        );
        let (result, taken) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        read += taken;
        match result {
            DecoderResult::InputEmpty => break,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(bad, after) => {
                let offset = read.saturating_sub(usize::from(bad) + usize::from(after));
                let byte = bytes.get(offset).copied().unwrap_or_default();
                damage.push(Damage {
                    offset,
                    byte,
                    in_text: text.len(),
                });
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
    let encoding = match encoding.name() {
        "gb18030" => "GB18030",
        name => name,
    };
    Decoded {
        text,
        encoding,
        damage,
        note: None,
    }
}

//! What is taken at most, as the fields of the screens need to know it.

use crate::parked::WORDS;
use loyalty::REACTION_NOTE_CHARS;
use protocol::limits;
use protocol::store_settings::{COVERS, SCAN_PAUSES};
use serde::Serialize;

/// Limits of what is typed and chosen. Every one is checked again where something is recorded.
///
/// By name: whether the bindings keep this order or sort it goes by which features of `serde_json` a build has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Digits of the code in a message.
    pub code_digits: usize,
    /// The shortest and longest time until the screen is covered, in seconds.
    pub cover_after_s: [u32; 2],
    /// Characters of a note on a member.
    pub note_chars: usize,
    /// Characters of the words on a parked basket.
    pub parked_chars: usize,
    /// Digits of a mobile number.
    pub phone_digits: usize,
    /// Pieces of one line of a sale or return.
    pub pieces: u32,
    /// Characters of a note on a reaction.
    pub reaction_note_chars: usize,
    /// Pieces of one reward at a time.
    pub reward_pieces: u32,
    /// The shortest and longest pause between two keys of one scan, in milliseconds.
    pub scan_pause_ms: [u32; 2],
}

impl Limits {
    /// Those of this build.
    pub const NOW: Self = Self {
        code_digits: 6,
        cover_after_s: [*COVERS.start(), *COVERS.end()],
        note_chars: limits::NOTE_CHARS,
        parked_chars: WORDS,
        phone_digits: 11,
        pieces: limits::QUANTITY,
        reaction_note_chars: REACTION_NOTE_CHARS,
        reward_pieces: crate::ops::REWARD_PIECES,
        scan_pause_ms: [*SCAN_PAUSES.start(), *SCAN_PAUSES.end()],
    };
}

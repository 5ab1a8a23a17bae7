//! What a receipt printer says, byte by byte: which of it is the answer to `GS r`.
//!
//! ESC/POS tells its answers apart by fixed bits. Automatic status (`GS a`) comes as blocks of four bytes
//! whenever something changes, also between a question and its answer: the first has bits 0, 1 and 7 off and
//! bit 4 on, and the three behind it belong to it whatever they hold. Real-time status and flow control have
//! bit 4 on too. The paper sensor's status has it off, tells each thing twice, in two bits that are alike,
//! and has nothing in the others. What is none of these is noise, and answers nothing.

/// Bytes of a block of automatic status behind its first.
const BEHIND_FIRST: u8 = 3;

/// The paper sensor's status: the answer to `GS r 1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Paper(u8);

impl Paper {
    /// Near its end, still printing.
    const NEAR_END: u8 = 0x03;
    const OUT: u8 = 0x0c;

    fn read(byte: u8) -> Option<Self> {
        let whole = |pair: u8| matches!(byte & pair, 0) || byte & pair == pair;
        let known = byte & !(Self::NEAR_END | Self::OUT) == 0;
        (known && whole(Self::NEAR_END) && whole(Self::OUT)).then_some(Self(byte))
    }

    /// Whether there is none, so that nothing can have been printed to its end.
    pub(super) fn is_out(self) -> bool {
        self.0 & Self::OUT != 0
    }
}

/// Where in the printer's words one is.
#[derive(Debug, Default)]
pub(super) struct Listening {
    /// Bytes that still belong to a block of automatic status.
    of_block: u8,
}

impl Listening {
    /// Hears the next byte; the paper's status where it is an answer.
    pub(super) fn hear(&mut self, byte: u8) -> Option<Paper> {
        if self.of_block > 0 {
            self.of_block -= 1;
            return None;
        }
        if byte & 0x93 == 0x10 {
            self.of_block = BEHIND_FIRST;
            return None;
        }
        Paper::read(byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn first_answer(bytes: &[u8]) -> Option<bool> {
        let mut listening = Listening::default();
        bytes
            .iter()
            .find_map(|b| listening.hear(*b))
            .map(|paper| !paper.is_out())
    }

    #[test]
    fn only_the_paper_sensors_status_is_an_answer() {
        for (bytes, printed) in [
            (&[0x00][..], Some(true)),
            (&[0x03], Some(true)),
            (&[0x0c], Some(false)),
            (&[0x0f], Some(false)),
            // a block of status, drawer shut and open, says nothing of this job
            (&[0x14, 0x00, 0x00, 0x0f], None),
            (&[0x10, 0x00, 0x0c, 0x0f, 0x00], Some(true)),
            (&[0x14, 0x00, 0x00, 0x0f, 0x0c], Some(false)),
            (
                &[0x10, 0, 0, 0x0f, 0x14, 0, 0, 0x0f, 0x1c, 0, 0x0c, 0, 0x03],
                Some(true),
            ),
            // real-time status, flow control, letters, half of a pair, bit 7
            (&[0x12, 0x16, 0x11, 0x13], None),
            (b"HTTP/1.1 400 Bad Request\r\n\r\n", None),
            (&[0x01, 0x02, 0x04, 0x08, 0x05, 0x0a, 0x80, 0xff], None),
            (&[0x12, 0x0c], Some(false)),
            (&[0x10, 0x00], None),
            (&[], None),
        ] {
            assert_eq!(first_answer(bytes), printed, "{bytes:02x?}");
        }
    }

    fn block() -> impl Strategy<Value = Vec<u8>> {
        // bits 2, 3, 5 and 6 of the first vary, and all but bits 4 and 7 of those behind it
        let behind = proptest::collection::vec(any::<u8>().prop_map(|b| b & 0x6f), 3);
        (any::<u8>(), behind).prop_map(|(first, behind)| {
            let mut bytes = vec![(first & 0x6c) | 0x10];
            bytes.extend(behind);
            bytes
        })
    }

    proptest! {
        #[test]
        fn blocks_of_status_change_no_answer(
            before in proptest::collection::vec(block(), 0..5),
            answer in prop_oneof![Just(0x00u8), Just(0x03), Just(0x0c), Just(0x0f)],
            after in proptest::collection::vec(block(), 0..3),
        ) {
            let mut bytes = before.concat();
            prop_assert_eq!(first_answer(&bytes), None);
            bytes.push(answer);
            bytes.extend(after.concat());
            prop_assert_eq!(first_answer(&bytes), Some(answer & 0x0c == 0));
        }
    }
}

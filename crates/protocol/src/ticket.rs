//! What a device needs to be enrolled, in one text: it is printed as a QR code on the sheet that IT hands out, and a scanner
//! types it into the first screen.

/// How every ticket begins.
const BEGIN: &str = "counterpart-enrol:1";
/// Bytes of a ticket at most.
const MOST: usize = 1_000;

/// What a device needs to be enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Address of the centre.
    pub centre: String,
    /// The one-time code.
    pub code: String,
    /// What people will call the device; empty where that is left to them.
    pub name: String,
}

impl Ticket {
    /// The text of the QR code.
    #[must_use]
    pub fn text(&self) -> String {
        let part = |text: &str| text.replace(['\n', '\r'], " ").trim().to_owned();
        let (centre, code, name) = (part(&self.centre), part(&self.code), part(&self.name));
        if name.is_empty() {
            format!("{BEGIN} {centre} {code}")
        } else {
            format!("{BEGIN} {centre} {code} {name}")
        }
    }

    /// What a scanner read, or somebody pasted; none where it is no ticket. An input method may have made the signs wide.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > MOST {
            return None;
        }
        let narrow: String = text
            .chars()
            .map(|c| match c {
                '\u{3000}' => ' ',
                // the wide signs of ASCII, in its order
                '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
                other => other,
            })
            .collect();
        // a scanner may have typed it behind what stood in the field
        let at = narrow.to_ascii_lowercase().find(BEGIN)?;
        let mut parts = narrow.get(at..)?.split_whitespace();
        if !parts.next()?.eq_ignore_ascii_case(BEGIN) {
            return None;
        }
        let (centre, code) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        let name = parts.collect::<Vec<_>>().join(" ");
        Some(Self { centre, code, name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(
            host in "[a-z]{1,20}", code in "[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", name in "[一-龥a-z0-9]{0,20}"
        ) {
            let ticket = Ticket { centre: format!("https://{host}.example"), code, name };
            prop_assert_eq!(Ticket::read(&ticket.text()), Some(ticket.clone()));
            let wide: String = ticket.text().chars().map(|c| match c {
                ' ' => '\u{3000}',
                '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
                other => other,
            }).collect();
            prop_assert_eq!(Ticket::read(&wide), Some(ticket));
        }

        #[test]
        fn whatever_is_typed_is_no_panic(text in ".{0,200}") {
            let _ = Ticket::read(&text);
        }
    }

    #[test]
    fn one_that_was_typed_behind_something_is_read() {
        let text = "https://counterpart-enrol:1 https://c.example 0000-1111-2222 一号";
        let ticket = Ticket::read(text).unwrap();
        assert_eq!(
            (ticket.centre.as_str(), ticket.name.as_str()),
            ("https://c.example", "一号")
        );
    }

    #[test]
    fn other_texts_are_no_tickets() {
        for text in [
            "",
            "https://c.example",
            "counterpart-enrol:1",
            "counterpart-enrol:1 https://c.example",
            "counterpart-enrol:2 a b c",
        ] {
            assert_eq!(Ticket::read(text), None, "{text}");
        }
    }
}

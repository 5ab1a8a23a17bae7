//! What a message says.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A kind of message: providers have a template for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A code that proves the phone of who joins.
    JoiningCode,
    /// A code that proves a guardian's phone.
    GuardianCode,
    /// A code that proves a member's new number.
    NewNumberCode,
    /// The number that she had hears that she has another.
    NumberChanged,
    /// A code for her own page.
    OwnPageCode,
    /// A code that proves at the counter that it is she.
    PresenceCode,
    /// She has joined.
    Welcome,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::JoiningCode,
        Self::GuardianCode,
        Self::NewNumberCode,
        Self::NumberChanged,
        Self::OwnPageCode,
        Self::PresenceCode,
        Self::Welcome,
    ];

    /// Its word in settings and logs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::JoiningCode => "joining_code",
            Self::GuardianCode => "guardian_code",
            Self::NewNumberCode => "new_number_code",
            Self::NumberChanged => "number_changed",
            Self::OwnPageCode => "own_page_code",
            Self::PresenceCode => "presence_code",
            Self::Welcome => "welcome",
        }
    }

    /// Whether a provider without a template for it is not set up: something cannot be done then.
    #[must_use]
    pub const fn is_needed(self) -> bool {
        match self {
            Self::JoiningCode
            | Self::GuardianCode
            | Self::NewNumberCode
            | Self::NumberChanged
            | Self::OwnPageCode
            | Self::PresenceCode => true,
            Self::Welcome => false,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A message, with what its template is filled with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A code that proves the phone of who joins.
    JoiningCode {
        /// Six digits.
        code: String,
    },
    /// A code that proves a guardian's phone.
    GuardianCode {
        /// Six digits.
        code: String,
    },
    /// A code that proves a member's new number.
    NewNumberCode {
        /// Six digits.
        code: String,
    },
    /// The number that she had hears that she has another.
    NumberChanged {
        /// The last four digits of the new one.
        last_four: String,
    },
    /// A code for her own page.
    OwnPageCode {
        /// Six digits.
        code: String,
    },
    /// A code that proves at the counter that it is she.
    PresenceCode {
        /// Six digits.
        code: String,
    },
    /// She has joined.
    Welcome {
        /// Points that she has.
        points: i64,
    },
}

impl Message {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::JoiningCode { .. } => Kind::JoiningCode,
            Self::GuardianCode { .. } => Kind::GuardianCode,
            Self::NewNumberCode { .. } => Kind::NewNumberCode,
            Self::NumberChanged { .. } => Kind::NumberChanged,
            Self::OwnPageCode { .. } => Kind::OwnPageCode,
            Self::PresenceCode { .. } => Kind::PresenceCode,
            Self::Welcome { .. } => Kind::Welcome,
        }
    }

    /// What its template is filled with, by name and in order.
    #[must_use]
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::JoiningCode { code }
            | Self::GuardianCode { code }
            | Self::NewNumberCode { code }
            | Self::OwnPageCode { code }
            | Self::PresenceCode { code } => vec![("code", code.clone())],
            Self::NumberChanged { last_four } => vec![("last_four", last_four.clone())],
            Self::Welcome { points } => vec![("points", points.to_string())],
        }
    }

    /// The words of a template of ours, in the brand's name: what the developer's outbox has, and what a brand may hand in
    /// to its provider.
    #[must_use]
    pub fn words(&self, brand: &str) -> String {
        let said = match self {
            Self::JoiningCode { code } => format!("验证码 {code}，5 分钟内有效，请勿告诉他人。"),
            Self::GuardianCode { code } => format!(
                "验证码 {code}，5 分钟内有效。有孩子要入会，请您看过约定再把验证码填进去；不是您的孩子，请不要告诉任何人。"
            ),
            Self::NewNumberCode { code } => format!(
                "验证码 {code}，5 分钟内有效。您正在把会员手机号改成这个号码，请把验证码告诉店员。"
            ),
            Self::NumberChanged { last_four } => format!(
                "您的会员手机号已改为尾号 {last_four} 的号码。如果不是您本人改的，请马上联系门店。"
            ),
            Self::OwnPageCode { code } => {
                format!("验证码 {code}，用来打开您的会员页，5 分钟内有效，请勿告诉他人。")
            }
            Self::PresenceCode { code } => {
                format!("验证码 {code}，5 分钟内有效。您正在柜台用积分，请把验证码告诉店员。")
            }
            Self::Welcome { points } => {
                format!("欢迎入会，您现在有 {points} 分。到柜台报手机号就能用。")
            }
        };
        format!("【{brand}】{said}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_known_by_the_word_that_settings_have() {
        for kind in Kind::ALL {
            let word = serde_json::to_value(kind).unwrap();
            assert_eq!(word, kind.word());
            assert_eq!(serde_json::from_value::<Kind>(word).unwrap(), kind);
        }
    }

    #[test]
    fn what_fills_a_template_is_in_the_words_too() {
        let code = || "407218".to_owned();
        let last_four = "5678".to_owned();
        for message in [
            Message::JoiningCode { code: code() },
            Message::GuardianCode { code: code() },
            Message::NewNumberCode { code: code() },
            Message::NumberChanged { last_four },
            Message::OwnPageCode { code: code() },
            Message::PresenceCode { code: code() },
            Message::Welcome { points: 50 },
        ] {
            let words = message.words("汀禾");
            assert!(words.starts_with("【汀禾】"), "{words}");
            for (_, value) in message.parameters() {
                assert!(words.contains(&value), "{words}: {value}");
            }
        }
    }
}

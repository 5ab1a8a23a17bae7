//! `…/phone/v1/join/{code}`: becoming a member by a counter's sign-up code.
//!
//! Her own phone asks, or the counter does where its clerk fills the form in. What may be kept of it is said here,
//! so that both ends ask the same before anything travels.

use crate::entity::Skin;
use crate::limits::CALLED_CHARS;
use crate::phone::mobile_number;
use crate::profile::{is_birthday, may_keep};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Concerns and allergies at most.
pub const WORDS: usize = 20;
/// Length of each, in characters.
pub const WORD_CHARS: usize = 40;
/// Length of the name of a version of a wording, in characters.
pub const VERSION_CHARS: usize = 40;
/// Purposes of consents that may be named here.
pub const PURPOSES: [&str; 5] = [TERMS, SKIN, MARKETING, GUARDIAN, OPEN_ID];
/// The terms of membership: without it nobody joins.
pub const TERMS: &str = "terms";
/// Keeping skin condition and allergies.
pub const SKIN: &str = "skin";
/// Offers and birthday gifts.
pub const MARKETING: &str = "marketing";
/// A guardian's, to keeping a child's skin condition and allergies.
pub const GUARDIAN: &str = "guardian";
/// Knowing her again by who she is at WeChat or Alipay.
pub const OPEN_ID: &str = "open_id";

/// Length of a page's ticket, in characters.
pub const TICKET_CHARS: usize = 64;

/// A ticket as a page may have one.
///
/// # Errors
/// [`JoinFault::Ticket`] where it is none.
pub fn ticket(told: Option<&str>) -> Result<Option<&str>, JoinFault> {
    match told {
        Some(t) if t.is_empty() || t.len() > TICKET_CHARS || !t.is_ascii() => {
            Err(JoinFault::Ticket)
        }
        told => Ok(told),
    }
}

/// The address below which a code's requests lie.
pub fn path(code: &str) -> String {
    format!("/phone/v1/join/{code}")
}

/// `GET …`: who invites, and what is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begin {
    /// The brand's name, where it has been told.
    pub brand: Option<String>,
    /// True for made-up data; the page says so.
    pub demo: bool,
    /// Where.
    pub store: Named,
    /// Who.
    pub clerk: Named,
    /// Which friend invites her, as far as she may be shown: 张*, or empty; none where no member does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub friend: Option<String>,
    /// What a new member is given, in the clerk's words; may be empty.
    pub welcome_gift: String,
    /// The same in English; empty where nothing is known.
    #[serde(default)]
    pub welcome_gift_en: String,
    /// Points for joining.
    pub welcome_points: i64,
    /// The steps in order.
    pub steps: Vec<String>,
    /// Consents that are asked for, each by itself.
    pub consents: Vec<Asked>,
    /// The consent of a guardian, where she is a child; none from a page that asks for none.
    #[serde(default)]
    pub guardian: Option<Asked>,
    /// Providers that may tell who she is: `wechat`, `alipay`, …; none where the brand has set none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub providers: Vec<String>,
    /// The last moment at which the code may be used; none of a poster's, which holds until it is taken down.
    #[serde(default)]
    pub valid_until: Option<DateTime<Utc>>,
    /// The centre's time.
    pub server_time: DateTime<Utc>,
}

/// A store or a clerk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
}

/// A consent that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// What for.
    pub purpose: String,
    /// Whether nobody joins without it.
    pub required: bool,
    /// Version of its wording.
    pub version: String,
}

/// `POST …/verify`: send a code to the phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verify {
    /// Her number, as it was typed.
    pub phone: String,
    /// What this page is known by: a random text of its own, the same at each step. Others with the same sign-up code
    /// then take nothing from its tries. None from a page that has nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// It is the number of a guardian, who agrees for a child.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guardian: bool,
}

/// The answer to [`Verify`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// When the next message may be sent.
    pub resend_after_seconds: i64,
    /// How long the code may be used.
    pub valid_seconds: i64,
    /// Only in a demonstration, where no message is really sent: the code itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demo_code: Option<String>,
}

/// `POST …/check`: whether the code from the message is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Her number, as it was typed.
    pub phone: String,
    /// The code from the message.
    pub verification: String,
    /// What this page is known by: a random text of its own, the same at each step. Others with the same sign-up code
    /// then take nothing from its tries. None from a page that has nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// It is the number of a guardian, who agrees for a child.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guardian: bool,
}

/// The answer to [`Check`]; a wrong code is a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// That it is right.
    pub status: CheckedStatus,
}

/// What may be said of a code from a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckedStatus {
    /// It is right, and stands for the phone until the sign-up is done.
    Verified,
}

/// `POST …/join`: what she told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joining {
    /// Her number, as it was typed.
    pub phone: String,
    /// The code from the message.
    pub verification: String,
    /// Her name; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What she likes to be called; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub called: String,
    /// Her birthday, where she told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<NaiveDate>,
    /// Skin type, by axis; kept only with consent to it.
    #[serde(default)]
    pub skin: Skin,
    /// What she wants to improve.
    #[serde(default)]
    pub concerns: Vec<String>,
    /// What she is allergic to; kept only with consent to it.
    #[serde(default)]
    pub allergies: Vec<String>,
    /// Each consent by itself.
    pub consents: Vec<Consent>,
    /// She ticked them on the counter that invites her, and not on a phone of her own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_counter: bool,
    /// What this page is known by: a random text of its own, the same at each step. Others with the same sign-up code
    /// then take nothing from its tries. None from a page that has nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// Who agrees for a child, on a phone of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardian: Option<Guardian>,
    /// The member who has this number is somebody else: it is hers now, who proved it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_me: bool,
    /// What her browser is known by where a friend invites her: a random text that it keeps. By it two phones that are one
    /// are told from two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// What her page has of a provider that told who she is ([`Authorised`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorised: Option<String>,
}

/// `POST …/authorised`: what a provider told of her, whose browser came back from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorised {
    /// What her page came back with.
    pub handle: String,
    /// What the page is known by, as when it left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
}

/// The answer to [`Authorised`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldOfHer {
    /// She is known already: a session of her own page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Her number, where the provider told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// What proves that number in the place of a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<String>,
}

/// Who agrees for a child, and what proves that number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guardian {
    /// The guardian's number, as it was typed.
    pub phone: String,
    /// The code from the message to it.
    pub verification: String,
}

/// A consent as it was given or refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// What for.
    pub purpose: String,
    /// Given or not.
    pub given: bool,
    /// Version of the wording that she saw.
    pub version: String,
}

/// The answer to [`Joining`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// Whether she has become a member by this.
    pub status: JoinedStatus,
    /// The number on her card.
    pub member_no: String,
    /// Her tier's id.
    pub tier: String,
    /// The tier as people read it, in Chinese; the id where the program has no words for it.
    pub tier_name: String,
    /// Her points.
    pub points: i64,
    /// What she is given; may be empty.
    pub welcome_gift: String,
    /// The same in English; empty where nothing is known.
    #[serde(default)]
    pub welcome_gift_en: String,
    /// Her member code as a QR code; none where it could not be drawn.
    #[serde(default)]
    pub member_code_svg: Option<String>,
}

/// What became of a sign-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinedStatus {
    /// She has joined by this code.
    Joined,
    /// The number was a member's before.
    MemberAlready,
}

/// Why a sign-up is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoinFault {
    /// Not a mobile number.
    #[error("phone")]
    Phone,
    /// Too long, or with a control character.
    #[error("name")]
    Name,
    /// Too long, or with a control character.
    #[error("called")]
    Called,
    /// Nobody's: to come, or of another age.
    #[error("birthday")]
    Birthday,
    /// Not words for the axes of a skin.
    #[error("skin")]
    Skin,
    /// Too many, too long, or none.
    #[error("concerns or allergies")]
    Words,
    /// The terms are not agreed to, or a consent is not one that is asked for.
    #[error("consents")]
    Consents,
    /// No ticket of a page.
    #[error("ticket")]
    Ticket,
    /// A guardian agrees on a phone, and no other number than hers is named for it; or one is named where nobody agrees.
    #[error("guardian")]
    Guardian,
}

impl JoinFault {
    /// What is at fault, as a stable word.
    pub fn field(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Name => "name",
            Self::Called => "called",
            Self::Birthday => "birthday",
            Self::Skin => "skin",
            Self::Words => "words",
            Self::Consents => "consents",
            Self::Ticket => "ticket",
            Self::Guardian => "guardian",
        }
    }
}

impl Joining {
    /// What she told as it is kept, or why it is not taken. `today` is the business day.
    ///
    /// # Errors
    /// [`JoinFault`].
    pub fn admit(self, today: NaiveDate) -> Result<Self, JoinFault> {
        let phone = mobile_number(&self.phone).ok_or(JoinFault::Phone)?;
        ticket(self.ticket.as_deref())?;
        ticket(self.browser.as_deref())?;
        let told = self.admit_told(today)?;
        if !told.consents_sound() {
            return Err(JoinFault::Consents);
        }
        let guardian = match &told.guardian {
            None => None,
            Some(who) => Some(Guardian {
                phone: mobile_number(&who.phone)
                    .filter(|theirs| *theirs != phone)
                    .ok_or(JoinFault::Guardian)?,
                verification: who.verification.clone(),
            }),
        };
        // at a counter the guardian stands there; on a phone a number of their own says that it is not the child
        let named = told.at_counter || guardian.is_some();
        let agrees = told.gives(GUARDIAN);
        if (agrees && !named) || (guardian.is_some() && !agrees) {
            return Err(JoinFault::Guardian);
        }
        Ok(Self {
            phone,
            guardian,
            ..told
        })
    }

    /// As [`Joining::admit`], of what is told before she is asked for her consents.
    ///
    /// # Errors
    /// [`JoinFault`].
    pub fn admit_told(self, today: NaiveDate) -> Result<Self, JoinFault> {
        let name = identity::name::admit(&self.name).map_err(|_| JoinFault::Name)?;
        let called = identity::name::admit(&self.called).map_err(|_| JoinFault::Called)?;
        if called.chars().count() > CALLED_CHARS {
            return Err(JoinFault::Called);
        }
        if self.birthday.is_some_and(|day| !is_birthday(day, today)) {
            return Err(JoinFault::Birthday);
        }
        if !known_skin(&self.skin) {
            return Err(JoinFault::Skin);
        }
        if !are_words(&self.concerns) || !are_words(&self.allergies) {
            return Err(JoinFault::Words);
        }
        Ok(Self {
            name,
            called,
            ..self
        })
    }

    /// Whether a consent was given.
    pub fn gives(&self, purpose: &str) -> bool {
        self.consents
            .iter()
            .any(|c| c.purpose == purpose && c.given)
    }

    /// Whether skin and allergies may be kept of her.
    pub fn may_keep(&self, at: DateTime<Utc>) -> bool {
        may_keep(self.gives(SKIN), self.gives(GUARDIAN), self.birthday, at)
    }

    /// Without skin and allergies, where these may not be kept of her: what is not agreed to does not travel.
    #[must_use]
    pub fn with_what_may_be_kept(self, at: DateTime<Utc>) -> Self {
        if self.may_keep(at) {
            return self;
        }
        Self {
            skin: Skin::default(),
            allergies: Vec::new(),
            ..self
        }
    }

    fn consents_sound(&self) -> bool {
        self.gives(TERMS)
            && self.consents.len() <= PURPOSES.len()
            && self.consents.iter().all(|c| {
                PURPOSES.contains(&c.purpose.as_str())
                    && !c.version.is_empty()
                    && c.version.chars().count() <= VERSION_CHARS
            })
    }
}

fn known_skin(skin: &Skin) -> bool {
    [
        (&skin.moisture, &["", "dry", "combination", "oily"][..]),
        (&skin.sensitivity, &["", "sensitive", "resistant"]),
        (&skin.pigmentation, &["", "pigmented", "non_pigmented"]),
        (&skin.ageing, &["", "wrinkled", "tight"]),
    ]
    .iter()
    .all(|(value, known)| known.contains(&value.as_str()))
}

fn are_words(words: &[String]) -> bool {
    words.len() <= WORDS
        && words.iter().all(|w| {
            !w.is_empty() && w.chars().count() <= WORD_CHARS && !w.contains(char::is_control)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joining() -> Joining {
        serde_json::from_str(
            r#"{"phone": "+86 139-0000-1111", "verification": "123456", "name": " 陆雪\u200b ",
                "consents": [{"purpose": "terms", "given": true, "version": "2026-01"}]}"#,
        )
        .unwrap()
    }

    fn today() -> NaiveDate {
        "2026-11-28".parse().unwrap()
    }

    #[test]
    fn what_she_told_is_kept_tidy_and_what_an_older_page_does_not_send_is_nothing() {
        let kept = joining().admit(today()).unwrap();
        assert_eq!(
            (kept.phone.as_str(), kept.name.as_str()),
            ("13900001111", "陆雪")
        );
        assert_eq!((kept.called.as_str(), kept.birthday), ("", None));
        // what was not told is not said to an older centre either
        let sent = serde_json::to_value(Joining {
            name: String::new(),
            ..kept
        })
        .unwrap();
        assert!(sent.get("name").is_none() && sent.get("birthday").is_none());
        assert!(sent.get("at_counter").is_none());
    }

    #[test]
    fn each_fault_has_its_name() {
        type Spoil = fn(&mut Joining);
        let spoils: [(Spoil, JoinFault); 9] = [
            (|j| j.ticket = Some(String::new()), JoinFault::Ticket),
            (|j| j.phone = "12".into(), JoinFault::Phone),
            (|j| j.name = "长".repeat(61), JoinFault::Name),
            (|j| j.called = "长".repeat(21), JoinFault::Called),
            (
                |j| j.birthday = Some("2026-11-29".parse().unwrap()),
                JoinFault::Birthday,
            ),
            (|j| j.skin.ageing = "old".into(), JoinFault::Skin),
            (|j| j.allergies = vec!["\u{7}".into()], JoinFault::Words),
            (|j| j.consents[0].given = false, JoinFault::Consents),
            (
                |j| j.consents[0].purpose = "soul".into(),
                JoinFault::Consents,
            ),
        ];
        for (spoil, fault) in spoils {
            let mut spoiled = joining();
            spoil(&mut spoiled);
            assert_eq!(spoiled.admit(today()).unwrap_err(), fault);
        }
    }

    #[test]
    fn a_childs_skin_is_kept_only_once_her_guardian_agrees() {
        let at = "2026-11-28T12:00:00Z".parse().unwrap();
        let agree = |purpose: &str| Consent {
            purpose: purpose.into(),
            given: true,
            version: "2026-01".into(),
        };
        let mut child = joining();
        child.birthday = Some("2015-05-06".parse().unwrap());
        child.consents.push(agree(SKIN));
        assert!(!child.may_keep(at));
        child.consents.push(agree(GUARDIAN));
        assert!(child.may_keep(at));
        // on the child's own phone nobody has agreed by that
        assert_eq!(
            child.clone().admit(today()).unwrap_err(),
            JoinFault::Guardian
        );
        let by = |phone: &str| {
            let mut told = child.clone();
            told.guardian = Some(Guardian {
                phone: phone.into(),
                verification: "123456".into(),
            });
            told.admit(today())
        };
        assert_eq!(
            by("+86 139 0000 2222").unwrap().guardian.unwrap().phone,
            "13900002222"
        );
        assert_eq!(by("139 0000 1111").unwrap_err(), JoinFault::Guardian);
        assert_eq!(by("12").unwrap_err(), JoinFault::Guardian);
        // at the counter the guardian stands there
        child.at_counter = true;
        assert!(child.admit(today()).is_ok());
    }
}

//! The `profile` operation: what a clerk changed of a member, besides points.
//!
//! Two counters may change the same member while neither sees the other. What then holds, whatever
//! order they arrive in: a field that was set is the last one's by the centre's order; what she is
//! allergic to joins, and taking one off the list undoes only what the clerk had seen; a consent that was
//! withdrawn stays withdrawn unless whoever gave it anew had seen that; notes only add.

use crate::entity::Skin;
use crate::ids::{ClerkId, MemberId, StoreId};
use crate::limits::{CALLED_CHARS, NAME_CHARS, NOTE_CHARS, TAG_CHARS, TAGS};
use crate::operation::{Approval, Approving, Operation, OperationKind, PHONE, Spend};
use crate::personal::PersonalField;
use crate::phone::mobile_number;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use loyalty::deed::Deed;
use serde::{Deserialize, Serialize};

/// Name of the personal value that holds a new full name.
pub const NAME: &str = "member.name";
/// Name of the personal value that holds what she likes to be called.
pub const CALLED: &str = "member.called";
/// Name of the personal value that holds what a clerk noted.
pub const NOTE: &str = "member.note";
/// Name of the personal value that holds a birthday, an ISO date.
pub const BIRTHDAY: &str = "member.birthday";
/// Name of the personal value that holds her skin, the JSON of [`Skin`].
pub const SKIN: &str = "member.skin";
/// Name of the personal value that holds what she wants to improve, a JSON list.
pub const CONCERNS: &str = "member.concerns";
/// Name of the personal value that holds what she newly told to be allergic to, a JSON list.
pub const ALLERGIES_ADD: &str = "member.allergies_add";
/// Name of the personal value that holds what was taken off that list, a JSON list.
pub const ALLERGIES_REMOVE: &str = "member.allergies_remove";
/// Version of the wordings of consents that phone pages and counters show.
pub const TEXT_VERSION: &str = "2026-01";
/// The year of a birthday whose year was not told, as address books write it: it has a 29 February.
pub const YEAR_UNTOLD: i32 = 1604;
/// The earliest year of birth that is taken.
pub const YEAR_FIRST: i32 = 1900;
/// Until this age, in years, skin and allergies are kept only once a guardian has agreed.
pub const GUARDED: u32 = 14;

/// Whether somebody is a child whose guardian has to agree. It is not known of a birthday without a year.
/// Days begin at midnight UTC, so that counter and centre say the same.
pub fn under_14(birthday: Option<NaiveDate>, at: DateTime<Utc>) -> bool {
    let told = birthday.filter(|day| day.year() != YEAR_UNTOLD);
    told.is_some_and(|day| at.date_naive().years_since(day).unwrap_or(0) < GUARDED)
}

/// Whether skin and allergies may be kept: she agreed, and where she is a child her guardian did too.
pub fn may_keep(
    skin: bool,
    guardian: bool,
    birthday: Option<NaiveDate>,
    at: DateTime<Utc>,
) -> bool {
    skin && (guardian || !under_14(birthday, at))
}

/// Whether a day may be somebody's birthday: not to come, and not of another age.
pub fn is_birthday(day: NaiveDate, today: NaiveDate) -> bool {
    day.year() == YEAR_UNTOLD || (day.year() >= YEAR_FIRST && day <= today)
}

/// A change of a member's profile. A new name, what she likes to be called, a new phone number and a
/// note are personal values beside it ([`NAME`], [`CALLED`], [`crate::operation::PHONE`], [`NOTE`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Whose.
    pub member: MemberId,
    /// Revision of her profile that the clerk had in sight
    /// ([`revision`](crate::entity::Member::revision)).
    #[serde(default)]
    pub seen: u32,
    /// Fields that were set.
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub set: Fields,
    /// What she is allergic to or avoids, newly told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allergies_add: Vec<String>,
    /// What was taken off that list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allergies_remove: Vec<String>,
    /// Consents given or withdrawn.
    #[serde(default, skip_serializing_if = "Consents::is_empty")]
    pub consents: Consents,
}

/// Fields of a profile that are set whole; what is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fields {
    /// Birthday.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<NaiveDate>,
    /// Skin, by the brand's words; kept only with her consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skin: Option<Skin>,
    /// Her own advisor; an empty id is nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advisor: Option<ClerkId>,
    /// What she wants to improve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concerns: Option<Vec<String>>,
}

impl Fields {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Consents given (true) or withdrawn (false); what is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Consents {
    /// To keeping skin condition and allergies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skin: Option<bool>,
    /// To marketing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marketing: Option<bool>,
    /// Her guardian's, to keeping a child's skin condition and allergies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guardian: Option<bool>,
    /// Version of the wording that she saw; empty where she withdraws.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text_version: String,
}

impl Consents {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.skin.is_none() && self.marketing.is_none() && self.guardian.is_none()
    }
}

impl Profile {
    /// Takes what is personal out of the body, to stand beside the operation where it can be erased: name of each value,
    /// and the value. For a centre that says that it reads it there
    /// ([`reads_personal`](crate::hello::HelloReply::reads_personal)).
    ///
    /// # Errors
    /// Where a value cannot be written as JSON.
    pub fn take_out(&mut self) -> Result<Vec<(&'static str, String)>, serde_json::Error> {
        let set = &mut self.set;
        let mut out = Vec::new();
        if let Some(birthday) = set.birthday.take() {
            out.push((BIRTHDAY, birthday.to_string()));
        }
        if let Some(skin) = set.skin.take() {
            out.push((SKIN, serde_json::to_string(&skin)?));
        }
        if let Some(concerns) = set.concerns.take() {
            out.push((CONCERNS, serde_json::to_string(&concerns)?));
        }
        for (name, words) in [
            (ALLERGIES_ADD, &mut self.allergies_add),
            (ALLERGIES_REMOVE, &mut self.allergies_remove),
        ] {
            if !words.is_empty() {
                out.push((name, serde_json::to_string(&std::mem::take(words))?));
            }
        }
        Ok(out)
    }

    /// Whether the body itself says something personal, as those of counters of before do.
    #[must_use]
    pub fn is_personal(&self) -> bool {
        let set = &self.set;
        set.birthday.is_some()
            || set.skin.is_some()
            || set.concerns.is_some()
            || !self.allergies_add.is_empty()
            || !self.allergies_remove.is_empty()
    }
}

impl OperationKind for Profile {
    const NAME: &'static str = "profile";
    const APPROVING: Approving = Approving::Never;
    const IN_HER_PRESENCE: bool = false;
    const HELPS_MEMBER: bool = false;
    const GETS_SLIP: bool = false;
    const GIVES_PIECES: bool = false;
    const SPENDS: bool = false;
    const TAKEN_AFTER_REVOCATION: bool = false;

    fn member(&self) -> Option<&MemberId> {
        Some(&self.member)
    }

    fn store(&self) -> Option<&StoreId> {
        None
    }

    fn spends(&self) -> &[Spend] {
        &[]
    }

    fn approval_mut(&mut self) -> Option<&mut Option<Approval>> {
        None
    }

    fn approval(&self) -> Option<&Approval> {
        None
    }

    fn fits(&self, op: &Operation) -> bool {
        let words = |list: &[String]| list.len() <= TAGS && list.iter().all(|w| fits(w, TAG_CHARS));
        let skin = self.set.skin.iter().all(|s| {
            [&s.moisture, &s.sensitivity, &s.pigmentation, &s.ageing]
                .iter()
                .all(|w| w.is_empty() || fits(w, TAG_CHARS))
        });
        let personal = |name, most| op.personal_value(name).is_none_or(|v| fits(v, most));
        let advisor = self.set.advisor.iter();
        let phone = op.personal_value(PHONE).map(mobile_number);
        phone != Some(None)
            && skin
            && words(&self.allergies_add)
            && words(&self.allergies_remove)
            && self.set.concerns.iter().all(|c| words(c))
            && advisor.into_iter().all(|a| a.as_str().len() <= TAG_CHARS)
            && self.consents.text_version.chars().count() <= TAG_CHARS
            && personal(NAME, NAME_CHARS)
            && personal(CALLED, CALLED_CHARS)
            && personal(NOTE, NOTE_CHARS)
    }

    fn take_in(&mut self, personal: &[PersonalField]) -> Result<(), serde_json::Error> {
        let value = |name: &str| {
            let field = personal.iter().find(|field| field.name == name);
            field.and_then(PersonalField::value)
        };
        let set = &mut self.set;
        if let Some(day) = value(BIRTHDAY) {
            set.birthday = Some(
                day.parse()
                    .map_err(<serde_json::Error as serde::de::Error>::custom)?,
            );
        }
        if let Some(skin) = value(SKIN) {
            set.skin = Some(serde_json::from_str(skin)?);
        }
        if let Some(concerns) = value(CONCERNS) {
            set.concerns = Some(serde_json::from_str(concerns)?);
        }
        if let Some(words) = value(ALLERGIES_ADD) {
            self.allergies_add = serde_json::from_str(words)?;
        }
        if let Some(words) = value(ALLERGIES_REMOVE) {
            self.allergies_remove = serde_json::from_str(words)?;
        }
        Ok(())
    }

    fn deed(&self, _op_id: &str, _of: Option<&str>) -> Option<Deed> {
        let birthday = self.set.birthday?;
        Some(Deed::BirthMonth {
            month: birthday.month(),
        })
    }
}

/// Something is said, within the limit, and on no terminal does it do more than show.
fn fits(text: &str, most: usize) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= most
        && !text.chars().any(|c| c.is_control() && c != '\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn born(text: &str) -> Option<NaiveDate> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn a_child_is_guarded_until_the_day_she_is_14() {
        let now = at("2026-11-28T12:00:00Z");
        for (birthday, child) in [
            ("2012-11-28", false),
            ("2012-11-29", true),
            ("2026-11-28", true),
            ("2027-01-01", true),
            ("1990-05-06", false),
            ("1604-05-06", false),
        ] {
            assert_eq!(under_14(born(birthday), now), child, "{birthday}");
        }
        assert!(!under_14(None, now));
        // born on 29 February she is 14 on 1 March
        assert!(under_14(born("2012-02-29"), at("2026-02-28T23:59:59Z")));
        assert!(!under_14(born("2012-02-29"), at("2026-03-01T00:00:00Z")));
    }

    #[test]
    fn a_guardian_counts_only_beside_her_own_consent() {
        let now = at("2026-11-28T12:00:00Z");
        let child = born("2015-01-01");
        assert!(!may_keep(true, false, child, now));
        assert!(may_keep(true, true, child, now));
        assert!(!may_keep(false, true, child, now));
        assert!(may_keep(true, false, born("2000-01-01"), now));
        assert!(may_keep(true, false, None, now));
    }

    #[test]
    fn birthdays_are_neither_to_come_nor_of_another_age() {
        let today = "2026-11-28".parse().unwrap();
        for (day, fits) in [
            ("2026-11-28", true),
            ("2026-11-29", false),
            ("1900-01-01", true),
            ("1899-12-31", false),
            ("1604-02-29", true),
            ("0001-01-01", false),
        ] {
            assert_eq!(is_birthday(day.parse().unwrap(), today), fits, "{day}");
        }
    }

    /// What was taken out and put beside an operation is read as if it stood in it; where it was erased, it is not said.
    #[test]
    fn what_is_taken_out_is_read_again_until_it_is_erased() {
        let told = Profile {
            member: "M1".into(),
            seen: 3,
            set: Fields {
                birthday: born("1990-05-06"),
                skin: Some(Skin {
                    moisture: "dry".into(),
                    ..Skin::default()
                }),
                advisor: Some("C1".into()),
                concerns: Some(vec!["暗沉".into()]),
            },
            allergies_add: vec!["香精".into()],
            allergies_remove: vec!["酒精".into()],
            consents: Consents {
                skin: Some(true),
                ..Consents::default()
            },
        };
        assert!(told.is_personal());
        let mut body = told.clone();
        let out = body.take_out().unwrap();
        assert!(!body.is_personal());
        let json = serde_json::to_string(&body).unwrap();
        for word in ["1990", "dry", "暗沉", "香精", "酒精"] {
            assert!(!json.contains(word), "{json}");
        }
        let mut beside: Vec<PersonalField> = out
            .iter()
            .map(|(name, value)| PersonalField::commit(name, value).unwrap())
            .collect();
        let mut read = body.clone();
        read.take_in(&beside).unwrap();
        assert_eq!(read, told);
        beside.iter_mut().for_each(PersonalField::erase);
        let mut read = body.clone();
        read.take_in(&beside).unwrap();
        assert_eq!(read, body);
        // a body of before says it itself
        let mut old = told.clone();
        old.take_in(&[]).unwrap();
        assert_eq!(old, told);
        for (name, value) in [(BIRTHDAY, "May"), (SKIN, "dry"), (ALLERGIES_ADD, "{}")] {
            let wrong = PersonalField::commit(name, value).unwrap();
            assert!(body.clone().take_in(&[wrong]).is_err(), "{name}");
        }
    }

    proptest! {
        /// Nobody becomes a child again.
        #[test]
        fn age_only_grows(born in 0i32..40_000, days in 0u64..40_000, later in 0u64..4_000) {
            let birthday = NaiveDate::from_num_days_from_ce_opt(700_000 + born).unwrap();
            let on = |days| {
                let day = birthday.checked_add_days(chrono::Days::new(days)).unwrap();
                day.and_hms_opt(0, 0, 0).unwrap().and_utc()
            };
            prop_assert!(under_14(Some(birthday), on(days)) || !under_14(Some(birthday), on(days + later)));
        }
    }
}

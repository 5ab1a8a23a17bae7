//! A profile in full, to be changed. That it was looked at is logged, as any look at personal values is.

use super::signin::SignedIn;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::{self, PendingProfile};
use crate::view::{BirthdayView, ClerkCard, ConsentView, ProfileForm, SkinView};
use chrono::{Datelike, NaiveDate};
use protocol::entity::{Member, Role};
use protocol::profile::{TEXT_VERSION, YEAR_UNTOLD, under_14};
use std::collections::BTreeSet;

/// Words for skin by its axes: of what products say whom they suit, the others are concerns.
const SKIN_WORDS: [&str; 9] = [
    "dry",
    "combination",
    "oily",
    "sensitive",
    "resistant",
    "pigmented",
    "non_pigmented",
    "wrinkled",
    "tight",
];

impl Engine {
    /// A member's profile in full. That this clerk looked is on the disk before it is answered.
    ///
    /// # Errors
    /// As [`Engine::reveal`].
    pub fn profile_form(&self, clerk: &SignedIn, member_id: &str) -> Result<ProfileForm> {
        self.reveal(clerk, member_id)?;
        let cached = self
            .cache(|c| cache::one::<Member>(c, member_id))?
            .ok_or(Error::MemberUnknown)?;
        let changes = self
            .shared
            .outbox()
            .read(|c| outbox::pending_profiles(c, member_id))?;
        let member = self.with_profile_changes(cached.clone())?;
        let now = self.shared.now()?;
        let staff = self.cache(cache::clerks)?;
        let advisors = staff.iter().filter(|c| c.role != Role::Cashier);
        Ok(ProfileForm {
            member_id: member.id.to_string(),
            revision: cached.revision,
            birthday: member.birthday.map(shown_birthday),
            under_14: under_14(member.birthday, now),
            advisor: member.advisor.as_ref().map(ToString::to_string),
            advisors: advisors.map(ClerkCard::of).collect(),
            skin: member.skin.as_ref().map(|s| SkinView {
                moisture: s.moisture.clone(),
                sensitivity: s.sensitivity.clone(),
                pigmentation: s.pigmentation.clone(),
                ageing: s.ageing.clone(),
            }),
            concern_words: self.concern_words()?,
            notes: self.note_views(&member)?,
            consents: consents(&cached, &member, &changes),
            consent_version: TEXT_VERSION.to_owned(),
            pending: !changes.is_empty(),
            online: self.shared.net().reached == Some(true),
            name: member.name,
            called: member.called,
            phone: member.phone,
            concerns: member.concerns,
            allergies: member.allergies,
        })
    }

    /// What products say they are for, besides skin.
    fn concern_words(&self) -> Result<Vec<String>> {
        let products = self.cache(cache::all_products)?;
        let words: BTreeSet<String> = products
            .into_iter()
            .filter(|p| p.active)
            .flat_map(|p| p.suits)
            .filter(|word| !SKIN_WORDS.contains(&word.as_str()))
            .collect();
        Ok(words.into_iter().collect())
    }
}

fn shown_birthday(day: NaiveDate) -> BirthdayView {
    BirthdayView {
        year: Some(day.year()).filter(|year| *year != YEAR_UNTOLD),
        month: day.month(),
        day: day.day(),
    }
}

/// The consents as they stand: what the centre tells of each, and what was said here since.
fn consents(cached: &Member, now: &Member, changes: &[PendingProfile]) -> Vec<ConsentView> {
    let said = |purpose: &str| {
        changes.iter().rev().find(|change| {
            let consents = &change.body.consents;
            match purpose {
                "skin" => consents.skin.is_some(),
                "marketing" => consents.marketing.is_some(),
                "guardian" => consents.guardian.is_some(),
                _ => false,
            }
        })
    };
    let terms = cached
        .agreed
        .iter()
        .any(|a| a.purpose == "terms" && a.given);
    [
        ("terms", terms),
        ("skin", now.consent_skin),
        ("marketing", now.consent_marketing),
        ("guardian", now.consent_guardian),
    ]
    .into_iter()
    .map(|(purpose, given)| {
        let told = cached.agreed.iter().rev().find(|a| a.purpose == purpose);
        match said(purpose) {
            Some(change) => ConsentView {
                purpose: purpose.to_owned(),
                given,
                version: change.body.consents.text_version.clone(),
                at: Some(change.at.into()),
                source: "counter".to_owned(),
                pending: true,
            },
            None => ConsentView {
                purpose: purpose.to_owned(),
                given,
                version: told.map(|a| a.version.clone()).unwrap_or_default(),
                at: told.map(|a| a.at.into()),
                source: told.map_or_else(String::new, |a| {
                    let (kind, _) = a.source.split_once(':').unwrap_or((&a.source, ""));
                    kind.to_owned()
                }),
                pending: false,
            },
        }
    })
    .collect()
}

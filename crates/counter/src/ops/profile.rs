//! Changing a member's profile, with or without a network. What it comes to where other counters
//! change it meanwhile is `protocol::profile`'s to say and the centre's to decide.

use super::signin::SignedIn;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::{self, Draft, PendingProfile, Summary};
use crate::search::mask::shown_as;
use crate::view::{Meanwhile, MemberBy, NoteView, ProfileDone, ProfileRequest, SkinView};
use chrono::{DateTime, NaiveDate, Utc};
use identity::MobileNumber;
use identity::phone::last_four;
use ingredients::{Allergies, Allergy};
use protocol::entity::{Clerk, Member, Note, Skin};
use protocol::limits::{CALLED_CHARS, NAME_CHARS, NOTE_CHARS, NOTES, TAG_CHARS, TAGS};
use protocol::lookup::LookupWhy;
use protocol::operation::{Body, PHONE};
use protocol::personal::PersonalField;
use protocol::profile::{
    CALLED, Consents, Fields, NAME, NOTE, Profile, TEXT_VERSION, YEAR_UNTOLD, is_birthday, may_keep,
};
use protocol::{ClerkId, MemberId, OpId};

impl Engine {
    /// Records a change of a profile. Once this returns it is on the disk.
    ///
    /// # Errors
    /// [`Error::MemberUnknown`], [`Error::PhoneInvalid`]; [`Error::PhoneTaken`] of a new phone number; [`Error::ProfileInvalid`] where a value is invalid or too long; [`Error::SkinNotConsented`] and
    /// [`Error::GuardianFirst`] where skin or allergies are told and may not be kept. Nothing is recorded then.
    pub fn change_profile(
        &self,
        clerk: &SignedIn,
        request: &ProfileRequest,
    ) -> Result<ProfileDone> {
        let member = self
            .cache(|c| cache::one::<Member>(c, &request.member_id))?
            .ok_or(Error::MemberUnknown)?;
        let shown = self.with_profile_changes(member.clone())?;
        let now = self.shared.now()?;
        let program = self.program()?;
        let mut body = body(request, &member, program.business_date(now))?;
        (body.allergies_add, body.allergies_remove) =
            taken_back(body.allergies_add, &body.allergies_remove, &shown.allergies);
        may_be_kept(&body, &shown, now)?;
        let phone = phone(request)?.filter(|phone| *phone != shown.phone);
        if let Some(phone) = &phone {
            self.may_have(clerk, &member, phone)?;
        }
        let phone_waits = phone.is_some();
        let mut personal = Vec::new();
        for (name, value) in [
            (NAME, text(request.name.as_deref(), "name", NAME_CHARS)?),
            (
                CALLED,
                text(request.called.as_deref(), "called", CALLED_CHARS)?,
            ),
            (PHONE, phone),
            (NOTE, text(request.note.as_deref(), "note", NOTE_CHARS)?),
        ] {
            if let Some(value) = value {
                personal.push(PersonalField::commit(name, &value)?);
            }
        }
        if personal.is_empty() && says_nothing(&body) {
            return Err(invalid("nothing"));
        }
        let shelf = self.shelf()?;
        let allergies = shelf.views(&Allergies::of(&request.allergies_add));
        let warns_of_nothing = allergies
            .iter()
            .filter(|a| a.products == 0)
            .map(|a| a.name.zh.clone())
            .collect();
        if self
            .shared
            .outbox()
            .read(outbox::identity::reads_personal)?
        {
            for (name, value) in body.take_out()? {
                personal.push(PersonalField::commit(name, &value)?);
            }
        }
        let draft = Draft {
            op_id: OpId::fresh(),
            hands: clerk.hands(),
            program: program.version(),
            at: now,
            body: Body::Profile(body),
            personal,
            summary: Summary {
                who: shown_as(&member.name, &member.phone),
                member: Some(member.id.to_string()),
                ..Summary::default()
            },
        };
        self.shared
            .outbox()
            .write(|tx| outbox::append(tx, &draft))?;
        self.appended(Some(&member.id));
        Ok(ProfileDone {
            op_id: draft.op_id.to_string(),
            meanwhile: self.meanwhile(request, &member)?,
            phone_waits,
            allergies,
            warns_of_nothing,
        })
    }

    /// A new phone number is nobody else's, as far as that can be known now: she is found by it.
    fn may_have(&self, clerk: &SignedIn, member: &Member, phone: &str) -> Result<()> {
        let by = Some(MemberBy::Phone);
        let found = match self.look_up_as(clerk, LookupWhy::PhoneChange, phone, by) {
            Ok(found) => found,
            // an older centre finds no members of other stores; it says by itself whose number it is. And with no network
            // the number waits, and is looked at when it is proven
            Err(Error::LookUpUnavailable | Error::Offline(_)) => None,
            Err(e) => return Err(e),
        };
        match found {
            Some(other) if other.member_id != member.id.as_str() => Err(Error::PhoneTaken),
            _ => Ok(()),
        }
    }

    /// What somebody else made of her profile since the form was opened.
    fn meanwhile(&self, request: &ProfileRequest, member: &Member) -> Result<Option<Meanwhile>> {
        if request.seen.is_none_or(|seen| seen >= member.revision) {
            return Ok(None);
        }
        let clerk = match &member.changed_by {
            Some(id) => Some(self.clerk_name(id)?),
            None => None,
        };
        Ok(Some(Meanwhile {
            clerk,
            at: member.changed_at.map(Into::into),
            name: request.name.as_ref().map(|_| member.name.clone()),
            called: request.called.as_ref().map(|_| member.called.clone()),
        }))
    }

    pub(super) fn clerk_name(&self, id: &ClerkId) -> Result<String> {
        let known = self.cache(|c| cache::one::<Clerk>(c, id.as_str()))?;
        Ok(known.map_or_else(|| id.to_string(), |c| c.name))
    }

    /// Revision of a member's profile that the cache holds, for measuring; none where she is not held.
    ///
    /// # Errors
    /// Where the cache cannot be read.
    #[doc(hidden)]
    pub fn revision_of(&self, member_id: &str) -> Result<Option<u32>> {
        Ok(self
            .cache(|c| cache::one::<Member>(c, member_id))?
            .map(|member| member.revision))
    }

    /// A member as the cache has her, with what this counter changed since.
    pub(crate) fn with_profile_changes(&self, mut member: Member) -> Result<Member> {
        let pending = self
            .shared
            .outbox()
            .read(|c| outbox::pending_profiles(c, member.id.as_str()))?;
        for change in pending {
            add(&mut member, change);
        }
        Ok(member)
    }

    /// Notes for the screens, newest first.
    pub(crate) fn note_views(&self, member: &Member) -> Result<Vec<NoteView>> {
        member
            .notes
            .iter()
            .map(|note| {
                Ok(NoteView {
                    clerk: self.clerk_name(&note.clerk)?,
                    at: note.at.into(),
                    text: note.text.clone(),
                })
            })
            .collect()
    }
}

/// The operation's body; the version that was seen is the form's, or else the cache's, which is what the clerk
/// saw of other counters' changes.
fn body(request: &ProfileRequest, member: &Member, today: NaiveDate) -> Result<Profile> {
    let birthday = request
        .birthday
        .as_deref()
        .map(|day| birthday(day, today).ok_or_else(|| invalid("birthday")))
        .transpose()?;
    let version = text(Some(&request.consent_version), "consent_version", TAG_CHARS)?;
    let advisor = match request.advisor.as_deref().map(str::trim) {
        Some(id) if id.len() > TAG_CHARS => return Err(invalid("advisor")),
        other => other.map(Into::into),
    };
    Ok(Profile {
        member: MemberId::new(member.id.as_str()),
        seen: request.seen.unwrap_or(member.revision).min(member.revision),
        set: Fields {
            birthday,
            skin: request.skin.as_ref().map(skin).transpose()?,
            advisor,
            concerns: request
                .concerns
                .as_deref()
                .map(|list| words(list, "concerns"))
                .transpose()?,
        },
        allergies_add: words(&request.allergies_add, "allergies_add")?,
        allergies_remove: words(&request.allergies_remove, "allergies_remove")?,
        consents: Consents {
            skin: request.consent_skin,
            marketing: request.consent_marketing,
            guardian: request.consent_guardian,
            text_version: version.unwrap_or_else(|| TEXT_VERSION.to_owned()),
        },
    })
}

/// A birthday as it is typed; without a year it is kept as one whose year was not told.
pub(super) fn birthday(typed: &str, today: NaiveDate) -> Option<NaiveDate> {
    let typed = typed.trim().trim_start_matches("--");
    let day = match typed.split('-').count() {
        2 => format!("{YEAR_UNTOLD}-{typed}").parse().ok()?,
        _ => typed.parse().ok()?,
    };
    is_birthday(day, today).then_some(day)
}

/// Refuses skin and allergies that may not be kept: she did not agree, or is a child whose guardian did not.
fn may_be_kept(body: &Profile, shown: &Member, now: DateTime<Utc>) -> Result<()> {
    let says = &body.consents;
    let skin = says.skin.unwrap_or(shown.consent_skin);
    let guardian = says.guardian.unwrap_or(shown.consent_guardian);
    let birthday = body.set.birthday.or(shown.birthday);
    let told = body.set.skin.is_some() || !body.allergies_add.is_empty();
    if !told || may_keep(skin, guardian, birthday, now) {
        return Ok(());
    }
    Err(if skin {
        Error::GuardianFirst
    } else {
        Error::SkinNotConsented
    })
}

/// What is to be added and removed of what was told before, where she takes some back: by meaning, so that 香精
/// takes back 「对香精过敏」. Of what was told together, the rest is told again.
fn taken_back(
    mut add: Vec<String>,
    back: &[String],
    told: &[String],
) -> (Vec<String>, Vec<String>) {
    let meant = Allergies::of(back);
    let is_meant = |one: &Allergy| meant.all().iter().any(|m| m.named == one.named);
    let mut remove = Vec::new();
    for word in told {
        let parts = Allergies::of(&[word]);
        let (off, stay): (Vec<_>, Vec<_>) = parts.all().iter().partition(|one| is_meant(one));
        if back.contains(word) {
            remove.push(word.clone());
        } else if !off.is_empty() {
            remove.push(word.clone());
            add.extend(stay.into_iter().map(|one| one.named.zh.clone()));
        }
    }
    // what is not known to be told may be told at another counter
    remove.extend(back.iter().filter(|word| !told.contains(word)).cloned());
    (add, remove)
}

fn says_nothing(body: &Profile) -> bool {
    body.set.is_empty()
        && body.consents.is_empty()
        && body.allergies_add.is_empty()
        && body.allergies_remove.is_empty()
}

fn invalid(field: &str) -> Error {
    Error::ProfileInvalid {
        field: field.to_owned(),
    }
}

/// A value without spaces around it; none where there is none.
fn text(value: Option<&str>, field: &str, most: usize) -> Result<Option<String>> {
    let value = value.map(str::trim).filter(|v| !v.is_empty());
    let sound =
        |v: &str| v.chars().count() <= most && !v.chars().any(|c| c.is_control() && c != '\n');
    match value {
        Some(v) if !sound(v) => Err(invalid(field)),
        other => Ok(other.map(str::to_owned)),
    }
}

fn phone(request: &ProfileRequest) -> Result<Option<String>> {
    request
        .phone
        .as_deref()
        .map(|typed| Ok(MobileNumber::parse(typed)?.into_string()))
        .transpose()
}

fn words(list: &[String], field: &str) -> Result<Vec<String>> {
    let mut words = Vec::with_capacity(list.len());
    for word in list {
        let word = text(Some(word), field, TAG_CHARS)?.ok_or_else(|| invalid(field))?;
        if !words.contains(&word) {
            words.push(word);
        }
    }
    if words.len() > TAGS {
        return Err(invalid(field));
    }
    Ok(words)
}

fn skin(view: &SkinView) -> Result<Skin> {
    let word = |value: &str| -> Result<String> {
        Ok(text(Some(value), "skin", TAG_CHARS)?.unwrap_or_default())
    };
    Ok(Skin {
        moisture: word(&view.moisture)?,
        sensitivity: word(&view.sensitivity)?,
        pigmentation: word(&view.pigmentation)?,
        ageing: word(&view.ageing)?,
    })
}

/// Shows a change that the cache does not contain yet, as the centre will see it where nobody
/// changed the same meanwhile.
fn add(member: &mut Member, change: PendingProfile) {
    let personal = |name: &str| {
        let field = change.personal.iter().find(|f| f.name == name);
        field.and_then(PersonalField::value).map(str::to_owned)
    };
    if let Some(name) = personal(NAME) {
        member.name = name;
    }
    if let Some(called) = personal(CALLED) {
        member.called = called;
    }
    if let Some(phone) = personal(PHONE) {
        // hers once she has said the code that is sent to it
        member.phone_waits = (phone != member.phone).then(|| last_four(&phone).to_owned());
    }
    if let Some(text) = personal(NOTE) {
        let note = Note {
            clerk: change.clerk,
            at: change.at,
            text,
        };
        member.notes.insert(0, note);
        member.notes.truncate(NOTES);
    }
    let Profile {
        set,
        allergies_add,
        allergies_remove,
        consents,
        ..
    } = change.body;
    member.consent_marketing = consents.marketing.unwrap_or(member.consent_marketing);
    member.consent_skin = consents.skin.unwrap_or(member.consent_skin);
    member.consent_guardian = consents.guardian.unwrap_or(member.consent_guardian);
    member.birthday = set.birthday.or(member.birthday);
    let kept = may_keep(
        member.consent_skin,
        member.consent_guardian,
        member.birthday,
        change.at,
    );
    if !kept {
        member.skin = None;
        member.allergies.clear();
    }
    if let Some(advisor) = set.advisor {
        member.advisor = Some(advisor).filter(|a| !a.as_str().is_empty());
    }
    if let Some(concerns) = set.concerns {
        member.concerns = concerns;
    }
    if kept {
        member.skin = set.skin.or(member.skin.take());
        member.allergies.extend(allergies_add);
        member.allergies.retain(|a| !allergies_remove.contains(a));
        member.allergies.sort();
        member.allergies.dedup();
    }
}

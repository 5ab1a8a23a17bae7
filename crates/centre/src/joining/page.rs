//! What is typed as a code, and on which page: each has its own tries.

use chrono::{DateTime, Duration, Utc};
use protocol::chain::Transcript;
use protocol::limits::SIGN_UP_CODE_MINUTES;
use protocol::{DeviceId, ErrorCode};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter,
};

use super::invitation::Invitation;
use crate::Centre;
use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{code_try, sent_code};

/// How long one that was typed rightly stands for the phone: as long as the sign-up code at most, so that
/// whoever reads what she agrees to is not sent back to the beginning.
const PROVED_SECONDS: i64 = SIGN_UP_CODE_MINUTES * 60;
/// Stands for a sign-up code where there is none. Those are 32 hex digits.
const OWN: &str = "own";
/// Stands before the id of a sign-up code where a guardian's number is proven.
const GUARDIAN: &str = "guardian:";
/// Stands before a device's id where a member says at it that she is there.
const PRESENCE: &str = "presence:";
/// Wrong tries at all codes of a page that may be used now.
pub(super) const TRIES: u32 = 5;

/// A page that is open on somebody's phone, or a counter's form: by which sign-up code, for which number, and what
/// tells it from others.
#[derive(Debug, Clone)]
pub struct Page {
    pub(super) invitation: String,
    pub(super) phone: String,
    pub(super) ticket: String,
}

impl Page {
    /// The page that has this ticket; without one, all that have none are one.
    pub fn of(invitation: &Invitation, phone: &str, ticket: Option<&str>) -> Self {
        Self::by(invitation.id.clone(), phone, ticket)
    }

    /// The same page where a guardian's number is proven: codes to it prove nothing else.
    pub fn of_guardian(invitation: &Invitation, phone: &str, ticket: Option<&str>) -> Self {
        Self::by(format!("{GUARDIAN}{}", invitation.id), phone, ticket)
    }

    /// A member's own page: no sign-up code leads to it.
    pub fn own(phone: &str, ticket: Option<&str>) -> Self {
        Self::by(OWN.to_owned(), phone, ticket)
    }

    fn by(invitation: String, phone: &str, ticket: Option<&str>) -> Self {
        let ticket = ticket.map(|t| {
            let hash = Transcript::new("counterpart.ticket.1").part(t.as_bytes());
            hash.finish().to_string()
        });
        Self {
            invitation,
            phone: phone.to_owned(),
            ticket: ticket.unwrap_or_default(),
        }
    }

    /// Where a member says at a counter that she is there.
    pub(super) fn of_presence(device: DeviceId, phone: &str) -> Self {
        Self::by(format!("{PRESENCE}{device}"), phone, None)
    }

    /// Which codes are its.
    pub(super) fn codes(&self) -> Condition {
        Condition::all()
            .add(sent_code::Column::Invitation.eq(&self.invitation))
            .add(sent_code::Column::Phone.eq(&self.phone))
            .add(sent_code::Column::Ticket.eq(&self.ticket))
    }

    /// How often was tried on it. Others who ask the same wait until this unit of work is over.
    pub(super) async fn lock(&self, work: &UnitOfWork) -> Result<code_try::Model, ServiceError> {
        let now = work.now();
        let fresh = code_try::Model {
            invitation: self.invitation.clone(),
            phone: self.phone.clone(),
            ticket: self.ticket.clone(),
            wrong: 0.into(),
            since: DateTime::<Utc>::UNIX_EPOCH.into(),
            expires_at: (now + Duration::seconds(2 * PROVED_SECONDS)).into(),
        };
        let row = code_try::Entity::insert(fresh.into_active_model())
            .on_conflict(
                OnConflict::columns([
                    code_try::Column::Invitation,
                    code_try::Column::Phone,
                    code_try::Column::Ticket,
                ])
                .update_column(code_try::Column::ExpiresAt)
                .to_owned(),
            )
            .exec_with_returning(work.on())
            .await?;
        Ok(row)
    }

    /// Forgets a code.
    pub(super) async fn forget(&self, work: &UnitOfWork, hash: &str) -> Result<(), ServiceError> {
        sent_code::Entity::delete_many()
            .filter(self.codes())
            .filter(sent_code::Column::CodeHash.eq(hash))
            .exec(work.on())
            .await?;
        Ok(())
    }

    /// Uses a code up for one sign-up; false where it was used for another.
    ///
    /// # Errors
    /// Where the database fails.
    pub(super) async fn use_up(
        &self,
        work: &UnitOfWork,
        typed: &str,
        sign_up: &str,
    ) -> Result<bool, ServiceError> {
        let unused = Condition::any()
            .add(sent_code::Column::UsedFor.is_null())
            .add(sent_code::Column::UsedFor.eq(sign_up));
        let used = sent_code::Entity::update_many()
            .col_expr(
                sent_code::Column::UsedFor,
                sea_orm::sea_query::Expr::value(sign_up),
            )
            .filter(self.codes())
            .filter(sent_code::Column::CodeHash.eq(code_hash(&self.phone, typed.trim())))
            .filter(unused)
            .exec(work.on())
            .await?;
        Ok(used.rows_affected > 0)
    }
}

/// For what a code is typed.
#[derive(Debug, Clone, Copy)]
pub(super) enum For<'a> {
    /// To see whether it is right: it then stands for the phone until the sign-up is done.
    Proof,
    /// To sign up; the same sign-up again is answered as the first was.
    SignUp(&'a str),
}

/// Checks a verification code at the step that asks for it. One that is right stands for the phone until the
/// sign-up is done; wrong tries are counted.
///
/// # Errors
/// [`ErrorCode::VerificationInvalid`]; where the database fails.
#[boxed]
pub async fn prove(centre: &Centre, page: &Page, typed: &str) -> Result<(), ServiceError> {
    check(centre, page, typed, For::Proof).await
}

/// Checks a verification code: any that was sent to this page and whose time runs. Wrong tries are counted.
///
/// # Errors
/// [`ErrorCode::VerificationInvalid`]; where the database fails.
pub(super) async fn check(
    centre: &Centre,
    page: &Page,
    typed: &str,
    what_for: For<'_>,
) -> Result<(), ServiceError> {
    let tried = centre.retrying(|| tried(centre, page, typed, what_for));
    if tried.await? { Ok(()) } else { Err(wrong()) }
}

/// What whoever typed a wrong code is told.
pub(super) fn wrong() -> ServiceError {
    ServiceError::refused(ErrorCode::VerificationInvalid, "verification code")
}

async fn tried(
    centre: &Centre,
    page: &Page,
    typed: &str,
    what_for: For<'_>,
) -> Result<bool, ServiceError> {
    let work = centre.work().await?;
    let now = work.now();
    // several at once wait here, so that each is counted before the next one is looked at
    let before = page.lock(&work).await?;
    if before.wrong >= TRIES {
        return Ok(false);
    }
    let usable = sent_code::Entity::find()
        .filter(page.codes())
        .filter(sent_code::Column::ExpiresAt.gte(Col(now)))
        .filter(sent_code::Column::SentAt.gte(before.since))
        .all(work.on())
        .await?;
    let hash = code_hash(&page.phone, typed.trim());
    let any = !usable.is_empty();
    let Some(mut right) = usable.into_iter().find(|code| code.code_hash == hash) else {
        // where nothing can be guessed at, nothing was tried
        if any {
            let mut counted = before;
            counted.wrong.0 += 1;
            counted
                .into_active_model()
                .reset_all()
                .update(work.on())
                .await?;
            work.commit().await?;
        }
        return Ok(false);
    };
    match (what_for, &right.used_for) {
        (For::Proof, None) => {
            let until = now + Duration::seconds(PROVED_SECONDS);
            right.expires_at = Ord::max(right.expires_at, until.into());
            right
                .into_active_model()
                .reset_all()
                .update(work.on())
                .await?;
            work.commit().await?;
            Ok(true)
        }
        (For::SignUp(_), None) => Ok(true),
        (For::SignUp(again), Some(used)) => Ok(again == used),
        // she has signed up by it: that it is hers stands, and it lasts no longer for that
        (For::Proof, Some(_)) => Ok(true),
    }
}

/// Forgets codes and tries whose time is over. How many.
///
/// # Errors
/// Where the database fails.
pub(super) async fn forget(work: &UnitOfWork, now: DateTime<Utc>) -> Result<u64, ServiceError> {
    let codes = sent_code::Entity::delete_many()
        .filter(sent_code::Column::ExpiresAt.lt(Col(now)))
        .exec(work.on())
        .await?;
    let tries = code_try::Entity::delete_many()
        .filter(code_try::Column::ExpiresAt.lt(Col(now)))
        .exec(work.on())
        .await?;
    Ok(codes.rows_affected + tries.rows_affected)
}

pub(super) fn code_hash(phone: &str, code: &str) -> String {
    Transcript::new("counterpart.verification.1")
        .part(phone.as_bytes())
        .part(code.as_bytes())
        .finish()
        .to_string()
}

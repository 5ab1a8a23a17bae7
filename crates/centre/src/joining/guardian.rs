//! Who agrees for a child: proven by a code to a number of their own, on the child's page.

use centre_store::column::Col;
use centre_store::tables::guardian;
use protocol::MemberId;
use protocol::join::Joining;
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::invitation::Invitation;
use super::page::{self, For, Page};
use crate::Centre;
use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;

/// A guardian whose code was right.
pub(super) struct Proven {
    page: Page,
    typed: String,
}

/// Checks the code of whoever agrees for a child; none where nobody has to.
pub(super) async fn checked(
    centre: &Centre,
    invitation: &Invitation,
    joining: &Joining,
    sign_up: &str,
) -> Result<Option<Proven>, ServiceError> {
    let Some(said) = &joining.guardian else {
        return Ok(None);
    };
    let page = Page::of_guardian(invitation, &said.phone, joining.ticket.as_deref());
    page::check(centre, &page, &said.verification, For::SignUp(sign_up)).await?;
    Ok(Some(Proven {
        page,
        typed: said.verification.clone(),
    }))
}

impl Proven {
    /// The code counts for this sign-up and for no other.
    pub(super) async fn use_up(
        &self,
        work: &UnitOfWork,
        sign_up: &str,
    ) -> Result<(), ServiceError> {
        if self.page.use_up(work, &self.typed, sign_up).await? {
            Ok(())
        } else {
            Err(page::wrong())
        }
    }

    /// Whose number it was stays with the consent: the proof that somebody agreed.
    pub(super) async fn keep(
        &self,
        work: &UnitOfWork,
        child: &Col<MemberId>,
    ) -> Result<(), ServiceError> {
        let row = guardian::ActiveModel {
            member_id: Set(child.clone()),
            phone: Set(Col::secret(self.page.phone.clone())),
            proven_at: Set(work.now().into()),
        };
        guardian::Entity::insert(row)
            .exec_without_returning(work.on())
            .await?;
        Ok(())
    }
}

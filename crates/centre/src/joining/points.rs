//! Points for joining.

use centre_store::tables::member;
use loyalty::{OpId, Program};
use protocol::operation::JOIN;

use super::steps::WELCOME;
use crate::error::ServiceError;
use crate::ledger::behave_by_itself;
use crate::unit_of_work::UnitOfWork;

/// Points for joining, where the program gives some.
pub(super) async fn welcome(
    work: &mut UnitOfWork,
    program: &Program,
    member: &member::Model,
) -> Result<(), ServiceError> {
    if !program.doc().behaviours.contains_key(&JOIN.into()) {
        return Ok(());
    }
    let op_id = OpId::new(format!("{WELCOME}{}", member.id));
    behave_by_itself(work, program, &member.id, (JOIN, op_id), *member.joined_at)
        .await?
        .map_err(ServiceError::rules("points for joining"))
}

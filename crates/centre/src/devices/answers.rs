//! Answers to requests for allowances, kept so that the same request gets the same answer.

use protocol::chain::Hash;
use protocol::grant::GrantReply;
use protocol::{DeviceId, Epoch};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};

use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::grant_request;

/// Keeps an answer, so that the same request gets it again; one that is kept stays. With how many allowances it gave, and
/// where the chain of such answers stands after it.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn keep_answer(
    work: &UnitOfWork,
    device: DeviceId,
    request_id: &str,
    epoch: Epoch,
    reply: &GrantReply,
    (given, chain): (u32, Option<Hash>),
) -> Result<(), ServiceError> {
    let row = grant_request::ActiveModel {
        device_id: Set(device.into()),
        request_id: Set(request_id.to_owned()),
        reply: Set(serde_json::to_string(reply)?),
        at: Set(reply.server_time.into()),
        epoch: Set(epoch.into()),
        given: Set(given.into()),
        chain: Set(chain.map(Col)),
    };
    // the same id in another epoch is another question: the answer of the life before stays
    grant_request::Entity::insert_many([row])
        .on_conflict(
            OnConflict::columns([
                grant_request::Column::DeviceId,
                grant_request::Column::RequestId,
            ])
            .do_nothing()
            .to_owned(),
        )
        .exec_without_returning(work.on())
        .await?;
    Ok(())
}

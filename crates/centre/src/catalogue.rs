//! What headquarters keeps: brand, program, stores, clerks, products, rewards. Each call writes
//! the row and puts it into the feed; giving the same id again replaces it.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, SaltString};
use centre_store::boxed;
use chrono::{DateTime, Utc};
use loyalty::Program;
use protocol::ClerkId;
use protocol::entity as wire;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, Iterable, QueryFilter};

use crate::error::ServiceError;
use crate::feed::Changed;
use crate::log::{Entry, Kind};
use crate::unit_of_work::UnitOfWork;
use centre_store::column::{Col, Stored};
use centre_store::tables::{brand, clerk, clerk_key, product, program, reward, store};
use protocol::entity::EntityKind;

/// Writes a row, or replaces the one with the same key.
macro_rules! replace {
    ($work:expr, $table:ident, $keys:expr, $model:expr) => {
        $table::Entity::insert($model.into_active_model())
            .on_conflict(
                OnConflict::columns($keys)
                    .update_columns($table::Column::iter())
                    .to_owned(),
            )
            .exec_without_returning($work.on())
            .await?
    };
}

/// Names the brand.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn put_brand(work: &mut UnitOfWork, b: &wire::Brand) -> Result<(), ServiceError> {
    // what is set for sign-up codes is set elsewhere, and stays
    let before = brand::Entity::find().one(work.on()).await?;
    let model = brand::Model {
        only_row: 1,
        name: b.name.clone(),
        demo: b.demo,
        welcome_gift: b.welcome_gift.clone(),
        phone_base: b.phone_base.clone(),
        sign_up: before.and_then(|b| b.sign_up),
    };
    replace!(work, brand, [brand::Column::OnlyRow], model);
    work.changed(Changed::of_brand(EntityKind::Brand, ""));
    work.note(Entry::of(Kind::BrandChanged));
    Ok(())
}

/// Publishes a version of the rules. A published version never changes: the same document again
/// changes nothing.
///
/// # Errors
/// Where that version was published with other rules, or the database fails.
#[boxed]
pub async fn publish_program(
    work: &mut UnitOfWork,
    rules: &Program,
    effective_from: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let version = rules.version();
    if i32::try_from(version).is_err() {
        return Err(ServiceError::VersionTooLarge { version });
    }
    let document = serde_json::to_string(rules)?;
    if let Some(before) = program::Entity::find_by_id(Col(version))
        .one(work.on())
        .await?
    {
        let same = Program::from_json(&before.document).is_ok_and(|p| p == *rules);
        return if same {
            Ok(())
        } else {
            Err(ServiceError::VersionTaken { version })
        };
    }
    let model = program::ActiveModel {
        version: Set(version.into()),
        document: Set(document),
        effective_from: Set(effective_from.into()),
        published_at: Set(work.now().into()),
    };
    program::Entity::insert(model)
        .exec_without_returning(work.on())
        .await?;
    work.changed(Changed::of_brand(EntityKind::Program, version.to_string()));
    work.changed(Changed::of_brand(
        EntityKind::ProgramSchedule,
        version.to_string(),
    ));
    let from = effective_from.to_rfc3339();
    work.note(Entry::of(Kind::ProgramPublished).what(format!("version {version} from {from}")));
    Ok(())
}

/// Opens a store, or renames it.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn put_store(work: &mut UnitOfWork, s: &wire::Store) -> Result<(), ServiceError> {
    let model = store::Model {
        id: (&s.id).into(),
        name: s.name.clone(),
        city: s.city.clone(),
    };
    replace!(work, store, [store::Column::Id], model);
    work.changed(Changed::of_brand(EntityKind::Store, s.id.to_string()));
    work.note(Entry::of(Kind::StoreChanged).what(format!("store {}", s.id)));
    Ok(())
}

/// Takes a clerk on, or changes one; see [`hash_pin`]. Where the clerk left, works elsewhere or has another PIN, the keys on
/// devices end.
///
/// # Errors
/// Where the store is not there, or the database fails.
#[boxed]
pub async fn put_clerk(work: &mut UnitOfWork, c: &wire::Clerk) -> Result<(), ServiceError> {
    let model = clerk::Model {
        id: (&c.id).into(),
        store_id: (&c.store).into(),
        name: c.name.clone(),
        role: c.role.into(),
        pin_hash: c.pin_hash.clone(),
        active: c.active,
    };
    let before = clerk::Entity::find_by_id(&c.id).one(work.on()).await?;
    if let Some(before) = before.as_ref().filter(|b| b.store_id != model.store_id) {
        let scope = protocol::pull::store_scope(&before.store_id);
        work.changed(Changed::Gone {
            scope,
            kind: EntityKind::Clerk,
            key: before.id.to_string(),
        });
    }
    let goes_on = before.is_none_or(|b| {
        model.active && b.store_id == model.store_id && b.pin_hash == model.pin_hash
    });
    if !goes_on {
        end_keys(work, &c.id).await?;
    }
    let what = format!(
        "clerk {}, store {}, role {}, active {}",
        c.id,
        c.store,
        model.role.to_raw(),
        c.active
    );
    work.note(Entry::of(Kind::ClerkChanged).what(what));
    replace!(work, clerk, [clerk::Column::Id], model);
    work.changed(Changed::of_brand(EntityKind::Clerk, c.id.to_string()));
    Ok(())
}

/// Ends the keys that a clerk has on devices: who left, works elsewhere or has another PIN signs nothing more with them.
async fn end_keys(work: &UnitOfWork, clerk: &ClerkId) -> Result<(), ServiceError> {
    clerk_key::Entity::update_many()
        .set(clerk_key::ActiveModel {
            ended_at: Set(Some(work.now().into())),
            ..Default::default()
        })
        .filter(clerk_key::Column::ClerkId.eq(Col::from(clerk)))
        .filter(clerk_key::Column::EndedAt.is_null())
        .exec(work.on())
        .await?;
    Ok(())
}

/// Argon2id hash of a PIN under a fresh salt, as a PHC string. It takes tens of milliseconds.
///
/// # Errors
/// Where the system has no randomness.
pub fn hash_pin(pin: &str) -> Result<String, ServiceError> {
    let mut salt = [0u8; 16];
    getrandom::fill(&mut salt)?;
    let salt = SaltString::encode_b64(&salt).map_err(ServiceError::Hashing)?;
    Argon2::default()
        .hash_password(pin.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(ServiceError::Hashing)
}

/// Lists a product, or changes it.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn put_product(work: &mut UnitOfWork, p: &wire::Product) -> Result<(), ServiceError> {
    let model = product::Model {
        sku: p.sku.as_str().into(),
        barcode: p.barcode.clone(),
        name: p.name.clone(),
        name_en: p.name_en.clone(),
        size: p.size.clone(),
        category: p.category.clone(),
        price_fen: p.price.map(Col),
        swatch: p.swatch.clone(),
        allergens: serde_json::to_string(&p.allergens)?,
        suits: serde_json::to_string(&p.suits)?,
        lasts_days: p.lasts_days.into(),
        active: p.active,
    };
    replace!(work, product, [product::Column::Sku], model);
    work.changed(Changed::of_brand(EntityKind::Product, p.sku.clone()));
    Ok(())
}

/// Lists a reward, or changes it.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn put_reward(work: &mut UnitOfWork, r: &wire::Reward) -> Result<(), ServiceError> {
    let model = reward::Model {
        id: r.id.clone(),
        name: r.name.clone(),
        name_en: r.name_en.clone(),
        size: r.size.clone(),
        kind: r.kind.into(),
        points: r.points.into(),
        min_tier: r.min_tier.as_deref().map(Col::from),
        swatch: r.swatch.clone(),
        allergens: serde_json::to_string(&r.allergens)?,
        active: r.active,
    };
    replace!(work, reward, [reward::Column::Id], model);
    work.changed(Changed::of_brand(EntityKind::Reward, r.id.clone()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use centre_store::column::Stored;
    use protocol::entity::{RewardKind, Role};
    use serde_json::json;

    #[test]
    fn words_are_stored_as_they_go_over_the_wire() {
        for role in [Role::Advisor, Role::Cashier, Role::Manager] {
            assert_eq!(json!(role), role.to_raw());
            assert_eq!(Role::from_raw(role.to_raw()), Some(role));
        }
        for kind in [RewardKind::Sample, RewardKind::Product, RewardKind::Service] {
            assert_eq!(json!(kind), kind.to_raw());
            assert_eq!(RewardKind::from_raw(kind.to_raw()), Some(kind));
        }
        assert_eq!(Role::from_raw("owner".to_owned()), None);
    }
}

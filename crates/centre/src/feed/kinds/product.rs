//! Products.

use protocol::entity::{self as wire, EntityKind};
use protocol::pull::BRAND_SCOPE;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::told::{ALL, BRAND, Expected, Told, Which, belongs_to_no_member, of_brand};
use crate::error::ServiceError;
use crate::feed::changed::{Owner, Row, Thing};
use crate::feed::people::People;
use centre_store::column::Col;
use centre_store::tables::product;

/// A product, by its number.
pub enum Product {}

impl Told for Product {
    const KIND: EntityKind = EntityKind::Product;
    const SENSITIVE: bool = false;
    type Wire = wire::Product;
    const EXPECTED: Expected = Expected {
        from: "product x",
        place: "x.sku",
        scope: BRAND,
        key: "x.sku",
        only: ALL,
        waits: None,
    };

    fn source(_scope: &str, key: &str, _body: &str) -> Option<Thing> {
        Some(Thing::new(Self::KIND, Owner::Brand, key))
    }

    async fn rows<C: ConnectionTrait>(
        db: &C,
        which: &Which,
        _people: &People,
    ) -> Result<Vec<Row>, ServiceError> {
        let mut rows = Vec::new();
        for id in of_brand(which) {
            let found = product::Entity::find_by_id(id).one(db).await?;
            if let Some(row) = found {
                let key = row.sku.to_string();
                rows.push(Row::with(BRAND_SCOPE.to_owned(), key, &wire_product(row)?)?);
            }
        }
        Ok(rows)
    }

    belongs_to_no_member!();
}

fn wire_product(p: product::Model) -> Result<wire::Product, ServiceError> {
    Ok(wire::Product {
        sku: p.sku.0.into_string(),
        barcode: p.barcode,
        name: p.name,
        name_en: p.name_en,
        size: p.size,
        category: p.category,
        price: p.price_fen.map(Col::into_inner),
        swatch: p.swatch,
        allergens: serde_json::from_str(&p.allergens)?,
        suits: serde_json::from_str(&p.suits)?,
        lasts_days: *p.lasts_days,
        active: p.active,
    })
}

//! What the centre holds already: by this a row is known again.

use std::collections::{BTreeSet, HashMap, HashSet};

use protocol::entity::Product;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::alike::without_zeros;
use super::error::ImportError;
use super::read_purchases::NewReceipt;
use crate::entities::{member, product, receipt, store};
use crate::work::Work;

/// Receipt numbers asked for in one statement.
const ASKED: usize = 500;

/// A member that can be found.
#[derive(Debug, Clone)]
pub struct Known {
    /// Id.
    pub id: String,
    /// Card number.
    pub no: String,
    /// Phone.
    pub phone: String,
}

/// What a line takes from its product, and what it is scanned by.
#[derive(Debug, Clone)]
pub struct KnownProduct {
    /// Name.
    pub name: String,
    /// Category.
    pub category: String,
    /// Bar code.
    pub barcode: Option<String>,
    /// Whether it is sold.
    pub active: bool,
}

/// A receipt that is recorded.
#[derive(Debug, Clone)]
pub struct KnownReceipt {
    /// Whose.
    pub member: String,
    /// What it says.
    pub content_hash: String,
}

/// All of these.
#[derive(Debug, Default)]
pub struct Existing {
    /// Stores by id.
    pub stores: HashSet<String>,
    /// Members by card number.
    pub by_no: HashMap<String, Known>,
    /// Card numbers of digits alone, by what is left of them without zeros at the beginning.
    pub without_zeros: HashMap<String, String>,
    /// Members by phone.
    pub by_phone: HashMap<String, Known>,
    /// Products by number.
    pub products: HashMap<String, KnownProduct>,
    /// Receipts by store and number: those that the file names.
    pub receipts: HashMap<(String, String), KnownReceipt>,
}

impl Existing {
    /// Looks everything up within the unit of work, so that nobody can change it meanwhile.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn look_up(work: &Work, wanted: &[NewReceipt]) -> Result<Self, ImportError> {
        let db = work.on();
        let mut all = Self::default();
        let stores: Vec<String> = store::Entity::find()
            .select_only()
            .column(store::Column::Id)
            .into_tuple()
            .all(db)
            .await?;
        all.stores.extend(stores);
        let members: Vec<(String, String, Option<String>)> = member::Entity::find()
            .select_only()
            .columns([
                member::Column::Id,
                member::Column::CardNo,
                member::Column::Phone,
            ])
            .into_tuple()
            .all(db)
            .await?;
        for (id, no, phone) in members {
            all.add_member(Known {
                id,
                no,
                phone: phone.unwrap_or_default(),
            });
        }
        let products: Vec<(String, String, String, Option<String>, bool)> = product::Entity::find()
            .select_only()
            .columns([
                product::Column::Sku,
                product::Column::Name,
                product::Column::Category,
                product::Column::Barcode,
                product::Column::Active,
            ])
            .into_tuple()
            .all(db)
            .await?;
        for (sku, name, category, barcode, active) in products {
            let known = KnownProduct {
                name,
                category,
                barcode,
                active,
            };
            all.products.insert(sku, known);
        }
        let numbers: BTreeSet<&str> = wanted.iter().map(|r| r.no.as_str()).collect();
        let numbers: Vec<&str> = numbers.into_iter().collect();
        for some in numbers.chunks(ASKED) {
            let found: Vec<(String, String, String, String)> = receipt::Entity::find()
                .select_only()
                .columns([
                    receipt::Column::StoreId,
                    receipt::Column::ReceiptNo,
                    receipt::Column::MemberId,
                    receipt::Column::ContentHash,
                ])
                .filter(receipt::Column::ReceiptNo.is_in(some.iter().copied()))
                .into_tuple()
                .all(db)
                .await?;
            for (store, no, member, content_hash) in found {
                all.receipts.insert(
                    (store, no),
                    KnownReceipt {
                        member,
                        content_hash,
                    },
                );
            }
        }
        Ok(all)
    }

    /// One more member.
    pub fn add_member(&mut self, known: Known) {
        if !known.phone.is_empty() {
            self.by_phone.insert(known.phone.clone(), known.clone());
        }
        if let Some(bare) = without_zeros(&known.no) {
            self.without_zeros.insert(bare.to_owned(), known.no.clone());
        }
        // those of before numbers were brought to one form are found by it too
        self.by_no.insert(identity::text::narrow(&known.no), known);
    }

    /// One more product.
    pub fn add_product(&mut self, product: &Product) {
        let known = KnownProduct {
            name: product.name.clone(),
            category: product.category.clone(),
            barcode: product.barcode.clone(),
            active: product.active,
        };
        self.products.insert(product.sku.clone(), known);
    }
}

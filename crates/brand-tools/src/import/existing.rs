//! What the centre holds already: by this a row is known again.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use identity::receipt::ReceiptNumber;
use loyalty::OpId;
use protocol::entity::Product;
use protocol::ids::MemberId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::error::ImportError;
use super::read_purchases::NewReceipt;
use super::recorded::KnownReceipt;
use super::zeros::without_zeros;
use centre::ledger::receipts_standing;
use centre::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::{member, product, receipt, store};

/// Receipt numbers asked for in one statement.
const ASKED: usize = 500;
/// How the ids of sales begin that came from a file.
pub const IMPORTED: &str = "import:";

/// A member that can be found.
#[derive(Debug, Clone)]
pub struct Known {
    /// Id.
    pub id: MemberId,
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
    /// Receipts by store and by what their numbers are looked for: those that the file names.
    pub receipts: HashMap<(String, String), Vec<KnownReceipt>>,
}

impl Existing {
    /// Looks everything up within the unit of work, so that nobody can change it meanwhile.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn look_up(work: &UnitOfWork, wanted: &[NewReceipt]) -> Result<Self, ImportError> {
        let db = work.on();
        let mut all = Self::default();
        let stores: Vec<String> = store::Entity::find()
            .select_only()
            .column(store::Column::Id)
            .into_tuple()
            .all(db)
            .await?;
        all.stores.extend(stores);
        let members: Vec<(Col<MemberId>, String, Option<String>)> = member::Entity::find()
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
                id: id.into_inner(),
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
        let numbers: BTreeSet<String> = wanted.iter().map(NewReceipt::number_key).collect();
        let numbers: Vec<String> = numbers.into_iter().collect();
        for some in numbers.chunks(ASKED) {
            let found = receipt::Entity::find()
                .filter(receipt::Column::NumberKey.is_in(some.iter().cloned()))
                .all(db)
                .await?;
            let open = receipts_standing(db, found.clone()).await?;
            let open: HashSet<_> = open.into_iter().map(|r| r.op_id).collect();
            for r in found {
                let known = KnownReceipt {
                    number: ReceiptNumber::stored(r.receipt_no.as_str()),
                    at: *r.at,
                    imported: r.op_id.as_str().starts_with(IMPORTED),
                    stands: open.contains(&r.op_id),
                    op_id: r.op_id.into_inner(),
                    member: r.member_id.into_inner(),
                    content_hash: r.content_hash,
                };
                let key = (r.store_id.to_string(), r.number_key);
                all.receipts.entry(key).or_default().push(known);
            }
        }
        Ok(all)
    }

    /// Receipts of a store whose numbers may be this one's.
    pub fn receipts_like(&self, receipt: &NewReceipt) -> &[KnownReceipt] {
        let key = (receipt.store.clone(), receipt.number_key());
        self.receipts.get(&key).map_or(&[], Vec::as_slice)
    }

    /// By what a receipt of the file will be known: store, number and business date, and which of that day where
    /// there are more.
    pub fn sale_id(&self, receipt: &NewReceipt, date: NaiveDate) -> OpId {
        let number = ReceiptNumber::stored(&receipt.no);
        let base = format!("{IMPORTED}{}/{}@{date}", receipt.store, number.exact());
        let there = self.receipts_like(receipt);
        let free = |id: &OpId| there.iter().all(|known| known.op_id != *id);
        let mut ids = (1..).map(|n| match n {
            1 => OpId::from(base.as_str()),
            n => OpId::new(format!("{base}~{n}")),
        });
        ids.find(free).unwrap_or_else(|| OpId::from(base.as_str()))
    }

    /// One more receipt.
    pub fn add_receipt(&mut self, receipt: &NewReceipt, known: KnownReceipt) {
        let key = (receipt.store.clone(), receipt.number_key());
        self.receipts.entry(key).or_default().push(known);
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

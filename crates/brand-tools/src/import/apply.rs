//! From what was read to the database: members, products, receipts, each in the way that new ones
//! go too, and every point through the rules.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use loyalty::{Money, OpId, Points, Program};
use protocol::entity::Store;
use protocol::ids::{MemberId, StoreId};

use super::completing::{Has, OnRecord};
use super::edges::Edges;
use super::entry::{Entry, set_all};
use super::error::ImportError;
use super::existing::{Existing, Known};
use super::map::FieldMap;
use super::read_members::{self, NewMember};
use super::read_products::NewProduct;
use super::read_purchases::{Buyer, NewReceipt};
use super::recorded;
use super::tally::{Fate, Tally};
use super::zeros::{but_zeros, without_zeros, zeros_lost};
use centre::awards::{self, Confirming};
use centre::catalogue;
use centre::ledger::{PurchaseLine, content_hash};
use centre::members::{self, GivenConsent};
use centre::unit_of_work::UnitOfWork;
use centre_store::boxed;

/// Version of the consent wording where the brand's own is not known.
const CONSENT_TEXT: &str = "import";

/// What is written besides rows that were taken.
#[derive(Debug, Default, Clone, Copy)]
pub struct Sums {
    /// Stores that were made.
    pub stores: usize,
    /// Receipts that were made.
    pub receipts: usize,
    /// Receipts that got the rest of their lines.
    pub completed: usize,
    /// Counters' sales that the file confirmed.
    pub confirmed: usize,
    /// Of these, those of which the till has another amount.
    pub differing: usize,
    /// What they brought in, in fen.
    pub fen: i64,
    /// Points that they earned.
    pub earned: i64,
}

/// What the till has of a sale that a counter recorded.
#[derive(Debug)]
pub(super) struct TillSays {
    sale: OpId,
    amount: Money,
    receipt: String,
    store: String,
}

/// The unit of work with what it needs.
pub struct Apply<'a> {
    /// Where it is written.
    pub work: &'a mut UnitOfWork,
    /// The rules.
    pub program: &'a Program,
    /// The field map.
    pub map: &'a FieldMap,
    /// What is there, and what this import adds to it.
    pub existing: Existing,
    /// Now.
    pub now: DateTime<Utc>,
    /// How far it is.
    pub bar: &'a ProgressBar,
    /// What was written.
    pub sums: Sums,
    /// What is to be said of receipts that were there already.
    pub notes: Vec<String>,
    /// What is recorded under the numbers of the file.
    pub on_record: OnRecord,
    /// What is learnt of receipts that stand at an end of a file.
    pub edges: Edges,
    /// What is to be said of the receipt at the end of this one.
    pub may_go_on: Option<String>,
    /// Counters' sales that the file confirms.
    pub(super) confirming: Vec<TillSays>,
}

impl Apply<'_> {
    /// Lists products; those that are there stay as they are.
    ///
    /// # Errors
    /// Where the database fails.
    #[boxed]
    pub async fn products(
        &mut self,
        products: &[NewProduct],
        again: &[(usize, usize)],
        tally: &mut Tally,
    ) -> Result<(), ImportError> {
        let mut fates = Vec::with_capacity(products.len());
        for new in products {
            let product = &new.product;
            let there = self.existing.products.contains_key(&product.sku);
            if !there {
                catalogue::put_product(self.work, product).await?;
                self.existing.add_product(product);
            }
            let fate = if there {
                Fate::AlreadyThere
            } else {
                Fate::Taken
            };
            fates.push(fate.clone());
            tally.set(new.row, fate);
            self.bar.inc(1);
        }
        settle_again(again, &fates, tally);
        Ok(())
    }

    /// Makes members; those that are there stay as they are.
    ///
    /// # Errors
    /// Where the database fails.
    #[boxed]
    pub async fn members(
        &mut self,
        read: &read_members::ReadMembers,
        first_purchase: &HashMap<Buyer, DateTime<Utc>>,
        tally: &mut Tally,
    ) -> Result<(), ImportError> {
        let mut fates = Vec::with_capacity(read.members.len());
        for new in &read.members {
            let doubtful = self.doubtful_store(&new.store, "home_store");
            let fate = match self.same_member(new).or(doubtful.map(Fate::Rejected)) {
                Some(fate) => fate,
                None => {
                    self.make_member(new, first_purchase).await?;
                    Fate::Taken
                }
            };
            fates.push(fate.clone());
            tally.set(new.row, fate);
            self.bar.inc(1);
        }
        settle_again(&read.again, &fates, tally);
        Ok(())
    }

    /// What becomes of a member's row where somebody has that number or phone.
    fn same_member(&self, new: &NewMember) -> Option<Fate> {
        let by_no = if new.no.is_empty() {
            None
        } else {
            self.existing.by_no.get(&new.no)
        };
        let by_phone = self.existing.by_phone.get(&new.phone);
        match (by_no, by_phone) {
            (None, None) => None,
            (Some(a), Some(b)) if a.id == b.id => Some(Fate::AlreadyThere),
            (Some(_), _) => Some(Fate::Rejected(format!(
                "no: member {:?} is there with another phone",
                new.no
            ))),
            (None, Some(known)) if new.no.is_empty() || new.no == known.no => {
                Some(Fate::AlreadyThere)
            }
            (None, Some(known)) => Some(Fate::Rejected(format!(
                "phone: it is that of member {:?}",
                known.no
            ))),
        }
    }

    async fn make_member(
        &mut self,
        new: &NewMember,
        first_purchase: &HashMap<Buyer, DateTime<Utc>>,
    ) -> Result<(), ImportError> {
        self.store(&new.store).await?;
        let columns = self.map.members.as_ref();
        let consent = |purpose: &str, given: bool, told: bool| {
            told.then(|| GivenConsent {
                purpose: purpose.to_owned(),
                given,
                text_version: CONSENT_TEXT.to_owned(),
                source: "import".to_owned(),
            })
        };
        let consents = [
            consent(
                "skin",
                new.consent_skin,
                columns.is_some_and(|m| m.consent_skin.is_some()),
            ),
            consent(
                "marketing",
                new.consent_marketing,
                columns.is_some_and(|m| m.consent_marketing.is_some()),
            ),
        ];
        let first = [Buyer::No(new.no.clone()), Buyer::Phone(new.phone.clone())]
            .iter()
            .filter_map(|buyer| first_purchase.get(buyer))
            .min()
            .copied();
        let member = members::NewMember {
            phone: new.phone.clone(),
            name: new.name.clone(),
            birthday: new.birthday,
            card_no: (!new.no.is_empty()).then(|| new.no.clone()),

            joined_at: new.joined.or(first).unwrap_or(self.now),
            channel: "import".to_owned(),
            skin: new.skin.clone(),
            allergies: new.allergies.clone(),
            concerns: new.concerns.clone(),
            consents: consents.into_iter().flatten().collect(),
            ..members::NewMember::of(&StoreId::from(new.store.as_str()))
        };
        let made = members::create(self.work, self.program, member).await?;
        self.existing.add_member(Known {
            id: made.id.into_inner(),
            no: made.card_no,
            phone: new.phone.clone(),
        });
        Ok(())
    }

    /// Why a store that is not there is in doubt: one that is there has the same number but for zeros.
    fn doubtful_store(&self, id: &str, what: &str) -> Option<String> {
        let columns = (&self.map.members, &self.map.purchases);
        let written = match what {
            "store" => columns.1.as_ref().and_then(|p| p.store.as_ref()),
            _ => columns.0.as_ref().and_then(|m| m.home_store.as_ref()),
        };
        let names = &self.map.stores.names;
        let sure = written.is_some_and(|w| w.0.as_written);
        if sure || self.existing.stores.contains(id) || names.contains_key(id) {
            return None;
        }
        let other = but_zeros(id, self.existing.stores.iter().chain(names.keys()))?;
        Some(format!(
            "{what}: there is no store {id:?}, {}",
            zeros_lost(other)
        ))
    }

    /// Makes the store where it is not there.
    pub(super) async fn store(&mut self, id: &str) -> Result<(), ImportError> {
        if !self.existing.stores.insert(id.to_owned()) {
            return Ok(());
        }
        let names = &self.map.stores;
        let name = names
            .names
            .get(id)
            .cloned()
            .unwrap_or_else(|| names.name.replace("{id}", id));
        let city = names
            .cities
            .get(id)
            .cloned()
            .unwrap_or_else(|| names.city.clone());
        catalogue::put_store(
            self.work,
            &Store {
                id: id.into(),
                name,
                city,
            },
        )
        .await?;
        self.sums.stores += 1;
        Ok(())
    }

    /// Enters receipts, member by member, each member's in order of time, and brings each of them
    /// to now.
    ///
    /// # Errors
    /// Where the database fails.
    #[boxed]
    pub async fn receipts(
        &mut self,
        receipts: Vec<NewReceipt>,
        tally: &mut Tally,
    ) -> Result<(), ImportError> {
        let mut by_member: BTreeMap<MemberId, Vec<(Entry, NewReceipt)>> = BTreeMap::new();
        for receipt in receipts {
            let rows = receipt.rows.len() as u64;
            let doubtful = self.doubtful_store(&receipt.store, "store");
            match doubtful.map_or_else(|| self.member_of(&receipt), Err) {
                Err(why) => set_all(tally, &receipt, &Fate::Rejected(why)),
                Ok(id) => {
                    let lines = self.lines(&receipt);
                    if let Some(sale) = self.confirms(&id, &receipt, &lines) {
                        set_all(tally, &receipt, &Fate::AlreadyThere);
                        self.confirming.push(sale);
                        self.bar.inc(rows);
                        continue;
                    }
                    let entry = match self.on_record.of(&id, &receipt, self.program) {
                        Some(Has::Part { op_id, new }) => Entry::Further { op_id, new },
                        Some(Has::All { op_id, whole_now }) => {
                            set_all(tally, &receipt, &Fate::AlreadyThere);
                            if whole_now && receipt.edge.is_none() {
                                self.edges.whole.push(op_id);
                            }
                            self.bar.inc(rows);
                            continue;
                        }
                        None => match self.recorded(&id, &receipt, &lines) {
                            Some((fate, note)) => {
                                set_all(tally, &receipt, &fate);
                                self.notes.extend(note);
                                self.bar.inc(rows);
                                continue;
                            }
                            None => Entry::New(self.new_receipt(&id, &receipt, &lines)),
                        },
                    };
                    by_member.entry(id).or_default().push((entry, receipt));
                    continue;
                }
            }
            self.bar.inc(rows);
        }
        for (member, mut receipts) in by_member {
            receipts.sort_by_key(|(_, r)| r.at);
            self.history(&member, receipts, tally).await?;
        }
        self.confirm().await
    }

    /// The counter's sale that a receipt of the till confirms. One at an end of its file may have been cut: it confirms
    /// only what says the same.
    fn confirms(
        &mut self,
        member: &MemberId,
        receipt: &NewReceipt,
        lines: &[PurchaseLine],
    ) -> Option<TillSays> {
        let content = content_hash(lines, Points::ZERO, &[]);
        let there = self.existing.receipts_like(receipt);
        let known = recorded::confirmed(self.program, receipt, member, &content, there)?.clone();
        let same = known.content_hash == content;
        let said = |one: &TillSays| one.sale == known.op_id;
        // two tills gave the number: what says the same is the sale, the other is another
        if !same && (receipt.edge.is_some() || self.confirming.iter().any(said)) {
            return None;
        }
        if same {
            self.confirming.retain(|one| !said(one));
        }
        Some(TillSays {
            sale: known.op_id.clone(),
            amount: receipt.lines.iter().map(|line| line.amount).sum(),
            receipt: receipt.no.clone(),
            store: receipt.store.clone(),
        })
    }

    /// Confirms what the till has of counters' sales.
    async fn confirm(&mut self) -> Result<(), ImportError> {
        for says in std::mem::take(&mut self.confirming) {
            let (sale, till) = (&says.sale, Some(says.amount));
            let became = awards::confirm(self.work, self.program, sale, till, awards::TILL).await?;
            match became {
                Confirming::Confirmed { .. } => self.sums.confirmed += 1,
                Confirming::Differs { counter, till } => {
                    self.sums.confirmed += 1;
                    self.sums.differing += 1;
                    let TillSays { receipt, store, .. } = &says;
                    self.notes.push(format!(
                        "receipt {receipt:?} of store {store:?}: the till has {till}, the counter {counter}; its points follow the till"
                    ));
                }
                Confirming::AlreadyConfirmed | Confirming::Unknown => {}
            }
        }
        Ok(())
    }

    fn member_of(&self, receipt: &NewReceipt) -> Result<MemberId, String> {
        let found = match &receipt.buyer {
            Buyer::No(no) => self.existing.by_no.get(no).ok_or_else(|| {
                let bare = without_zeros(no);
                let other = bare.and_then(|bare| self.existing.without_zeros.get(bare));
                let other = other.map_or(String::new(), |other| format!(", {}", zeros_lost(other)));
                format!("member: there is no member {no:?}{other}")
            }),
            Buyer::Phone(phone) => self
                .existing
                .by_phone
                .get(phone)
                .ok_or("phone: there is no member of this number".to_owned()),
        };
        found.map(|known| known.id.clone())
    }

    /// What becomes of a receipt whose number is there already, and what is to be noted.
    fn recorded(
        &self,
        member: &MemberId,
        receipt: &NewReceipt,
        lines: &[PurchaseLine],
    ) -> Option<(Fate, Option<String>)> {
        let content = content_hash(lines, Points::ZERO, &[]);
        let there = self.existing.receipts_like(receipt);
        recorded::fate(self.program, receipt, member, &content, there)
    }

    /// Its lines, with what the products say that the file does not.
    pub(super) fn lines(&self, receipt: &NewReceipt) -> Vec<PurchaseLine> {
        receipt
            .lines
            .iter()
            .map(|l| {
                let product = self.existing.products.get(&l.sku);
                PurchaseLine {
                    sku: l.sku.clone(),
                    name: l
                        .name
                        .clone()
                        .or(product.map(|p| p.name.clone()))
                        .unwrap_or_else(|| l.sku.clone()),
                    category: l
                        .category
                        .clone()
                        .or(product.map(|p| p.category.clone()))
                        .filter(|c| !c.is_empty()),
                    qty: l.qty,
                    amount: l.amount,
                }
            })
            .collect()
    }
}

/// A row that says what an earlier one said is there already, unless that one was set aside.
fn settle_again(again: &[(usize, usize)], fates: &[Fate], tally: &mut Tally) {
    for (row, first) in again {
        let fate = match fates.get(*first) {
            Some(Fate::Rejected(why)) => Fate::Rejected(why.clone()),
            _ => Fate::AlreadyThere,
        };
        tally.set(*row, fate);
    }
}

//! Deeds on a loaded account. Nothing here decides: the rules do it, and what they changed is kept to be saved.

use chrono::{DateTime, Utc};
use loyalty::deed::{self, Book, Deed, Done, Needs};
use loyalty::{
    Error, GrantId, LastDay, Malformed, Moment, OpId, Outcome, Points, Program, ReturnOf, Standing,
};
use protocol::ids::{MemberId, StoreId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::counted::counted;
use super::lapsed::lapsed;
use super::load::Need;
use super::lock::lock_accounts;
use super::receipts::{self, Confirmed, StoredReceipt};
use super::redemptions::{self, StoredRedemption};
use super::{Beside, Ledger};
use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::tables::behaviour;

/// In whose name a deed is done.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// The operation's id, or the name of what did it.
    pub op_id: &'a OpId,
    /// The store that bears what the rules would not; empty where nothing can be borne.
    pub store: Option<&'a StoreId>,
    /// Who answers for it, where that is kept: who confirms a sale.
    pub whom: &'a str,
}

impl<'a> By<'a> {
    /// In the name of an operation, where no store bears anything.
    #[must_use]
    pub fn itself(op_id: &'a OpId) -> Self {
        Self {
            op_id,
            store: None,
            whom: "",
        }
    }
}

impl Ledger {
    /// Loads a member's account for a deed, with everything that [`Deed::needs`] names, and locks it until the
    /// transaction ends; none where there is no such member. `at` is the time of the operation.
    ///
    /// # Errors
    /// Where the database fails or holds rows that no account can have.
    pub async fn load_for<C: ConnectionTrait>(
        db: &C,
        program: &Program,
        member_id: &MemberId,
        at: DateTime<Utc>,
        deed: &Deed,
    ) -> Result<Option<Self>, ServiceError> {
        let needs = deed.needs();
        let beside = Beside::load(db, program, member_id, at, &needs).await?;
        let receipt = beside.receipt.as_ref().map(|stored| &stored.receipt);
        let redemption = beside.redemption.as_ref().map(|stored| &stored.redemption);
        let of_receipt = receipt.into_iter().flat_map(loyalty::Receipt::lots);
        let of_redemption = redemption.into_iter().flat_map(loyalty::Redemption::lots);
        let of_lapsed = beside.lapsed.iter().map(|lapsed| lapsed.lot);
        let used = receipt.into_iter().flat_map(|r| &r.coupons).map(|c| &c.id);
        let need = Need {
            lots: of_receipt.chain(of_redemption).chain(of_lapsed).collect(),
            all_lots: needs.every_lot,
            coupons: needs.coupons.iter().chain(used).cloned().collect(),
            grants: needs.grants.clone(),
        };
        // what was paid at the sale must be there to be taken off
        let since = receipt.map_or(at, |receipt| at.min(receipt.at));
        let loaded = Self::load(db, program, member_id, since, &need).await?;
        Ok(loaded.map(|ledger| Self { beside, ..ledger }))
    }

    /// Does a deed on the account that was loaded for it; [`save`](Self::save) writes it. A sale and a redemption have
    /// more beside them: they are entered by [`purchase`](Self::purchase) and [`redeem`](Self::redeem).
    ///
    /// # Errors
    /// As [`loyalty::deed::apply`]; the account is unchanged then.
    pub fn carry_out(
        &mut self,
        program: &Program,
        now: &Moment,
        deed: &Deed,
        by: By<'_>,
        standing: Standing,
    ) -> Result<Done, Error> {
        let mut beside = std::mem::take(&mut self.beside);
        let (done, mut book) = self.apply(program, now, deed, standing, beside.book(now))?;
        let outcome = &done.outcome;
        match deed {
            Deed::Return { of, .. } => {
                let receipt = book.receipts.remove(of);
                if let (Some(mut stored), Some(receipt)) = (beside.receipt, receipt) {
                    stored.receipt = receipt;
                    let bore = Some(&stored.store);
                    self.note_between(by.op_id, by.store, bore, now.at(), outcome);
                    self.receipts.push(stored);
                }
            }
            Deed::Confirm { of, till } => {
                let receipt = book.receipts.remove(of);
                if let (Some(mut stored), Some(receipt)) = (beside.receipt, receipt) {
                    let till = till.or(stored.confirmed.and_then(|before| before.till));
                    stored.receipt = receipt;
                    stored.confirmed = Some(Confirmed {
                        at: now.clock(),
                        by: by.whom.to_owned(),
                        till,
                    });
                    self.note(by.op_id, by.store, now.clock(), outcome);
                    self.receipts.push(stored);
                }
            }
            Deed::Drop { of } => {
                let receipt = book.receipts.remove(of);
                if let (Some(mut stored), Some(receipt)) = (beside.receipt, receipt) {
                    stored.receipt = receipt;
                    self.note(by.op_id, by.store, now.clock(), outcome);
                    self.receipts.push(stored);
                }
            }
            Deed::Reverse { of } => {
                let redemption = book.redemptions.remove(of);
                if let (Some(mut stored), Some(redemption)) = (beside.redemption, redemption) {
                    stored.redemption = redemption;
                    // what the store bore of it comes back to the store that bore it
                    self.note(by.op_id, Some(&stored.row.store_id), now.at(), outcome);
                    if stored.row.reversed_at.is_none() {
                        stored.row.reversed_at = Some(now.at().into());
                        self.reversed.push(stored);
                    }
                }
            }
            Deed::Release { .. } => {
                let first = self.moved.len();
                self.note(by.op_id, by.store, now.at(), outcome);
                self.date_expiries(program, first, Some(now.at()), now.clock());
            }
            Deed::Behave { .. }
            | Deed::Adjust { .. }
            | Deed::Extend { .. }
            | Deed::Freeze
            | Deed::Unfreeze
            | Deed::SetTier { .. }
            | Deed::GiveCoupon(_)
            | Deed::BirthMonth { .. } => self.note(by.op_id, by.store, now.at(), outcome),
            Deed::Purchase(_) | Deed::Redeem { .. } => {
                return Err(not_in_the_book("what stands beside it"));
            }
        }
        Ok(done)
    }

    /// Takes goods back; [`save`](Self::save) writes it. The store of `by` bears what the rules would not.
    ///
    /// # Errors
    /// As [`loyalty::return_goods`]; nothing is changed then.
    pub fn return_goods(
        &mut self,
        program: &Program,
        now: &Moment,
        stored: StoredReceipt,
        what: &ReturnOf,
        by: By<'_>,
        standing: Standing,
    ) -> Result<Done, Error> {
        let back = Deed::Return {
            of: stored.op_id.clone(),
            what: what.clone(),
        };
        self.beside.receipt = Some(stored);
        self.carry_out(program, now, &back, by, standing)
    }

    /// Gives points of an allowance back.
    ///
    /// # Errors
    /// As [`loyalty::release`].
    pub fn release(
        &mut self,
        program: &Program,
        now: &Moment,
        grant: &GrantId,
        points: Points,
        op_id: &OpId,
    ) -> Result<Outcome, Error> {
        let grant = grant.clone();
        let release = Deed::Release { grant, points };
        let by = By::itself(op_id);
        let done = self.carry_out(program, now, &release, by, Standing::Happened)?;
        Ok(done.outcome)
    }

    /// Adds or takes points by hand, under an operation's id.
    ///
    /// # Errors
    /// As [`loyalty::adjust`].
    pub fn adjust(
        &mut self,
        program: &Program,
        now: &Moment,
        points: Points,
        last_day: LastDay,
        op_id: &OpId,
    ) -> Result<Outcome, Error> {
        let by_hand = Deed::Adjust { points, last_day };
        let by = By::itself(op_id);
        let done = self.carry_out(program, now, &by_hand, by, Standing::Proposed)?;
        Ok(done.outcome)
    }

    /// Does a deed on the account and what stands beside it: what the deed did, and what the book has then beside the
    /// account. Where it fails the account is unchanged.
    pub(super) fn apply(
        &mut self,
        program: &Program,
        now: &Moment,
        deed: &Deed,
        standing: Standing,
        beside: Book,
    ) -> Result<(Done, Book), Error> {
        let mut book = Book {
            account: std::mem::take(&mut self.account),
            ..beside
        };
        let done = deed::apply(program, &mut book, now, deed, standing);
        self.account = std::mem::take(&mut book.account);
        Ok((done?, book))
    }
}

impl Beside {
    /// Loads what a deed is about. Where it is about something that another deed may change, her account is locked first.
    async fn load<C: ConnectionTrait>(
        db: &C,
        program: &Program,
        member_id: &MemberId,
        at: DateTime<Utc>,
        needs: &Needs,
    ) -> Result<Self, ServiceError> {
        let mut beside = Self::default();
        if !needs.is_about_more_than_the_account() {
            return Ok(beside);
        }
        lock_accounts(db, vec![member_id.clone()]).await?;
        if let Some(id) = &needs.receipt
            && let Some(row) = receipts::by_id(db, id).await?
        {
            beside.receipt = Some(StoredReceipt::load(db, row).await?);
        }
        if let Some(id) = &needs.redemption
            && let Some(row) = redemptions::find(db, id).await?
        {
            beside.redemption = Some(StoredRedemption::load(db, row).await?);
        }
        if let Some(kind) = &needs.behaviour {
            let that_day = behaviour::Entity::find()
                .filter(behaviour::Column::MemberId.eq(Col::from(member_id)))
                .filter(behaviour::Column::Kind.eq(kind.as_str()))
                .filter(behaviour::Column::OnDate.eq(Col(program.business_date(at))))
                .count(db)
                .await?;
            let times = u32::try_from(that_day).unwrap_or(u32::MAX);
            beside.behaved = Some((kind.clone(), times));
        }
        if let Some(by) = &needs.counted {
            let already = counted(db, program, member_id, by, at).await?;
            beside.counted = Some((by.clone(), already));
        }
        if needs.lapsed {
            beside.lapsed = lapsed(db, member_id, program.business_date(at), at).await?;
        }
        Ok(beside)
    }

    /// The book that a deed is done on, but for the account: what is stored beside stays here.
    pub(super) fn book(&mut self, now: &Moment) -> Book {
        let mut book = Book::default();
        if let Some(stored) = &mut self.receipt {
            let of = stored.op_id.clone();
            book.receipts.insert(of, stored.receipt.clone());
        }
        if let Some(stored) = &mut self.redemption {
            let of = stored.row.op_id.0.clone();
            book.redemptions.insert(of, stored.redemption.clone());
        }
        if let Some((kind, times)) = self.behaved.take() {
            book.behaved.insert((kind, now.date()), times);
        }
        if let Some((by, already)) = self.counted.take() {
            let day = now.date();
            book.counted.insert((None, day), already.member_day);
            book.counted.insert((Some(by), day), already.clerk_day);
        }
        book.lapsed = std::mem::take(&mut self.lapsed);
        book
    }
}

/// A deed leaves what it made or changed in its book; were it not there, nothing may be saved.
pub(super) fn not_in_the_book(what: &str) -> Error {
    let reason = "is not in the book after the deed".to_owned();
    Error::Malformed(Malformed {
        place: what.to_owned(),
        reason,
    })
}

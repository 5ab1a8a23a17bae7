//! The member's page.

use super::next::{Here, next_steps};
use super::tiers;
use crate::books::Books;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox;
use crate::search::mask;
use crate::view::{MemberPage, SkinView};
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use ingredients::Allergies;
use loyalty::{Money, Program};
use protocol::entity::{Clerk, Member, Receipt};

/// Most receipts on the page; a member of twenty years has fewer.
const HISTORY: u32 = 500;

impl Engine {
    /// All that the member's page shows, names and numbers masked.
    ///
    /// # Errors
    /// [`Error::MemberUnknown`], or where the files cannot be read.
    pub fn member_page(&self, member_id: &str) -> Result<MemberPage> {
        self.members_are_shown()?;
        let member = self.her(member_id)?.ok_or(Error::MemberUnknown)?;
        let member = self.with_profile_changes(member)?;
        let catalogue = self.catalogue()?;
        let now = self.shared.now()?;
        let program = catalogue.program(now);
        let today = program.business_date(now);
        let books = self.books(Some(&member), None)?;
        let receipts = self.receipts_now(&member, &books)?;
        let mut views = self.receipt_views()?;
        let history = receipts
            .iter()
            .map(|(r, pending)| views.of(r, *pending))
            .collect::<Result<Vec<_>>>()?;
        let (spend_12_months, months) = spend(program, today, &receipts);
        let advisor = match &member.advisor {
            Some(id) => self
                .cache(|c| cache::one::<Clerk>(c, id.as_str()))?
                .map(|c| c.name),
            None => None,
        };
        let tier = tiers::view(&books, &member);
        let points = books.points(&member);
        let shelf = self.shelf()?;
        let allergies = Allergies::of(&member.allergies);
        let allergy_views = shelf.views(&allergies);
        let receipts: Vec<&Receipt> = receipts.iter().map(|(r, _)| r).collect();
        let here = Here {
            now,
            last: self.last_here(&member, &books, &receipts)?,
        };
        let next = next_steps(
            &member, &allergies, &tier, &points, &receipts, &shelf, program, here,
        );
        Ok(MemberPage {
            id: member.id.to_string(),
            no: member.no.clone(),
            masked_name: mask::name(&member.name),
            called: member.called.clone(),
            masked_phone: mask::phone(&member.phone),
            phone_waits: member.phone_waits.clone(),
            provisional: self.cache(|c| cache::is_provisional(c, member.id.as_str()))?,
            birthday_month: member.birthday.map(|d| d.month()),
            joined: member.joined.to_string(),
            advisor,
            home_store: catalogue.store(&member.home_store),
            tier,
            skin: member
                .skin
                .as_ref()
                .filter(|_| member.consent_skin)
                .map(|s| SkinView {
                    moisture: s.moisture.clone(),
                    sensitivity: s.sensitivity.clone(),
                    pigmentation: s.pigmentation.clone(),
                    ageing: s.ageing.clone(),
                }),
            consent_skin: member.consent_skin,
            allergies: allergy_views.iter().map(|a| a.name.zh.clone()).collect(),
            allergy_views,
            concerns: member.concerns.clone(),
            notes: self.note_views(&member)?,
            points,
            next,
            spend_12_months,
            months,
            history,
            open_coupons: u32::try_from(self.coupons(member.id.as_str())?.len())
                .unwrap_or(u32::MAX),
            samples: self.sample_views(&member, &books)?,
        })
    }

    /// When she bought or was in a shop last: by her receipts, by what she redeemed, was given and did that is valued,
    /// and by what this counter did for her since.
    fn last_here(
        &self,
        member: &Member,
        books: &Books,
        receipts: &[&Receipt],
    ) -> Result<Option<DateTime<Utc>>> {
        let id = member.id.as_str();
        let met = self.cache(|c| cache::meetings(c, id))?;
        let done = books.ops().iter().filter(|op| op.body.in_her_presence());
        let bought = receipts.iter().map(|r| r.at).chain(member.last_purchase);
        Ok(bought
            .chain(met.iter().map(|met| met.at))
            .chain(done.map(|op| op.row.at))
            .max())
    }

    /// Receipts of a member, newest first, with what this counter did since; true = only here yet.
    fn receipts_now(&self, member: &Member, books: &Books) -> Result<Vec<(Receipt, bool)>> {
        let cached = self.cache(|c| cache::receipts_of(c, member.id.as_str(), HISTORY))?;
        let rows = self
            .shared
            .outbox()
            .read(|c| outbox::overlay_of(c, member.id.as_str()))?;
        let mut all: Vec<(Receipt, bool)> = cached
            .into_iter()
            .map(|r| (books.shown(r), false))
            .collect();
        for row in rows.iter().filter(|row| row.kind == "sale") {
            if let Some(known) = books.sale_of(&row.op_id)
                && !known.cached
            {
                all.push((books.shown(known.receipt.clone()), true));
            }
        }
        all.sort_by_key(|(r, _)| std::cmp::Reverse(r.at));
        Ok(all)
    }
}

/// Net spend of the last twelve calendar months, this one included, in all and by month.
#[allow(clippy::cast_precision_loss)] // for drawing
fn spend(program: &Program, today: NaiveDate, receipts: &[(Receipt, bool)]) -> (Money, Vec<f64>) {
    let first_of_month = today.with_day(1).unwrap_or(today);
    let begin = first_of_month
        .checked_sub_months(Months::new(11))
        .unwrap_or(first_of_month);
    let mut months = vec![0i64; 12];
    for (r, _) in receipts {
        let date = program.business_date(r.at);
        let index =
            (date.year() - begin.year()) * 12 + date.month0() as i32 - begin.month0() as i32;
        if let Some(month) = usize::try_from(index).ok().and_then(|i| months.get_mut(i)) {
            *month += (r.pay - r.refunded).fen();
        }
    }
    let total = Money::from_fen(months.iter().sum());
    (
        total,
        months
            .into_iter()
            .map(|fen| fen.max(0) as f64 / 100.0)
            .collect(),
    )
}

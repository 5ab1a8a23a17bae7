//! The member's page.

use super::next::next_steps;
use super::returns::{add_return, from_sale};
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox;
use crate::search::mask;
use crate::view::{
    LineView, MemberPage, NextTier, ReceiptState, ReceiptView, SkinView, TierView, Words,
};
use chrono::{Datelike, Months, NaiveDate};
use loyalty::program::{Label, Tier, TierBasis};
use loyalty::{Money, Program, TierId};
use protocol::entity::{Member, Receipt};

/// Most receipts on the page; a member of twenty years has fewer.
const HISTORY: u32 = 500;

impl Engine {
    /// All that the member's page shows, names and numbers masked.
    ///
    /// # Errors
    /// [`Error::MemberUnknown`], or where the files cannot be read.
    pub fn member_page(&self, member_id: &str) -> Result<MemberPage> {
        let member = self
            .cache(|c| cache::member(c, member_id))?
            .ok_or(Error::MemberUnknown)?;
        let member = self.with_acts(self.with_profile_changes(member)?)?;
        let catalogue = self.catalogue()?;
        let now = self.shared.now()?;
        let program = catalogue.program(now);
        let today = program.business_date(now);
        let standing = self.standing(&member, program, now)?;
        let receipts = self.receipts_now(&member)?;
        let history = receipts
            .iter()
            .map(|(r, pending)| self.receipt_view(r, *pending))
            .collect::<Result<Vec<_>>>()?;
        let (spend_12_months, months) = spend(program, today, &receipts);
        let advisor = match &member.advisor {
            Some(id) => self
                .cache(|c| cache::clerk(c, id.as_str()))?
                .map(|c| c.name),
            None => None,
        };
        let tier = tier_view(program, &member);
        let products = self.cache(cache::all_products)?;
        let receipts: Vec<&Receipt> = receipts.iter().map(|(r, _)| r).collect();
        let next = next_steps(
            &member,
            &tier,
            &standing.view,
            &receipts,
            &products,
            program,
            now,
        );
        Ok(MemberPage {
            id: member.id.to_string(),
            no: member.no.clone(),
            masked_name: mask::name(&member.name),
            masked_phone: mask::phone(&member.phone),
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
            allergies: member.allergies.clone(),
            concerns: member.concerns.clone(),
            notes: self.note_views(&member)?,
            points: standing.view,
            next,
            spend_12_months,
            months,
            history,
        })
    }

    /// Receipts of a member, newest first, with what this counter did since; true = only here yet.
    fn receipts_now(&self, member: &Member) -> Result<Vec<(Receipt, bool)>> {
        let cached = self.cache(|c| cache::receipts_of(c, member.id.as_str(), HISTORY))?;
        let rows = self
            .shared
            .outbox()
            .read(|c| outbox::overlay_of(c, member.id.as_str()))?;
        let mut all: Vec<(Receipt, bool)> = cached.into_iter().map(|r| (r, false)).collect();
        for row in &rows {
            let no = row.summary.receipt.as_deref();
            match row.kind.as_str() {
                "sale" if !all.iter().any(|(r, _)| Some(r.no.as_str()) == no) => {
                    all.push((from_sale(row)?, true));
                }
                "return" => {
                    for (r, _) in all.iter_mut().filter(|(r, _)| Some(r.no.as_str()) == no) {
                        add_return(r, row)?;
                    }
                }
                _ => {}
            }
        }
        all.sort_by_key(|(r, _)| std::cmp::Reverse(r.at));
        Ok(all)
    }

    /// A receipt for the screens.
    pub(crate) fn receipt_view(&self, r: &Receipt, pending: bool) -> Result<ReceiptView> {
        let catalogue = self.catalogue()?;
        let here = self.shared.identity()?.is_some_and(|i| i.store == r.store);
        let lines = r
            .lines
            .iter()
            .map(|l| {
                let product = self.cache(|c| cache::product(c, &l.sku))?;
                let (size, swatch, name_en) = product
                    .map(|p| (p.size, p.swatch, p.name_en))
                    .unwrap_or_default();
                Ok(LineView {
                    sku: l.sku.clone(),
                    name: l.name.clone(),
                    name_en,
                    size,
                    swatch,
                    qty: l.qty,
                    returned: l.returned,
                    amount: l.amount,
                })
            })
            .collect::<Result<_>>()?;
        Ok(ReceiptView {
            no: r.no.clone(),
            at: r.at.into(),
            store: catalogue.store(&r.store),
            here,
            channel: r.channel.clone(),
            lines,
            pay: r.pay,
            refunded: r.refunded,
            earned: r.earned,
            points_paid: r.points_paid,
            state: if pending {
                ReceiptState::Pending
            } else {
                ReceiptState::Confirmed
            },
        })
    }
}

fn tier_view(program: &Program, member: &Member) -> TierView {
    let own = TierId::from(member.tier.as_str());
    let words = |l: &Label| Words {
        zh: l.zh.clone(),
        en: l.en.clone(),
    };
    let named = |t: &Tier| {
        let label = words(&t.label.clone().unwrap_or_default());
        let or_id = |name: String| {
            if name.is_empty() {
                t.id.to_string()
            } else {
                name
            }
        };
        (or_id(label.zh), or_id(label.en))
    };
    let held = program.tiers().enumerate().find(|(_, t)| t.id == own);
    // a tier that the program no longer has shows its id
    let (name_zh, name_en) = held.map_or_else(
        || (member.tier.clone(), member.tier.clone()),
        |(_, t)| named(t),
    );
    let next = loyalty::next_tier(program, &own, member.qualifying).map(|next| {
        let (name_zh, name_en) = named(next.tier);
        NextTier {
            name_zh,
            name_en,
            gap: next.spend,
            missing: next.missing,
            climb: ratio(member.qualifying, next.tier.from),
        }
    });
    TierView {
        id: member.tier.clone(),
        rank: held
            .and_then(|(rank, _)| u32::try_from(rank).ok())
            .unwrap_or(0),
        name_zh,
        name_en,
        by_growth: program.doc().tier_basis == TierBasis::Growth,
        multiplier: held.map_or_else(|| "1".to_owned(), |(_, t)| t.multiplier.to_string()),
        benefits: held.map_or_else(Vec::new, |(_, t)| t.benefits.iter().map(words).collect()),
        review: member.tier_review.map(|d| d.to_string()),
        next,
    }
}

#[allow(clippy::cast_precision_loss)] // for drawing
fn ratio(part: Money, whole: Money) -> f64 {
    (part.fen() as f64 / whole.fen().max(1) as f64).clamp(0.0, 1.0)
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

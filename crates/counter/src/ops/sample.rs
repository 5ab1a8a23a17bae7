//! Handing samples and welcome gifts to a member 送小样. They cost her nothing, and nobody has to approve.

use super::redeem::PIECES;
use super::signin::SignedIn;
use crate::books::Books;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::{self, Draft, Summary};
use crate::search::mask::shown_as;
use crate::shelf::{Shelf, check};
use crate::view::{
    Millis, SampleDone, SampleOption, SampleOptions, SampleRequest, SampleView, SampleWhat,
};
use crate::{cache, ops::stock::Stock};
use chrono::Days;
use ingredients::{Allergies, List};
use protocol::OpId;
use protocol::entity::{Member, Product, Reward, RewardKind, Sample};
use protocol::limits::as_line;
use protocol::operation::{Body, SAMPLE_NAME_CHARS, SAMPLE_REASONS, SampleGiven, sample_reason};
use std::cmp::Reverse;

/// Most products that are offered for what was typed.
const MOST_FOUND: u32 = 20;
/// Whoever joined at most so many days ago and was given nothing is being welcomed.
const WELCOME_DAYS: u64 = 30;

impl Engine {
    /// What can be handed to a member: samples, or products that are meant by what was typed.
    ///
    /// # Errors
    /// [`Error::MemberUnknown`], or where the files cannot be read.
    pub fn sample_options(&self, member_id: &str, typed: &str) -> Result<SampleOptions> {
        self.members_are_shown()?;
        let member = self.sampled(member_id)?;
        let books = self.books(Some(&member), None)?;
        let given = self.samples_of(&member, &books)?;
        let allergies = self.allergies_of(&member)?;
        let had = |what: &SampleWhat, name: &str| {
            let of = given.iter().find(|(s, _)| is_of(s, what, name));
            of.map(|(s, _)| Millis::from(s.at))
        };
        let mut samples: Vec<SampleOption> = if typed.trim().is_empty() {
            let stock = self.stock()?;
            let rewards = self.cache(cache::rewards)?.into_iter();
            rewards
                .filter(|r| r.kind == RewardKind::Sample)
                .map(|r| of_reward(r, &stock, &allergies))
                .collect()
        } else {
            let found = self.cache(|c| cache::find_products(c, typed, MOST_FOUND))?;
            found
                .into_iter()
                .map(|p| of_product(p, &allergies))
                .collect()
        };
        for one in &mut samples {
            one.had = had(&one.what, &one.name);
        }
        if typed.trim().is_empty() {
            samples.sort_by_cached_key(|s| {
                let at = s.had.map(|at| at.0);
                (s.stock == Some(0), at.is_some(), at, s.name.clone())
            });
        }
        let today = books.program().business_date(books.now());
        let new_here = today <= member.joined + Days::new(WELCOME_DAYS);
        let reason = if new_here && given.is_empty() {
            "welcome"
        } else {
            "trial"
        };
        Ok(SampleOptions {
            samples,
            reasons: SAMPLE_REASONS.map(str::to_owned).to_vec(),
            reason: reason.to_owned(),
        })
    }

    /// Records that a member was handed a sample. Once this returns it is on the disk.
    ///
    /// # Errors
    /// [`Error::MemberUnknown`]; [`Error::QuantityInvalid`]; [`Error::RewardUnknown`] for what is no sample or is not given
    /// any more; [`Error::RewardOutOfStock`]; [`Error::ProductUnknown`]. Nothing was recorded then.
    pub fn give_sample(&self, clerk: &SignedIn, request: &SampleRequest) -> Result<SampleDone> {
        let identity = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let member = self.sampled(&request.member_id)?;
        if !(1..=PIECES).contains(&request.qty) {
            return Err(Error::QuantityInvalid {
                qty: request.qty,
                max: PIECES,
            });
        }
        let (name, reward, sku) = self.handed(&request.what, request.qty)?;
        let books = self.books(Some(&member), None)?;
        let draft = Draft {
            op_id: OpId::fresh(),
            hands: clerk.hands(),
            program: books.version()?,
            at: books.now(),
            body: Body::SampleGiven(SampleGiven {
                member: member.id.clone(),
                store: identity.store,
                reward,
                sku,
                name: name.clone(),
                qty: request.qty,
                reason: sample_reason(&request.reason).to_owned(),
            }),
            personal: Vec::new(),
            summary: Summary {
                who: shown_as(&member.name, &member.phone),
                member: Some(member.id.to_string()),
                what: name,
                pieces: request.qty,
                ..Summary::default()
            },
        };
        self.shared
            .outbox()
            .write(|tx| outbox::append(tx, &draft))?;
        self.appended(Some(&member.id));
        Ok(SampleDone {
            op_id: draft.op_id.to_string(),
        })
    }

    /// What a member was given, newest first, as her page shows it.
    pub(super) fn sample_views(&self, member: &Member, books: &Books) -> Result<Vec<SampleView>> {
        let given = self.samples_of(member, books)?;
        if given.is_empty() {
            return Ok(Vec::new());
        }
        let (catalogue, shelf) = (self.catalogue()?, self.shelf()?);
        let rewards = self.cache(cache::rewards)?;
        let view = |(s, pending): (Sample, bool)| {
            Ok(SampleView {
                op_id: s.id.to_string(),
                at: s.at.into(),
                name_en: in_english(&s, &shelf, &rewards),
                qty: s.qty,
                reason: sample_reason(&s.reason).to_owned(),
                store: catalogue.store(&s.store),
                clerk: self.clerk_name(&s.clerk)?,
                name: s.name,
                pending,
            })
        };
        given.into_iter().map(view).collect()
    }

    /// What a member was given, newest first, with what this counter gave since; true = only here yet.
    fn samples_of(&self, member: &Member, books: &Books) -> Result<Vec<(Sample, bool)>> {
        let told = self.cache(|c| cache::of_member::<Sample>(c, member.id.as_str()))?;
        let mut all: Vec<(Sample, bool)> = told.into_iter().map(|s| (s, false)).collect();
        for op in books.ops() {
            if let Body::SampleGiven(given) = &op.body
                && !all.iter().any(|(s, _)| s.id.as_str() == op.row.op_id)
            {
                let sample = Sample {
                    id: op.row.op_id.as_str().into(),
                    member: member.id.clone(),
                    store: given.store.clone(),
                    clerk: op.row.clerk.as_str().into(),
                    at: op.row.at,
                    sku: given.sku.clone(),
                    name: given.name.clone(),
                    qty: given.qty,
                    reason: given.reason.clone(),
                };
                all.push((sample, true));
            }
        }
        all.sort_by_key(|(s, _)| Reverse(s.at));
        Ok(all)
    }

    fn sampled(&self, member_id: &str) -> Result<Member> {
        self.cache(|c| cache::one::<Member>(c, member_id))?
            .ok_or(Error::MemberUnknown)
    }

    /// What is handed out: its name, and the reward or the product that it is.
    fn handed(
        &self,
        what: &SampleWhat,
        qty: u32,
    ) -> Result<(String, Option<String>, Option<String>)> {
        match what {
            SampleWhat::Reward { id } => {
                let reward = self
                    .cache(|c| cache::reward(c, id))?
                    .filter(|r| r.kind == RewardKind::Sample)
                    .ok_or(Error::RewardUnknown)?;
                if let Some(left) = self.stock()?.of(&reward.id)
                    && left < qty
                {
                    return Err(Error::RewardOutOfStock { left });
                }
                Ok((
                    as_line(&reward.name, SAMPLE_NAME_CHARS),
                    Some(reward.id),
                    None,
                ))
            }
            SampleWhat::Product { sku } => {
                let shelf = self.shelf()?;
                let product = shelf
                    .product(sku)
                    .ok_or_else(|| Error::ProductUnknown { sku: sku.clone() })?;
                Ok((
                    as_line(&product.name, SAMPLE_NAME_CHARS),
                    None,
                    Some(product.sku.clone()),
                ))
            }
        }
    }
}

/// Whether what she was given is a piece of this. What is told of a reward's sample is its name alone.
fn is_of(sample: &Sample, what: &SampleWhat, name: &str) -> bool {
    match what {
        SampleWhat::Reward { .. } => {
            sample.sku.is_none() && sample.name == as_line(name, SAMPLE_NAME_CHARS)
        }
        SampleWhat::Product { sku } => sample.sku.as_ref() == Some(sku),
    }
}

fn in_english(sample: &Sample, shelf: &Shelf, rewards: &[Reward]) -> String {
    let name = match &sample.sku {
        Some(sku) => shelf.product(sku).map(|p| &p.name_en),
        None => rewards
            .iter()
            .find(|r| as_line(&r.name, SAMPLE_NAME_CHARS) == sample.name)
            .map(|r| &r.name_en),
    };
    name.cloned().unwrap_or_default()
}

fn of_reward(r: Reward, stock: &Stock, allergies: &Allergies) -> SampleOption {
    SampleOption {
        stock: stock.of(&r.id),
        allergy: check(allergies, &List::of(&r.allergens)),
        what: SampleWhat::Reward { id: r.id },
        name: r.name,
        name_en: r.name_en,
        size: r.size,
        swatch: r.swatch,
        had: None,
    }
}

fn of_product(p: Product, allergies: &Allergies) -> SampleOption {
    SampleOption {
        stock: None,
        allergy: check(allergies, &List::of(&p.allergens)),
        what: SampleWhat::Product { sku: p.sku },
        name: p.name,
        name_en: p.name_en,
        size: String::new(),
        swatch: p.swatch,
        had: None,
    }
}

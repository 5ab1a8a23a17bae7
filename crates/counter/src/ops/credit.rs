//! Who gets the credit of a sale: by the shop's rule, or as the clerk says.

use super::signin::SignedIn;
use crate::books::Op;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox;
use crate::view::{ClerkCard, CreditForm, CreditPerson, CreditRequest, HelpedHow, MemberTarget};
use chrono::{DateTime, Duration, Utc};
use loyalty::{HELP_DAYS, Helped, Serving, credit_by_rule};
use protocol::ClerkId;
use protocol::credit::{Credit, reason_word};
use protocol::entity::{Clerk, Member, Role};
use protocol::operation::{BY_ITSELF, Body};

/// Receipts that are looked through for who sold lately.
const RECEIPTS: u32 = 50;

/// Somebody did something for her.
struct Did {
    who: ClerkId,
    how: HelpedHow,
    at: DateTime<Utc>,
}

impl Engine {
    /// Who gets the credit of a sale by the shop's rule, and who else works here.
    ///
    /// # Errors
    /// [`Error::MemberUnknown`], or where the files cannot be read.
    pub fn sale_credit(&self, clerk: &SignedIn, member: &MemberTarget) -> Result<CreditForm> {
        let member = match member {
            MemberTarget::Member { id } => Some(
                self.cache(|c| cache::one::<Member>(c, id))?
                    .ok_or(Error::MemberUnknown)?,
            ),
            MemberTarget::Phone { .. } | MemberTarget::Code { .. } => None,
        };
        let now = self.shared.now()?;
        let staff = self.cache(cache::clerks)?;
        let did = self.helped(member.as_ref(), &staff, now)?;
        let rule = by_rule(clerk.clerk(), member.as_ref(), &staff, &did, now);
        let card = |id: &Option<ClerkId>| {
            let found = staff.iter().find(|c| Some(&c.id) == id.as_ref());
            found.map(ClerkCard::of)
        };
        let mut people: Vec<CreditPerson> = staff
            .iter()
            .map(|c| {
                let last = did.iter().filter(|d| d.who == c.id).max_by_key(|d| d.at);
                CreditPerson {
                    clerk: ClerkCard::of(c),
                    signed_in: c.id == *clerk.clerk(),
                    advisor: member
                        .as_ref()
                        .is_some_and(|m| m.advisor.as_ref() == Some(&c.id)),
                    helped: last.map(|d| d.how),
                    helped_at: last.map(|d| d.at.into()),
                }
            })
            .collect();
        people.sort_by_key(|p| {
            let id = Some(p.clerk.id.as_str());
            let is = |who: &Option<ClerkId>| who.as_ref().map(ClerkId::as_str) == id;
            (
                !is(&rule.seller),
                !is(&rule.second),
                !p.signed_in,
                !p.advisor,
                std::cmp::Reverse(p.helped_at),
            )
        });
        Ok(CreditForm {
            seller: card(&rule.seller),
            second: card(&rule.second),
            people,
            days: u32::try_from(HELP_DAYS).unwrap_or(u32::MAX),
        })
    }

    /// What a sale's operation says of it: by the rule where the clerk says nothing.
    ///
    /// # Errors
    /// [`Error::CreditUnknown`] where somebody does not work here, [`Error::CreditReason`] where it is not as
    /// the rule has it and no reason is given.
    pub(super) fn credit(
        &self,
        clerk: &SignedIn,
        member: Option<&Member>,
        asked: Option<&CreditRequest>,
        now: DateTime<Utc>,
    ) -> Result<Credit> {
        let staff = self.cache(cache::clerks)?;
        let did = self.helped(member, &staff, now)?;
        let rule = by_rule(clerk.clerk(), member, &staff, &did, now);
        let Some(asked) = asked else { return Ok(rule) };
        let works_here = |id: &Option<String>| -> Result<Option<ClerkId>> {
            let Some(id) = id.as_deref().map(str::trim).filter(|id| !id.is_empty()) else {
                return Ok(None);
            };
            let found = staff.iter().find(|c| c.id.as_str() == id);
            Ok(Some(found.ok_or(Error::CreditUnknown)?.id.clone()))
        };
        let (seller, second) = (works_here(&asked.seller)?, works_here(&asked.second)?);
        // nobody assists herself, or in what is nobody's
        let second = second.filter(|s| seller.is_some() && Some(s) != seller.as_ref());
        if seller == rule.seller && second == rule.second {
            return Ok(rule);
        }
        let reason = reason_word(&asked.reason).ok_or(Error::CreditReason)?;
        Ok(Credit {
            seller,
            second,
            reason: reason.to_owned(),
        })
    }

    /// Who of the store did something for her within the days of the rule.
    fn helped(
        &self,
        member: Option<&Member>,
        staff: &[Clerk],
        now: DateTime<Utc>,
    ) -> Result<Vec<Did>> {
        let Some(member) = member else {
            return Ok(Vec::new());
        };
        let id = member.id.as_str();
        let mut all: Vec<Did> = Vec::new();
        for r in self.cache(|c| cache::receipts_of(c, id, RECEIPTS))? {
            let sold = [r.seller, r.second].into_iter().flatten();
            all.extend(sold.map(|who| Did {
                who,
                how: HelpedHow::Sold,
                at: r.at,
            }));
        }
        let noted = self.with_profile_changes(member.clone())?.notes;
        all.extend(noted.into_iter().map(|note| Did {
            who: note.clerk,
            how: HelpedHow::Noted,
            at: note.at,
        }));
        for met in self.cache(|c| cache::meetings(c, id))? {
            all.extend(met.clerk.map(|who| Did {
                who,
                how: HelpedHow::Served,
                at: met.at,
            }));
        }
        let rows = self.shared.outbox().read(|c| outbox::overlay_of(c, id))?;
        for row in rows {
            all.extend(done_by(&Op::read(row)?));
        }
        let since = now - Duration::days(HELP_DAYS);
        all.retain(|d| d.at >= since && staff.iter().any(|c| c.id == d.who));
        Ok(all)
    }
}

/// Who did something for her by an operation.
fn done_by(op: &Op) -> Vec<Did> {
    let signer = || ClerkId::from(op.row.clerk.as_str());
    let (who, how) = match &op.body {
        Body::Sale(sale) => {
            let credited = match &sale.credit {
                Some(credit) => [credit.seller.clone(), credit.second.clone()],
                None => [Some(signer()), None],
            };
            (credited, HelpedHow::Sold)
        }
        body if body.helps_member() => ([Some(signer()), None], HelpedHow::Served),
        // what was noted stands among her notes
        _ => ([None, None], HelpedHow::Served),
    };
    let people = who
        .into_iter()
        .flatten()
        .filter(|id| id.as_str() != BY_ITSELF);
    people
        .map(|who| Did {
            who,
            how,
            at: op.row.at,
        })
        .collect()
}

fn by_rule(
    signed_in: &ClerkId,
    member: Option<&Member>,
    staff: &[Clerk],
    did: &[Did],
    now: DateTime<Utc>,
) -> Credit {
    let works_here = |id: &ClerkId| staff.iter().find(|c| c.id == *id);
    let helped: Vec<Helped<ClerkId>> = did
        .iter()
        .map(|d| Helped {
            who: d.who.clone(),
            at: d.at,
        })
        .collect();
    let advisor = member.and_then(|m| m.advisor.as_ref());
    let rule = credit_by_rule(
        &Serving {
            signed_in,
            cashier: works_here(signed_in).is_some_and(|c| c.role == Role::Cashier),
            advisor: advisor.filter(|id| works_here(id).is_some()),
            helped: &helped,
            own_purchase: false,
        },
        now,
    );
    Credit {
        seller: rule.seller,
        second: rule.second,
        reason: String::new(),
    }
}

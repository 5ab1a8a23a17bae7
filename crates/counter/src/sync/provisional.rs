//! Members whom this counter signed up without the network are in its cache from then on, until the centre's own row of theirs is
//! there; also where the cache had to be made anew.

use crate::cache;
use crate::error::Result;
use crate::outbox::{self, PendingSignUp};
use crate::shared::Shared;
use loyalty::program::Rank;
use loyalty::{Money, Points, Program};
use protocol::entity::{Clerk, Member, Role, Skin};
use protocol::join::{GUARDIAN, MARKETING, SKIN};
use protocol::profile::may_keep;

/// Has them in the cache who wait, and no others.
pub(crate) fn hold_provisional(shared: &Shared) -> Result<bool> {
    let waiting = shared.outbox().read(outbox::pending_sign_ups)?;
    let all = if waiting.is_empty() {
        Vec::new()
    } else {
        let programs = shared.cache(cache::programs)?;
        let now = programs.first().map(|(_, program)| program);
        // no rules, no members: they come with the next page
        now.map_or_else(Vec::new, |program| {
            waiting
                .into_iter()
                .map(|one| member(one, program))
                .collect()
        })
    };
    let all = with_advisors(shared, all)?;
    shared.cache_file(|c| c.hold_provisional(&all))
}

/// Whoever signed her up is her advisor where she is one, as the centre has it.
fn with_advisors(shared: &Shared, all: Vec<Member>) -> Result<Vec<Member>> {
    all.into_iter()
        .map(|member| {
            let advisor = match &member.advisor {
                Some(id) => shared.cache(|c| cache::one::<Clerk>(c, id.as_str()))?,
                None => None,
            };
            Ok(Member {
                advisor: advisor.filter(|c| c.role == Role::Advisor).map(|c| c.id),
                ..member
            })
        })
        .collect()
}

/// She as the centre will tell of her: no number on a card yet, and nothing earned.
fn member(one: PendingSignUp, program: &Program) -> Member {
    let gives = |purpose: &str| {
        let mut consents = one.body.consents.iter();
        consents.any(|c| c.purpose == purpose && c.given)
    };
    let (skin, guardian) = (gives(SKIN), gives(GUARDIAN));
    let marketing = gives(MARKETING);
    let told = one.body.told;
    let keeps = may_keep(skin, guardian, told.birthday, one.at);
    Member {
        id: one.body.member,
        no: String::new(),
        name: told.name,
        called: told.called,
        phone: one.phone,
        phone_waits: None,
        birthday: told.birthday,
        birth_month: None,
        home_store: one.body.store,
        advisor: Some(one.clerk),
        joined: program.business_date(one.at),
        joined_by_code: None,
        earlier_cards: Vec::new(),
        tier: program.tier(Rank::LOWEST).id.to_string(),
        qualifying: Money::ZERO,
        tier_review: None,
        skin: Some(told.skin).filter(|s| keeps && *s != Skin::default()),
        allergies: if keeps { told.allergies } else { Vec::new() },
        concerns: told.concerns,
        consent_skin: skin,
        consent_marketing: marketing,
        consent_guardian: guardian,
        agreed: Vec::new(),
        changed_by: None,
        changed_at: None,
        revision: 0,
        notes: Vec::new(),
        balance: Points::ZERO,
        available: Points::ZERO,
        debt: Points::ZERO,
        waiting: Points::ZERO,
        lots: Vec::new(),
        account: None,
        frozen: false,
        last_purchase: None,
        receipts: 0,
        as_of: one.at,
    }
}

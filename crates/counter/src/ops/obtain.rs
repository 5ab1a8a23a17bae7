//! Having what is to be spent: held here, or asked of the centre within a second and a half.

use crate::changed::Changed;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::{outbox, sync};
use chrono::{DateTime, Utc};
use loyalty::Points;
use protocol::MemberId;
use protocol::entity::Member;
use protocol::grant::{GrantReply, ShortReason};
use protocol::limits;
use protocol::operation::Spend;
use rusqlite::Transaction;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// What this counter lacks for an operation.
struct Missing {
    points: Points,
    coupons: Vec<String>,
}

impl Missing {
    fn is_nothing(&self) -> bool {
        !self.points.is_positive() && self.coupons.is_empty()
    }
}

/// Why the centre gave no more: of points, and of each coupon.
#[derive(Default)]
struct Reasons {
    points: Option<String>,
    coupons: HashMap<String, String>,
}

impl Engine {
    /// Makes sure that this counter may spend so many points and these coupons of hers, asking the
    /// centre where it may not yet. Answers whether it asked.
    ///
    /// # Errors
    /// [`Error::OfflineLimit`], [`Error::CouponNotHere`]. Nothing was spent then.
    pub(crate) fn obtain(
        &self,
        member: &Member,
        points: Points,
        coupons: &[String],
    ) -> Result<bool> {
        let missing = self.missing(member, points, coupons)?;
        if missing.is_nothing() {
            return Ok(false);
        }
        let wait = Duration::from_millis(limits::TOP_UP_WAIT_MS);
        let identity = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let client = self.shared.client(&identity)?;
        let asked = self.within(wait, async {
            let mut reasons = Reasons::default();
            // one request each: a request names a member once
            if missing.points.is_positive() {
                let reply = sync::top_up(&self.shared, &client, &member.id, missing.points).await?;
                reasons.points = self.word(&reply)?;
            }
            for coupon in &missing.coupons {
                let reply = sync::coupon(&self.shared, &client, &member.id, coupon).await?;
                if let Some(word) = self.word(&reply)? {
                    reasons.coupons.insert(coupon.clone(), word);
                }
            }
            Ok(reasons)
        });
        let (reasons, otherwise) = match asked {
            Ok(Some(reasons)) => {
                self.shared.reached();
                (reasons, None)
            }
            Ok(None) => (Reasons::default(), Some("slow")),
            Err(Error::Offline(_)) => (Reasons::default(), Some("offline")),
            Err(e @ (Error::Refused { .. } | Error::Nonsense(_))) => {
                (Reasons::default(), Some(e.code().0))
            }
            Err(e) => return Err(e),
        };
        let missing = self.missing(member, points, coupons)?;
        if missing.is_nothing() {
            return Ok(true);
        }
        let unreached = matches!(otherwise, Some("offline" | "slow"));
        if unreached {
            self.shared
                .failed(&Error::Offline("a top-up did not come".into()));
        }
        // with the centre silent, what bars points that are here says more than that it is silent
        let now = self.shared.now()?;
        let barred = self
            .shared
            .outbox()
            .read(|c| outbox::barred_by(c, member.id.as_str(), now))?
            .filter(|_| unreached);
        let why = |said: Option<String>| said.or_else(|| barred.or(otherwise).map(str::to_owned));
        if let Some(coupon) = missing
            .coupons
            .first()
            .filter(|_| !missing.points.is_positive())
        {
            return Err(Error::CouponNotHere {
                coupon: coupon.clone(),
                reason: why(reasons.coupons.get(coupon).cloned()),
            });
        }
        let points = self.books(Some(member), None)?.points(member);
        Err(Error::OfflineLimit {
            possible: points.offline_usable,
            set_aside: points.set_aside_here,
            used: points.used_here,
            confirmed: points.confirmed,
            reason: why(reasons.points),
        })
    }

    fn missing(&self, member: &Member, points: Points, coupons: &[String]) -> Result<Missing> {
        let now = self.shared.now()?;
        let id = member.id.as_str();
        let (usable, held) = self.shared.outbox().read(|c| {
            let held = match coupons {
                [] => HashSet::new(),
                _ => outbox::held_coupons(c, id, now)?,
            };
            Ok((outbox::usable(c, id, now)?, held))
        })?;
        Ok(Missing {
            points: (points - usable).floor_zero(),
            coupons: coupons
                .iter()
                .filter(|c| !held.contains(*c))
                .cloned()
                .collect(),
        })
    }

    /// Why an answer gives less than was asked, in its stable word.
    fn word(&self, reply: &GrantReply) -> Result<Option<String>> {
        let Some(short) = reply.short.first() else {
            return Ok(None);
        };
        if short.reason == ShortReason::NoGrants {
            // which of the three it is, this counter knows of two
            if self.shared.outbox().read(outbox::identity::superseded)? {
                return Ok(Some("superseded".to_owned()));
            }
            if self.shared.net().quarantined {
                return Ok(Some("quarantined".to_owned()));
            }
        }
        let word = serde_json::to_value(short.reason)?;
        Ok(word.as_str().map(str::to_owned))
    }

    /// Spends within the caller's transaction, all or nothing.
    pub(crate) fn spend(
        &self,
        tx: &Transaction<'_>,
        member: &str,
        points: Points,
        now: DateTime<Utc>,
    ) -> Result<Vec<Spend>> {
        match outbox::spend(tx, member, points, now)? {
            Some(spends) => Ok(spends),
            // it was spent, given back or voided in between
            None => Err(Error::OfflineLimit {
                possible: outbox::usable(tx, member, now)?,
                set_aside: Points::ZERO,
                used: Points::ZERO,
                confirmed: Points::ZERO,
                reason: Some("held_elsewhere".to_owned()),
            }),
        }
    }

    /// Uses coupons within the caller's transaction, all or nothing.
    pub(crate) fn use_coupons(
        &self,
        tx: &Transaction<'_>,
        member: &str,
        coupons: &[String],
        now: DateTime<Utc>,
    ) -> Result<()> {
        for coupon in coupons {
            if !outbox::use_coupon(tx, member, coupon, now)? {
                return Err(Error::CouponNotHere {
                    coupon: coupon.clone(),
                    reason: Some("held_elsewhere".to_owned()),
                });
            }
        }
        Ok(())
    }

    /// After a commit of something of a member, where she is one here: send it, and let the screens read her again.
    pub(crate) fn appended(&self, member: Option<&MemberId>) {
        self.shared.appended().notify_one();
        let member = member.map(ToString::to_string);
        self.shared.changed(Changed::operations(member));
    }
}

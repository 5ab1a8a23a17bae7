//! I5: what counters hold, against the caps of the brand's rules.
//!
//! A cap may be lowered while points are out under the one before, and nothing then takes them back at
//! once. So the measure is the highest cap of any version that has come into force.

use loyalty::Program;
use sea_orm::{EntityTrait, FromQueryResult};

use super::report::CheckReport;
use super::report::Invariant::I5;
use super::snapshot::Snapshot;
use crate::error::ServiceError;
use centre_store::tables::program;

#[derive(FromQueryResult)]
struct Broken {
    place: String,
    expected: String,
    found: String,
}

/// Checks both caps.
pub(super) async fn check(at: &mut Snapshot<'_>) -> Result<(), ServiceError> {
    let mut programs = CheckReport::new(I5, "program");
    let caps = highest(at, &mut programs).await?;
    at.done(programs);
    // what rules that nobody can read allowed is not known
    let Some((device_cap, member_cap)) = caps else {
        return Ok(());
    };
    let rows = at.rows("allowance").await?;
    let device = include_str!("sql/i5_device.sql");
    let member = include_str!("sql/i5_member.sql");
    for (what, sql, cap) in [
        ("device_cap", device, device_cap),
        ("member_cap", member, member_cap),
    ] {
        let mut check = CheckReport::new(I5, what);
        check.rows = rows;
        let broken: Vec<Broken> = at.ask(sql, vec![cap.into()]).await?;
        for b in broken {
            check.breaks(b.place, b.expected, b.found);
        }
        at.done(check);
    }
    Ok(())
}

/// The highest cap for a device and for a member that was ever in force; where no version is in force
/// yet, the first one counts, as it does for granting. None where one of them cannot be read, which is noted.
async fn highest(
    at: &Snapshot<'_>,
    programs: &mut CheckReport,
) -> Result<Option<(i64, i64)>, ServiceError> {
    let now = at.now();
    let mut versions = program::Entity::find().all(at.on()).await?;
    versions.sort_by_key(|p| p.version);
    let first = versions.first().map(|p| p.version);
    let (mut device, mut member) = (0, 0);
    for row in versions {
        programs.rows += 1;
        let rules = match Program::from_json(&row.document) {
            Ok(rules) => rules,
            Err(error) => {
                let place = format!("program {}", row.version);
                programs.breaks(place, "rules that can be read", error.to_string());
                continue;
            }
        };
        if row.effective_from > now && Some(row.version) != first {
            continue;
        }
        let caps = &rules.doc().allowance;
        device = device.max(caps.device_cap.get());
        member = member.max(caps.member_cap.get());
    }
    Ok((programs.violations == 0).then_some((device, member)))
}

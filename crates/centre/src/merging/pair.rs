//! Two members, in one order for everybody.

use protocol::MemberId;

use centre_store::column::Col;

/// Two ids, the lesser first: everybody locks accounts in one order.
pub(super) fn sorted<'a>(one: &'a MemberId, other: &'a MemberId) -> [&'a MemberId; 2] {
    if one <= other {
        [one, other]
    } else {
        [other, one]
    }
}

/// The key of a pair in `not_same_member`.
pub(super) fn pair(one: &MemberId, other: &MemberId) -> (Col<MemberId>, Col<MemberId>) {
    let [one, other] = sorted(one, other);
    (one.into(), other.into())
}

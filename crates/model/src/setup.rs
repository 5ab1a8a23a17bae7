//! What a search may do, and by which rules the two sides go.

use crate::books::Points;

/// How much of everything a search may see. Each search is exhaustive within these.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// Devices of the store, 1 or 2.
    pub devices: u8,
    /// The member's points at the beginning: those with a last day, and those without.
    pub points: [Points; 2],
    /// Whether the member has a single-use coupon.
    pub coupon: bool,
    /// Whether it is given only in the course of things: a centre that was put back may not know that it exists.
    pub coupon_given_later: bool,
    /// The most points that a device may hold.
    pub cap: Points,
    /// How many points a request asks for.
    pub want: Points,
    /// Operations that each copy may append.
    pub ops: u8,
    /// Grant requests that each copy may write.
    pub asks: u8,
    /// Sales, of one point each, over all copies.
    pub sales: u8,
    /// Returns, taking one point back each, over all copies.
    pub returns: u8,
    /// Disks that are copied; the first device's.
    pub forks: u8,
    /// Times that the first device's disk is put back from a backup.
    pub disk_restores: u8,
    /// Times that the centre is put back from a backup.
    pub centre_restores: u8,
    /// Write-offs.
    pub write_offs: u8,
    /// Devices revoked.
    pub revokes: u8,
    /// Lies that whoever has the first device's key may tell.
    pub lies: u8,
    /// Whether the last day of the points passes.
    pub midnight: bool,
    /// Whether counters release by themselves (idle, recalled); else only where they must.
    pub releases: bool,
    /// Whether counters say hello; where nothing can go wrong with epochs and generations, none is needed.
    pub hellos: bool,
    /// Whether a message may arrive more than once by the network's own doing.
    pub repeats: bool,
    /// Whether requests may be late, or arrive after others; else only their answers may.
    pub late_requests: bool,
    /// Messages under way at once. Any of them may be lost, late or overtaken.
    pub wire: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            devices: 2,
            points: [0, 2],
            coupon: false,
            coupon_given_later: false,
            cap: 2,
            want: 2,
            ops: 2,
            asks: 1,
            sales: 0,
            returns: 0,
            forks: 0,
            disk_restores: 0,
            centre_restores: 0,
            write_offs: 0,
            revokes: 0,
            lies: 0,
            midnight: false,
            releases: true,
            hellos: false,
            repeats: true,
            late_requests: true,
            wire: 2,
        }
    }
}

/// The rules, each of which can be broken by itself to show what it is for. `true` is right throughout.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Only the holder or a manager frees an allowance, never the end of its lease.
    pub no_reclaim_by_clock: bool,
    /// A redemption that timed out is pushed again, never paid a second way.
    pub one_way_to_spend: bool,
    /// A grant request has an id that is on the disk before it leaves.
    pub request_on_disk: bool,
    /// A release is an operation of the outbox.
    pub release_in_outbox: bool,
    /// A counter that begins an epoch holds nothing.
    pub new_epoch_is_empty: bool,
    /// A centre that was restored grants nothing until every device has reported.
    pub hold_while_recovering: bool,
    /// A coupon used after its write-off is the store's loss, not the member's use.
    pub late_coupon_is_loss: bool,
    /// A stored reply is repeated only to the epoch that asked, and a new epoch closes its requests.
    pub reply_to_own_epoch: bool,
    /// Resolving a fork applies what every branch did.
    pub branches_are_applied: bool,
    /// Before it begins an epoch, a counter also makes sure that no request was written since its hello.
    pub begin_checks_requests: bool,
    /// The bound of a fork's loss is all that was granted in its epoch, not what is left when it is resolved.
    pub fork_bound_is_granted: bool,
    /// Resolving closes the epochs that forked; the current one goes on where it did not fork.
    pub resolve_closes_forked_only: bool,
    /// A superseded counter gives back what it holds.
    pub superseded_releases: bool,
    /// Only an answer that the centre stored closes a request.
    pub only_stored_closes: bool,
    /// A reply to what was asked in another generation is thrown away.
    pub replies_of_generation: bool,
    /// The centre takes no request of another generation.
    pub requests_of_generation: bool,
    /// The centre takes no push before the device has reported.
    pub report_before_push: bool,
    /// A counter that hears of a new generation reports, whether the centre waits for its device or not.
    pub every_outbox_reports: bool,
    /// After the centre was restored, operations and allowances of earlier epochs are sent again too.
    pub all_epochs_again: bool,
    /// What the centre says that it has carries a hash: one that a counter does not know is a branch's.
    pub heads_say_hash: bool,
    /// Every hello asks what the centre lacks, not just the first of a new generation.
    pub every_hello_asks: bool,
    /// What the centre lacks is sent again also by an outbox whose life is over.
    pub lives_over_send_again: bool,
    /// With a new generation, what was answered after the hello was said is sent again.
    pub untold_is_sent_again: bool,
    /// A device that was revoked is told what the centre lacks.
    pub revoked_is_told: bool,
    /// What a revoked device brings is taken, also of an epoch that a restored centre does not know.
    pub revoked_delivers_all: bool,
    /// The centre takes a claim of any later epoch, not just the next.
    pub claim_any_later: bool,
    /// Nothing expires while the centre recovers.
    pub no_expiry_while_recovering: bool,
    /// No two restores of the centre get the same generation.
    pub generation_is_unique: bool,
    /// A centre that is put back knows it at once, before it answers anybody.
    pub restore_is_announced: bool,
    /// What was answered of any life proves about a forgetful centre, not only the head of the one that says hello.
    pub evidence_of_all_lives: bool,
    /// What the centre said proves that it has forgotten only in the generation in which it said it.
    pub evidence_of_generation: bool,
    /// That the centre answered or gave something proves that it has forgotten it only with its own signature.
    pub acknowledgement_is_signed: bool,
    /// A later generation proves that the centre has forgotten it only with its own signature.
    pub generation_is_signed: bool,
    /// What a device tells of after it has told all that it holds is set up no more: it is quarantined.
    pub report_is_once: bool,
    /// Only an allowance that the centre's own signature shows is set up again.
    pub report_is_signed: bool,
    /// A report says whether a coupon is in hand, used or given back, and that decides who holds it; else the centre
    /// keeps who it knows, or who reports first.
    pub coupon_state_is_told: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            no_reclaim_by_clock: true,
            one_way_to_spend: true,
            request_on_disk: true,
            release_in_outbox: true,
            new_epoch_is_empty: true,
            hold_while_recovering: true,
            late_coupon_is_loss: true,
            reply_to_own_epoch: true,
            branches_are_applied: true,
            begin_checks_requests: true,
            fork_bound_is_granted: true,
            resolve_closes_forked_only: true,
            superseded_releases: true,
            only_stored_closes: true,
            replies_of_generation: true,
            requests_of_generation: true,
            report_before_push: true,
            every_outbox_reports: true,
            all_epochs_again: true,
            heads_say_hash: true,
            every_hello_asks: true,
            lives_over_send_again: true,
            untold_is_sent_again: true,
            revoked_is_told: true,
            revoked_delivers_all: true,
            claim_any_later: true,
            no_expiry_while_recovering: true,
            generation_is_unique: true,
            restore_is_announced: true,
            evidence_of_all_lives: true,
            evidence_of_generation: true,
            acknowledgement_is_signed: true,
            generation_is_signed: true,
            report_is_once: true,
            report_is_signed: true,
            coupon_state_is_told: true,
        }
    }
}

/// One search: bounds and rules.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// What may happen, and how often.
    pub bounds: Bounds,
    /// How the two sides answer it.
    pub rules: Rules,
    /// Looks for a violation of this property alone, by its letter.
    pub only: Option<&'static str>,
}

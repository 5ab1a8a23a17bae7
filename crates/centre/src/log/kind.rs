//! What kinds of things are noted.

/// Declares the kinds: the variant, its word in the database and on the command line.
macro_rules! kinds {
    ($($(#[$doc:meta])* $Kind:ident = $word:literal,)*) => {
        /// What was done. The words are stable: they are stored, and covered by the entries' hashes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($(#[$doc])* $Kind,)*
        }

        impl Kind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$Kind,)*];

            /// Its word.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$Kind => $word,)*
                }
            }

            /// The kind of a word; none where this build has none.
            #[must_use]
            pub fn named(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$Kind),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// Somebody signed in.
    SignedIn = "signed_in",
    /// Somebody looked at a member's full name and phone number at a counter.
    Viewed = "viewed",
    /// A counter looked for a member of another store.
    LookedUp = "looked_up",
    /// A member's profile was changed.
    ProfileChanged = "profile_changed",
    /// A member showed at a counter that she is there, by her phone.
    PresenceShown = "presence_shown",
    /// A member opened her own page.
    OwnPageOpened = "own_page_opened",
    /// A member's new phone number was proven, or dropped.
    PhoneChanged = "phone_changed",
    /// A manager approved what a clerk may not do alone.
    Approved = "approved",
    /// Somebody became a member.
    Joined = "joined",
    /// Two members were merged.
    MembersMerged = "members_merged",
    /// A merge of two members was undone.
    MergeUndone = "merge_undone",
    /// Two members were said to be two people.
    ToldApart = "told_apart",
    /// Members who may be one were listed.
    DuplicatesViewed = "duplicates_viewed",
    /// A number is another's now, who proved it.
    NumberPassedOn = "number_passed_on",
    /// A manager looked at how the store stands.
    StoreViewed = "store_viewed",
    /// Entries of a manager's list were marked as seen.
    ListSeen = "list_seen",
    /// A one-time code for a device was made.
    EnrolCodeMade = "enrol_code_made",
    /// A device was let in.
    DeviceEnrolled = "device_enrolled",
    /// A device was written off.
    DeviceWrittenOff = "device_written_off",
    /// A device was revoked.
    DeviceRevoked = "device_revoked",
    /// Two use a device's key, or its folder was put back.
    KeyUsedTwice = "key_used_twice",
    /// A device was put into another store, or its use changed.
    DeviceMoved = "device_moved",
    /// A device has taken another's place.
    DeviceReplaced = "device_replaced",
    /// A device's log was asked for.
    DeviceLogAsked = "device_log_asked",
    /// A device's log was read.
    DeviceLogRead = "device_log_read",
    /// What is set for the counters of a store was changed.
    StoreSettingsChanged = "store_settings_changed",
    /// A version of the counters' program was added.
    ReleaseAdded = "release_added",
    /// It was said how many counters are to have a version.
    ReleaseStaged = "release_staged",
    /// A version is given out no more.
    ReleaseHeld = "release_held",
    /// A device's fork was resolved.
    ForkResolved = "fork_resolved",
    /// A code was given that opens a counter which was silent for too long.
    UnlockCodeGiven = "unlock_code_given",
    /// A clerk has a key on a device from now on.
    ClerkKeyMade = "clerk_key_made",
    /// Hashes of PINs are told to no counter any more.
    HashesStopped = "hashes_stopped",
    /// A sale that no till has was confirmed.
    SaleConfirmed = "sale_confirmed",
    /// Sales that no till has confirmed were listed.
    UnconfirmedViewed = "unconfirmed_viewed",
    /// What is suspicious was listed.
    SuspicionsViewed = "suspicions_viewed",
    /// Look-ups by counters were listed.
    LookupsViewed = "lookups_viewed",
    /// A clerk was taken on, or changed.
    ClerkChanged = "clerk_changed",
    /// A store was opened or renamed.
    StoreChanged = "store_changed",
    /// The brand was named, or its texts changed.
    BrandChanged = "brand_changed",
    /// A version of the rules was published.
    ProgramPublished = "program_published",
    /// Campaigns, posters or terms of sign-up codes were changed.
    SignUpsChanged = "sign_ups_changed",
    /// A manager said whether sign-ups count.
    SignUpsDecided = "sign_ups_decided",
    /// Figures of sign-ups were read.
    SignUpsViewed = "sign_ups_viewed",
    /// A member was given a coupon.
    CouponGiven = "coupon_given",
    /// It was said how many pieces of a reward a store has.
    StockSet = "stock_set",
    /// Members, products or purchases were imported.
    Imported = "imported",
    /// A made-up brand was entered.
    DemoMade = "demo_made",
    /// The database was copied.
    BackupMade = "backup_made",
    /// It was said that the database was put back from a backup.
    Restored = "restored",
    /// A job was run by hand.
    JobRun = "job_run",
    /// What members told of reactions was listed.
    ReactionsViewed = "reactions_viewed",
    /// What a member told of reactions was erased.
    ReactionErased = "reaction_erased",
    /// A member's coupons were listed.
    CouponsViewed = "coupons_viewed",
    /// Members were compared under two versions of the rules.
    MembersCompared = "members_compared",
    /// What is held on a member was exported.
    MemberExported = "member_exported",
    /// A consent was withdrawn or given through headquarters.
    ConsentChanged = "consent_changed",
    /// A member's consents were listed.
    ConsentsViewed = "consents_viewed",
    /// A member was erased.
    MemberErased = "member_erased",
    /// What came of an erased member afterwards was erased too.
    ErasedAgain = "erased_again",
    /// Something was forgotten because of its age.
    Forgotten = "forgotten",
    /// The log was read.
    LogRead = "log_read",
    /// A checkpoint of the log was taken out.
    CheckpointTaken = "checkpoint_taken",
    /// Old entries of the log were removed.
    LogTrimmed = "log_trimmed",
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_kind_is_known_by_a_word_of_its_own() {
        let words: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
        assert_eq!(words.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.word()), Some(*kind));
        }
        assert_eq!(Kind::named("nothing"), None);
    }
}

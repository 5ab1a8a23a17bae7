//! Limits that both sides hold to. What is over them is refused when it is made,
//! so that the wire never has to.

/// Operations in one push.
pub const PUSH_OPS: usize = 500;
/// Bytes of operations in one push, before compression.
pub const PUSH_BYTES: usize = 256 * 1024;
/// Bytes of one operation's body; a larger one is refused when it is appended.
pub const OP_BODY_BYTES: usize = 64 * 1024;
/// Bytes of any request body that the centre reads.
pub const REQUEST_BYTES: usize = 1024 * 1024;
/// Bytes of any reply that a counter reads.
pub const REPLY_BYTES: usize = 64 * 1024 * 1024;
/// Changes in one pull.
pub const PULL_CHANGES: u32 = 5_000;
/// Members in one request for allowances.
pub const GRANT_WANTS: usize = 500;
/// Open requests for allowances that a hello names.
pub const OPEN_REQUESTS: usize = 50;
/// Epochs of which a hello tells how far they were answered.
pub const HELLO_EPOCHS: usize = 1_000;
/// Epochs of which a hello shows how far the centre says that it answered them.
pub const HELLO_ATTESTED: usize = 16;
/// Keys of clerks that a hello names.
pub const CLERK_KEYS: usize = 200;
/// Length of a clerk's id, in characters.
pub const CLERK_ID_CHARS: usize = 40;
/// Length of a clerk's name, in characters.
pub const CLERK_NAME_CHARS: usize = 40;
/// Allowances in one page of a report.
pub const REPORT_ALLOWANCES: usize = 500;
/// Lines of one sale or return.
pub const LINES: usize = 200;
/// Pieces of one line.
pub const QUANTITY: u32 = 999;
/// Length of a member's name, in characters.
pub const NAME_CHARS: usize = identity::name::NAME_CHARS;
/// Length of what a member likes to be called, in characters.
pub const CALLED_CHARS: usize = 20;
/// Length of a note on a member, in characters.
pub const NOTE_CHARS: usize = 500;
/// Notes of a member that the feed carries: her last ones.
pub const NOTES: usize = 5;
/// Movements of a member's points that the feed carries besides her receipts and redemptions: her last ones.
pub const MOVEMENTS: usize = 60;
/// Words in a list of a profile: allergies, concerns.
pub const TAGS: usize = 40;
/// Length of one of them, in characters.
pub const TAG_CHARS: usize = 40;
/// Length of a receipt number, in characters.
pub const RECEIPT_CHARS: usize = 40;
/// Length of the id by which a sale is known, in characters: an operation's, or `import:`, store, number and date.
pub const SALE_ID_CHARS: usize = 120;
/// Length of an approval's reason and of a manager's id in it, in characters.
pub const REASON_CHARS: usize = 64;
/// Length of the id of an operation that another one names, in characters.
pub const OP_ID_CHARS: usize = 100;
/// Length of a behaviour's name, in characters.
pub const BEHAVIOUR_CHARS: usize = 40;
/// How far back from the last one the feed tells when a member showed a behaviour, in days: two windows of a
/// year, as far as any may count where tiers are reviewed each year.
pub const BEHAVIOUR_DAYS: i64 = 800;
/// How far ahead points may be extended, in days: five years.
pub const EXTENSION_DAYS: i64 = 1_826;
/// Statements of what was given that a request shows: there is one more only where two requests for allowances were under
/// way at once.
pub const GIVEN_SHOWN: usize = 16;
/// How long a sign-up code of an earlier build may be used after it was made, and what a brand that sets nothing has, in
/// minutes.
pub const SIGN_UP_CODE_MINUTES: i64 = 30;
/// How long a counter waits for a top-up before it says what is possible now, in milliseconds.
pub const TOP_UP_WAIT_MS: u64 = 1_500;
/// Length of a product's or a reward's number in an operation, in characters.
pub const SKU_CHARS: usize = 64;

/// Whether a text is there, on one line, in at most so many characters.
#[must_use]
pub fn is_line(text: &str, most: usize) -> bool {
    !text.is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
}

/// A name as an operation may carry it: on one line, and no longer than so many characters.
#[must_use]
pub fn as_line(name: &str, most: usize) -> String {
    let said = name.chars().filter(|c| !c.is_control());
    said.take(most).collect()
}

/// Sign-ins that a hello tells.
pub const SIGN_INS: usize = 200;

//! Everything that the database holds, table by table: what of it belongs to a member, and what becomes of that when she
//! is erased.

/// What becomes of a member's rows when she is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// They go.
    Deleted,
    /// [`super::erase`] sees to them in its own way.
    Own,
    /// They stay under the id alone, for this reason.
    Stay(&'static str),
}

/// What a table holds of a member.
#[derive(Debug, Clone, Copy)]
pub struct Hers {
    /// Which rows, as a condition in SQL; `$1` is the member's id.
    pub rows: &'static str,
    /// Columns that are not handed out: secrets of a check, nothing about her.
    pub secret: &'static [&'static str],
    /// What becomes of them.
    pub fate: Fate,
    /// What people call it, in Chinese and English.
    pub name: (&'static str, &'static str),
}

/// A table, and what it holds of members.
#[derive(Debug, Clone, Copy)]
pub struct Holding {
    /// Its name.
    pub table: &'static str,
    /// What it holds of a member; none where it holds nothing of members.
    pub hers: Option<Hers>,
}

/// By the column that has the member's id.
const BY_MEMBER: &str = "member_id = $1";
/// By the phone number that she has now.
const BY_PHONE: &str = "phone = (SELECT m.phone FROM member m WHERE m.id = $1)";
/// By her operations.
const BY_OPERATION: &str = "EXISTS (SELECT 1 FROM operation o WHERE o.member_id = $1 AND o.device_id = {table}.device_id \
     AND o.epoch = {table}.epoch AND o.seq = {table}.seq)";
/// Why figures stay.
const BOOKS: &str = "the books: points of all balance, and sales are kept as long as tax law asks";

const fn nothing(table: &'static str) -> Holding {
    Holding { table, hers: None }
}

const fn hers(
    table: &'static str,
    rows: &'static str,
    fate: Fate,
    name: (&'static str, &'static str),
) -> Holding {
    let hers = Hers {
        rows,
        secret: &[],
        fate,
        name,
    };
    Holding {
        table,
        hers: Some(hers),
    }
}

const fn without(holding: Holding, secret: &'static [&'static str]) -> Holding {
    match holding.hers {
        Some(hers) => Holding {
            hers: Some(Hers { secret, ..hers }),
            ..holding
        },
        None => holding,
    }
}

/// Every table, those of members in the order in which they are handed out.
pub const ALL: &[Holding] = &[
    hers("member", "id = $1", Fate::Own, ("会员资料", "Profile")),
    hers(
        "member_alias",
        BY_MEMBER,
        Fate::Deleted,
        ("旧卡号", "Earlier card numbers"),
    ),
    hers(
        "member_note",
        BY_MEMBER,
        Fate::Deleted,
        ("店员备注", "Notes by clerks"),
    ),
    hers(
        "profile_mark",
        BY_MEMBER,
        Fate::Deleted,
        ("资料改动记号", "Marks of changes"),
    ),
    hers(
        "consent",
        BY_MEMBER,
        Fate::Stay("proof of what was agreed to; it names nobody but by id"),
        ("同意与撤回", "Consents given and withdrawn"),
    ),
    hers(
        "account",
        BY_MEMBER,
        Fate::Stay(BOOKS),
        ("积分账户与等级", "Account and tier"),
    ),
    hers(
        "lot",
        BY_MEMBER,
        Fate::Stay(BOOKS),
        ("各批积分", "Lots of points"),
    ),
    hers(
        "balance",
        BY_MEMBER,
        Fate::Stay(BOOKS),
        ("账户余额", "Balances"),
    ),
    hers(
        "transfer",
        BY_MEMBER,
        Fate::Stay(BOOKS),
        ("积分进出", "Movements of points"),
    ),
    hers(
        "receipt",
        BY_MEMBER,
        Fate::Stay(BOOKS),
        ("消费", "Purchases"),
    ),
    hers(
        "receipt_line",
        BY_MEMBER,
        Fate::Stay(BOOKS),
        ("消费明细", "Lines of purchases"),
    ),
    hers(
        "sale_credit",
        BY_MEMBER,
        Fate::Stay(BOOKS),
        ("销售归属", "Credit of sales"),
    ),
    hers(
        "redemption",
        BY_MEMBER,
        Fate::Stay(BOOKS),
        ("兑换", "Redemptions"),
    ),
    hers(
        "portion",
        BY_MEMBER,
        Fate::Stay(BOOKS),
        ("兑换所用积分", "Points that paid"),
    ),
    hers(
        "coupon",
        BY_MEMBER,
        Fate::Stay(BOOKS),
        ("优惠券", "Coupons"),
    ),
    hers(
        "behaviour",
        BY_MEMBER,
        Fate::Stay(BOOKS),
        ("互动积分", "Rewarded behaviours"),
    ),
    hers(
        "sample",
        BY_MEMBER,
        Fate::Stay(BOOKS),
        ("领用小样", "Samples"),
    ),
    hers(
        "allowance",
        BY_MEMBER,
        Fate::Stay(BOOKS),
        ("收银台可用额度", "Allowances of counters"),
    ),
    hers(
        "allowance_lot",
        BY_MEMBER,
        Fate::Stay(BOOKS),
        ("额度明细", "Lots of allowances"),
    ),
    hers(
        "reaction",
        BY_MEMBER,
        Fate::Own,
        ("不良反应", "Reactions told"),
    ),
    hers(
        "visit",
        BY_MEMBER,
        Fate::Deleted,
        ("到店", "Visits to other stores"),
    ),
    hers(
        "operation",
        BY_MEMBER,
        Fate::Own,
        ("店里做的操作", "Operations at counters"),
    ),
    hers(
        "quarantined",
        BY_MEMBER,
        Fate::Own,
        ("隔离的操作", "Operations set apart"),
    ),
    hers(
        "held",
        BY_OPERATION,
        Fate::Stay("what an operation waits for; that of hers waits for an id"),
        ("等待中的操作", "Operations that wait"),
    ),
    hers(
        "set_aside",
        BY_OPERATION,
        Fate::Stay("why an operation was set aside; a word"),
        ("搁置的操作", "Operations set aside"),
    ),
    hers(
        "manager_list",
        BY_MEMBER,
        Fate::Stay("reasons are words of a list, and figures"),
        ("店长清单", "Entries of managers' lists"),
    ),
    without(
        hers(
            "sent_code",
            BY_PHONE,
            Fate::Deleted,
            ("验证短信", "Verification messages"),
        ),
        &["code_hash"],
    ),
    // a step of the schema emptied these two, and nothing writes them any more
    without(
        hers(
            "verification",
            BY_PHONE,
            Fate::Deleted,
            ("验证短信", "Verification messages"),
        ),
        &["code_hash"],
    ),
    without(
        hers(
            "sms_code",
            BY_PHONE,
            Fate::Deleted,
            ("验证码", "Verification codes"),
        ),
        &["code_hash"],
    ),
    without(
        hers(
            "phone_proof",
            BY_MEMBER,
            Fate::Deleted,
            ("新手机号验证", "Proof of a new phone number"),
        ),
        &["code_hash"],
    ),
    without(
        hers(
            "own_session",
            BY_MEMBER,
            Fate::Deleted,
            ("会员页登录", "Sessions of her own page"),
        ),
        &["token_hash"],
    ),
    hers(
        "sent_message",
        BY_MEMBER,
        Fate::Deleted,
        ("发给她的短信", "Messages sent to her"),
    ),
    hers(
        "code_try",
        BY_PHONE,
        Fate::Deleted,
        ("验证码尝试", "Tries of verification codes"),
    ),
    hers(
        "lookup_log",
        BY_MEMBER,
        Fate::Stay("who looked her up, under the id alone; it goes with the log's age"),
        ("跨店查询", "Look-ups by other stores"),
    ),
    hers(
        "proven_allowance",
        BY_MEMBER,
        Fate::Stay(BOOKS),
        ("待恢复额度", "Allowances to be set up again"),
    ),
    hers(
        "clerk_phone",
        BY_PHONE,
        Fate::Stay("the brand's own record of who works for it"),
        ("员工手机", "Phones of staff"),
    ),
    hers(
        "invited",
        "code = (SELECT m.joined_by_code FROM member m WHERE m.id = $1)",
        Fate::Deleted,
        ("入会进度", "Progress of joining"),
    ),
    hers(
        "sign_up_gift",
        BY_MEMBER,
        Fate::Deleted,
        ("入会礼", "Gift for joining"),
    ),
    hers("guardian", BY_MEMBER, Fate::Deleted, ("监护人", "Guardian")),
    hers(
        "sign_up_waits",
        BY_MEMBER,
        Fate::Deleted,
        ("待确认的入会资料", "Sign-ups that wait for her"),
    ),
    hers(
        "former_phone",
        BY_MEMBER,
        Fate::Deleted,
        ("以前的手机号", "Earlier phone numbers"),
    ),
    hers(
        "open_id",
        BY_MEMBER,
        Fate::Deleted,
        ("微信、支付宝身份", "Who she is at WeChat or Alipay"),
    ),
    hers(
        "authorised",
        "open_id IN (SELECT o.open_id FROM open_id o WHERE o.member_id = $1)",
        Fate::Deleted,
        ("授权中的身份", "What a provider told just now"),
    ),
    nothing("authorising"),
    hers(
        "friend_code",
        BY_MEMBER,
        Fate::Deleted,
        ("邀请朋友的码", "Code for inviting friends"),
    ),
    hers(
        "invited_friend",
        "member_id = $1 OR inviter_id = $1",
        Fate::Stay(BOOKS),
        ("邀请", "Invitations of friends"),
    ),
    hers(
        "seen_browser",
        BY_MEMBER,
        Fate::Deleted,
        (
            "邀请时的浏览器记号",
            "Browsers by which friends were invited",
        ),
    ),
    hers(
        "member_merge",
        "member_id = $1 OR into_id = $1",
        Fate::Stay(BOOKS),
        ("会员合并", "Merges with other accounts"),
    ),
    hers(
        "member_merge_part",
        "merge_id IN (SELECT g.id FROM member_merge g WHERE g.member_id = $1 OR g.into_id = $1)",
        Fate::Stay(BOOKS),
        ("合并转移的积分", "Points that went over by merges"),
    ),
    hers(
        "not_same_member",
        "one_id = $1 OR other_id = $1",
        Fate::Deleted,
        ("确认不是同一人", "Said to be somebody else"),
    ),
    hers(
        "import_edge",
        "op_id IN (SELECT r.op_id FROM receipt r WHERE r.member_id = $1)",
        Fate::Deleted,
        ("导入的边缘小票", "Receipts at an import's edge"),
    ),
    hers(
        "to_tell",
        BY_MEMBER,
        Fate::Deleted,
        ("待下发", "Still to be told"),
    ),
    hers(
        "log_entry",
        BY_MEMBER,
        Fate::Stay("the log has the id alone, and must not be changed"),
        ("日志", "Log"),
    ),
    hers(
        "erasure",
        BY_MEMBER,
        Fate::Stay("the record of the erasure"),
        ("删除记录", "Record of erasure"),
    ),
    // what counters are told of her is a copy of all this; it leaves with her by tombstones
    nothing("feed"),
    nothing("feed_head"),
    nothing("brand"),
    nothing("centre"),
    nothing("clerk"),
    nothing("clerk_key"),
    // figures by clerk and day
    nothing("code_shown"),
    nothing("consent_text"),
    nothing("device"),
    nothing("device_former_store"),
    nothing("device_health"),
    // causes and codes; what may be a number or a name is taken out before it leaves the counter
    nothing("device_log"),
    nothing("enrol_code"),
    // answers to requests: ids of allowances and members, and points
    nothing("grant_request"),
    nothing("job"),
    // keys of jobs name a member by id at most, and go after a time
    nothing("job_done"),
    nothing("life_end"),
    nothing("log_checkpoint"),
    nothing("log_head"),
    nothing("pin_try"),
    nothing("poster"),
    nothing("product"),
    nothing("program"),
    nothing("release"),
    nothing("release_file"),
    nothing("release_stage"),
    nothing("release_try"),
    nothing("reward"),
    nothing("reward_stock"),
    nothing("seaql_migrations"),
    nothing("sequence"),
    nothing("sign_up_campaign"),
    nothing("sign_up_step"),
    nothing("store"),
    nothing("store_settings"),
    // how often something was done; a day or two
    nothing("tally"),
];

impl Hers {
    /// The condition for a table.
    #[must_use]
    pub fn condition(&self, table: &str) -> String {
        self.rows.replace("{table}", table)
    }
}

/// Tables that hold something of members.
pub fn of_members() -> impl Iterator<Item = (&'static str, Hers)> {
    ALL.iter()
        .filter_map(|holding| Some((holding.table, holding.hers?)))
}

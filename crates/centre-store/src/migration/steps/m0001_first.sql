-- The first schema. Both engines read it: times are milliseconds since 1970 in UTC, dates are ISO
-- text, money is whole fen, JSON is text. Keys lead with member_id (ledger) and scope (feed).

CREATE TABLE centre (
    only_row INTEGER NOT NULL CHECK (only_row = 1),
    centre_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (only_row)
);

CREATE TABLE sequence (
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE brand (
    only_row INTEGER NOT NULL CHECK (only_row = 1),
    name TEXT NOT NULL,
    demo BOOLEAN NOT NULL,
    welcome_gift TEXT NOT NULL,
    phone_base TEXT NOT NULL,
    PRIMARY KEY (only_row)
);

CREATE TABLE program (
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    effective_from BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (version)
);

CREATE TABLE store (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    city TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE clerk (
    id TEXT NOT NULL,
    store_id TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    pin_hash TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY (store_id) REFERENCES store (id)
);
CREATE INDEX clerk_by_store ON clerk (store_id);

CREATE TABLE device (
    id TEXT NOT NULL,
    store_id TEXT NOT NULL,
    name TEXT NOT NULL,
    public_key TEXT NOT NULL,
    checkout BOOLEAN NOT NULL,
    epoch INTEGER NOT NULL,
    head_seq BIGINT NOT NULL,
    head_hash TEXT NOT NULL,
    enrolled_at BIGINT NOT NULL,
    last_contact_at BIGINT NOT NULL,
    quarantined_at BIGINT,
    revoked_at BIGINT,
    PRIMARY KEY (id),
    FOREIGN KEY (store_id) REFERENCES store (id)
);
CREATE UNIQUE INDEX device_by_name ON device (name);
CREATE INDEX device_by_store ON device (store_id);

CREATE TABLE enrol_code (
    code_hash TEXT NOT NULL,
    store_id TEXT NOT NULL,
    checkout BOOLEAN NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    used_by TEXT,
    PRIMARY KEY (code_hash),
    FOREIGN KEY (store_id) REFERENCES store (id)
);

CREATE TABLE product (
    sku TEXT NOT NULL,
    barcode TEXT,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    size TEXT NOT NULL,
    category TEXT NOT NULL,
    price_fen BIGINT,
    swatch TEXT NOT NULL,
    allergens TEXT NOT NULL,
    suits TEXT NOT NULL,
    lasts_days INTEGER NOT NULL,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (sku)
);
CREATE INDEX product_by_barcode ON product (barcode);

CREATE TABLE reward (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    size TEXT NOT NULL,
    kind TEXT NOT NULL,
    points BIGINT NOT NULL,
    min_tier TEXT,
    swatch TEXT NOT NULL,
    allergens TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE member (
    id TEXT NOT NULL,
    card_no TEXT NOT NULL,
    phone TEXT,
    name TEXT NOT NULL,
    birthday TEXT,
    home_store TEXT NOT NULL,
    advisor TEXT,
    joined_at BIGINT NOT NULL,
    channel TEXT NOT NULL,
    joined_by_device TEXT,
    joined_by_clerk TEXT,
    joined_by_code TEXT,
    skin TEXT,
    allergies TEXT NOT NULL,
    concerns TEXT NOT NULL,
    consent_skin BOOLEAN NOT NULL,
    consent_marketing BOOLEAN NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY (home_store) REFERENCES store (id)
);
CREATE UNIQUE INDEX member_by_card ON member (card_no);
CREATE UNIQUE INDEX member_by_phone ON member (phone);
CREATE INDEX member_by_store ON member (home_store);

CREATE TABLE member_alias (
    alias TEXT NOT NULL,
    member_id TEXT NOT NULL,
    PRIMARY KEY (alias),
    FOREIGN KEY (member_id) REFERENCES member (id)
);
CREATE INDEX member_alias_by_member ON member_alias (member_id);

CREATE TABLE consent (
    member_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    given BOOLEAN NOT NULL,
    text_version TEXT NOT NULL,
    at BIGINT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (member_id, n),
    FOREIGN KEY (member_id) REFERENCES member (id)
);

CREATE TABLE account (
    member_id TEXT NOT NULL,
    tier_own TEXT,
    tier_reached_at BIGINT,
    tier_review_at BIGINT,
    tier_floor TEXT,
    tier_shown TEXT NOT NULL,
    frozen_since TEXT,
    debt BIGINT NOT NULL CHECK (debt >= 0),
    next_lot BIGINT NOT NULL,
    next_transfer BIGINT NOT NULL,
    as_of BIGINT,
    due_at BIGINT,
    program INTEGER NOT NULL,
    qualifying_fen BIGINT NOT NULL,
    receipts INTEGER NOT NULL,
    last_purchase_at BIGINT,
    PRIMARY KEY (member_id),
    FOREIGN KEY (member_id) REFERENCES member (id)
);
CREATE INDEX account_due ON account (due_at);
CREATE INDEX account_by_program ON account (program);

CREATE TABLE lot (
    member_id TEXT NOT NULL,
    n BIGINT NOT NULL,
    available BIGINT NOT NULL CHECK (available >= 0),
    in_escrow BIGINT NOT NULL CHECK (in_escrow >= 0),
    expires_on TEXT,
    earned_on TEXT NOT NULL,
    op_id TEXT NOT NULL,
    PRIMARY KEY (member_id, n),
    FOREIGN KEY (member_id) REFERENCES member (id)
);
CREATE INDEX lot_by_expiry ON lot (member_id, expires_on);

CREATE TABLE transfer (
    member_id TEXT NOT NULL,
    n BIGINT NOT NULL,
    op_id TEXT NOT NULL,
    from_account TEXT NOT NULL,
    to_account TEXT NOT NULL,
    lot BIGINT,
    points BIGINT NOT NULL CHECK (points > 0),
    at BIGINT NOT NULL,
    PRIMARY KEY (member_id, n),
    FOREIGN KEY (member_id) REFERENCES member (id)
);
CREATE INDEX transfer_by_op ON transfer (op_id);

CREATE TABLE balance (
    member_id TEXT NOT NULL,
    account TEXT NOT NULL,
    points BIGINT NOT NULL,
    PRIMARY KEY (member_id, account),
    FOREIGN KEY (member_id) REFERENCES member (id)
);
CREATE INDEX balance_by_account ON balance (account);

CREATE TABLE receipt (
    member_id TEXT NOT NULL,
    store_id TEXT NOT NULL,
    receipt_no TEXT NOT NULL,
    op_id TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    program INTEGER NOT NULL,
    at BIGINT NOT NULL,
    channel TEXT NOT NULL,
    net_fen BIGINT NOT NULL,
    pay_fen BIGINT NOT NULL,
    shown_pay_fen BIGINT NOT NULL,
    earned BIGINT NOT NULL,
    points_paid BIGINT NOT NULL,
    refunded_fen BIGINT NOT NULL,
    taken_back BIGINT NOT NULL,
    given_back BIGINT NOT NULL,
    own_lot BIGINT,
    coupons TEXT NOT NULL,
    PRIMARY KEY (member_id, store_id, receipt_no),
    FOREIGN KEY (member_id) REFERENCES member (id)
);
CREATE UNIQUE INDEX receipt_by_store ON receipt (store_id, receipt_no);
CREATE INDEX receipt_by_number ON receipt (receipt_no);
CREATE INDEX receipt_by_time ON receipt (member_id, at);

CREATE TABLE receipt_line (
    member_id TEXT NOT NULL,
    store_id TEXT NOT NULL,
    receipt_no TEXT NOT NULL,
    n INTEGER NOT NULL,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    category TEXT,
    qty INTEGER NOT NULL,
    returned INTEGER NOT NULL,
    amount_fen BIGINT NOT NULL,
    net_fen BIGINT NOT NULL,
    by_points_fen BIGINT NOT NULL,
    PRIMARY KEY (member_id, store_id, receipt_no, n)
);

CREATE TABLE redemption (
    member_id TEXT NOT NULL,
    op_id TEXT NOT NULL,
    store_id TEXT NOT NULL,
    points BIGINT NOT NULL,
    what TEXT NOT NULL,
    at BIGINT NOT NULL,
    reversed_at BIGINT,
    PRIMARY KEY (member_id, op_id)
);

CREATE TABLE portion (
    member_id TEXT NOT NULL,
    op_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    lot BIGINT,
    points BIGINT NOT NULL,
    given_back BIGINT NOT NULL,
    PRIMARY KEY (member_id, op_id, n)
);

CREATE TABLE coupon (
    member_id TEXT NOT NULL,
    id TEXT NOT NULL,
    document TEXT NOT NULL,
    expires_on TEXT,
    used_by TEXT,
    used_at BIGINT,
    PRIMARY KEY (member_id, id)
);
CREATE UNIQUE INDEX coupon_by_id ON coupon (id);

CREATE TABLE operation (
    device_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    seq BIGINT NOT NULL,
    op_id TEXT NOT NULL,
    owns_id TEXT,
    kind TEXT NOT NULL,
    clerk_id TEXT NOT NULL,
    program INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    at BIGINT NOT NULL,
    contact BIGINT NOT NULL,
    body TEXT NOT NULL,
    personal TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT NOT NULL,
    member_id TEXT,
    arrived_at BIGINT NOT NULL,
    effective_at BIGINT NOT NULL,
    PRIMARY KEY (device_id, epoch, seq),
    FOREIGN KEY (device_id) REFERENCES device (id)
);
CREATE UNIQUE INDEX operation_by_owned_id ON operation (owns_id);
CREATE INDEX operation_by_id ON operation (op_id);
CREATE INDEX operation_by_member ON operation (member_id, effective_at);

CREATE TABLE held (
    device_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    seq BIGINT NOT NULL,
    waits_kind TEXT NOT NULL,
    waits_for TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (device_id, epoch, seq),
    FOREIGN KEY (device_id, epoch, seq) REFERENCES operation (device_id, epoch, seq)
);
CREATE INDEX held_by_need ON held (waits_kind, waits_for);

CREATE TABLE set_aside (
    device_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    seq BIGINT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (device_id, epoch, seq),
    FOREIGN KEY (device_id, epoch, seq) REFERENCES operation (device_id, epoch, seq)
);

CREATE TABLE quarantined (
    device_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    document TEXT NOT NULL,
    arrived_at BIGINT NOT NULL,
    PRIMARY KEY (device_id, epoch, seq, hash),
    FOREIGN KEY (device_id) REFERENCES device (id)
);

CREATE TABLE manager_list (
    id TEXT NOT NULL,
    store_id TEXT NOT NULL,
    op_id TEXT NOT NULL,
    member_id TEXT,
    reason TEXT NOT NULL,
    points BIGINT NOT NULL,
    at BIGINT NOT NULL,
    seen_at BIGINT,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX manager_list_once ON manager_list (op_id, reason);
CREATE INDEX manager_list_by_store ON manager_list (store_id, seen_at);

CREATE TABLE allowance (
    member_id TEXT NOT NULL,
    id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    granted BIGINT NOT NULL,
    spent BIGINT NOT NULL,
    released BIGINT NOT NULL,
    outstanding BIGINT NOT NULL CHECK (outstanding >= 0 AND outstanding <= granted),
    granted_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    PRIMARY KEY (member_id, id),
    FOREIGN KEY (device_id) REFERENCES device (id)
);
CREATE INDEX allowance_by_device ON allowance (device_id, outstanding);

CREATE TABLE allowance_lot (
    member_id TEXT NOT NULL,
    allowance_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    lot BIGINT NOT NULL,
    granted BIGINT NOT NULL,
    outstanding BIGINT NOT NULL CHECK (outstanding >= 0 AND outstanding <= granted),
    PRIMARY KEY (member_id, allowance_id, n)
);

CREATE TABLE grant_request (
    device_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    reply TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (device_id, request_id),
    FOREIGN KEY (device_id) REFERENCES device (id)
);

CREATE TABLE feed_head (
    scope TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (scope)
);

CREATE TABLE feed (
    scope TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_key TEXT NOT NULL,
    n BIGINT NOT NULL,
    body TEXT,
    PRIMARY KEY (scope, entity, entity_key)
);
CREATE UNIQUE INDEX feed_by_number ON feed (scope, n);

CREATE TABLE verification (
    phone TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    day TEXT NOT NULL,
    sent_today INTEGER NOT NULL,
    PRIMARY KEY (phone)
);

-- A receipt is known by the sale's own id. A till's number is its store's, comes again in time, and is written in
-- several ways: `number_key` is what it is looked for by (`identity::receipt`), filled in by the step's second half.
-- `feed_key` is the receipt's name in the feed: of those from before, store and number.

CREATE TABLE receipt_13 (
    member_id TEXT NOT NULL,
    op_id TEXT NOT NULL,
    store_id TEXT NOT NULL,
    receipt_no TEXT NOT NULL,
    number_key TEXT NOT NULL,
    feed_key TEXT NOT NULL,
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
    seller TEXT,
    second TEXT,
    PRIMARY KEY (member_id, op_id),
    FOREIGN KEY (member_id) REFERENCES member (id)
);
INSERT INTO receipt_13 (member_id, op_id, store_id, receipt_no, number_key, feed_key, content_hash, program, at,
    channel, net_fen, pay_fen, shown_pay_fen, earned, points_paid, refunded_fen, taken_back, given_back, own_lot,
    coupons, seller, second)
SELECT member_id, op_id, store_id, receipt_no, receipt_no, store_id || '/' || receipt_no, content_hash, program, at,
    channel, net_fen, pay_fen, shown_pay_fen, earned, points_paid, refunded_fen, taken_back, given_back, own_lot,
    coupons, seller, second
FROM receipt;

CREATE TABLE receipt_line_13 (
    member_id TEXT NOT NULL,
    op_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    category TEXT,
    qty INTEGER NOT NULL,
    returned INTEGER NOT NULL,
    amount_fen BIGINT NOT NULL,
    net_fen BIGINT NOT NULL,
    by_points_fen BIGINT NOT NULL,
    PRIMARY KEY (member_id, op_id, n)
);
INSERT INTO receipt_line_13 (member_id, op_id, n, sku, name, category, qty, returned, amount_fen, net_fen,
    by_points_fen)
SELECT l.member_id, r.op_id, l.n, l.sku, l.name, l.category, l.qty, l.returned, l.amount_fen, l.net_fen,
    l.by_points_fen
FROM receipt_line l
JOIN receipt r ON r.member_id = l.member_id AND r.store_id = l.store_id AND r.receipt_no = l.receipt_no;

DROP TABLE receipt_line;
DROP TABLE receipt;
ALTER TABLE receipt_13 RENAME TO receipt;
ALTER TABLE receipt_line_13 RENAME TO receipt_line;
CREATE INDEX receipt_by_number ON receipt (number_key, store_id);
-- for filling in the keys; dropped after it
CREATE INDEX receipt_by_written ON receipt (receipt_no);
CREATE INDEX receipt_by_op ON receipt (op_id);
CREATE INDEX receipt_by_time ON receipt (member_id, at);

-- the feed tells the sale's id now, and what it was to tell anew it tells under that
DELETE FROM to_tell WHERE entity = 'receipt';
INSERT INTO to_tell (entity, member_id, entity_key)
SELECT 'receipt', member_id, op_id FROM receipt;

-- Who gets the credit of each sale: beside the receipt, and as entries by time, one for what a counter sold and one
-- for each return of it. A sale from an import has neither.

ALTER TABLE receipt ADD COLUMN seller TEXT;
ALTER TABLE receipt ADD COLUMN second TEXT;

CREATE TABLE sale_credit (
    op_id TEXT NOT NULL,
    sale_op TEXT NOT NULL,
    member_id TEXT NOT NULL,
    store_id TEXT NOT NULL,
    receipt_no TEXT NOT NULL,
    at BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    seller TEXT,
    second TEXT,
    signer TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (op_id),
    FOREIGN KEY (member_id) REFERENCES member (id)
);
CREATE INDEX sale_credit_by_time ON sale_credit (at);

-- Sales until now were their clerk's. What came back of them is not known by its time: it counts at the sale's.
INSERT INTO sale_credit (op_id, sale_op, member_id, store_id, receipt_no, at, amount_fen, seller, second, signer, reason)
SELECT r.op_id, r.op_id, r.member_id, r.store_id, r.receipt_no, r.at, r.pay_fen - r.refunded_fen, MIN(o.clerk_id), NULL,
       MIN(o.clerk_id), ''
FROM receipt r
JOIN operation o ON o.op_id = r.op_id AND o.kind = 'sale'
GROUP BY r.op_id, r.member_id, r.store_id, r.receipt_no, r.at, r.pay_fen, r.refunded_fen;

UPDATE receipt SET seller = (SELECT c.seller FROM sale_credit c WHERE c.op_id = receipt.op_id)
WHERE op_id IN (SELECT c.op_id FROM sale_credit c);

INSERT INTO to_tell (entity, member_id, entity_key)
SELECT 'receipt', c.member_id, c.store_id || '/' || c.receipt_no FROM sale_credit c;

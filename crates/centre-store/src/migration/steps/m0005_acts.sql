-- Acts of a clerk beside sales, redemptions and returns; which counter redeemed; refunds beyond a receipt.

ALTER TABLE redemption ADD COLUMN device_id TEXT;
CREATE INDEX redemption_by_op ON redemption (op_id);
CREATE INDEX redemption_by_time ON redemption (member_id, at);

ALTER TABLE manager_list ADD COLUMN fen BIGINT NOT NULL DEFAULT 0;

CREATE TABLE behaviour (
    member_id TEXT NOT NULL,
    op_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    on_date TEXT NOT NULL,
    at BIGINT NOT NULL,
    points BIGINT NOT NULL,
    PRIMARY KEY (member_id, op_id),
    FOREIGN KEY (member_id) REFERENCES member (id)
);
CREATE INDEX behaviour_by_day ON behaviour (member_id, kind, on_date);

-- Samples and welcome gifts that members were given.

CREATE TABLE sample (
    op_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    store_id TEXT NOT NULL,
    clerk_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    sku TEXT,
    name TEXT NOT NULL,
    qty INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (op_id)
);

CREATE INDEX sample_member ON sample (member_id, at);

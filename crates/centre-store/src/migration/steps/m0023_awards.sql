-- A sale that a counter recorded is matched with the till's own record. Until that is there, what goes beyond the program's
-- ceilings waits: points of it cannot be spent, and what was paid for it counts for no tier. Sales of before count whole.

ALTER TABLE receipt ADD COLUMN recorded_by TEXT NOT NULL DEFAULT '';
ALTER TABLE receipt ADD COLUMN named_store TEXT NOT NULL DEFAULT '';
ALTER TABLE receipt ADD COLUMN unconfirmed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE receipt ADD COLUMN counted_fen BIGINT NOT NULL DEFAULT 0;
ALTER TABLE receipt ADD COLUMN waiting BIGINT NOT NULL DEFAULT 0;
ALTER TABLE receipt ADD COLUMN waiting_fen BIGINT NOT NULL DEFAULT 0;
ALTER TABLE receipt ADD COLUMN earned_more BIGINT NOT NULL DEFAULT 0;
ALTER TABLE receipt ADD COLUMN earned_less BIGINT NOT NULL DEFAULT 0;
ALTER TABLE receipt ADD COLUMN confirmed_at BIGINT;
ALTER TABLE receipt ADD COLUMN confirmed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE receipt ADD COLUMN till_fen BIGINT;

ALTER TABLE account ADD COLUMN waiting BIGINT NOT NULL DEFAULT 0;

CREATE INDEX receipt_by_recorder ON receipt (recorded_by, at);
CREATE INDEX receipt_unconfirmed ON receipt (at) WHERE unconfirmed;

-- Phones of those who work in the stores, as far as the brand told them: an own purchase is known by it.

CREATE TABLE clerk_phone (
    clerk_id TEXT NOT NULL,
    phone TEXT NOT NULL,
    PRIMARY KEY (clerk_id, phone)
);

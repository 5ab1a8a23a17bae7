-- Who did what about whom, and why. Each entry's hash covers the one before it, and is written in the transaction of
-- what it tells of. `log_head` has the last number and hash; checkpoints are signed with the centre's key.

CREATE TABLE log_entry (
    n BIGINT NOT NULL,
    -- when it was noted, by the centre's clock
    at BIGINT NOT NULL,
    -- when it happened: a counter may have been offline
    happened_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    who_kind TEXT NOT NULL,
    who TEXT NOT NULL,
    place TEXT NOT NULL,
    store_id TEXT,
    device_id TEXT,
    member_id TEXT,
    op_id TEXT,
    what TEXT NOT NULL,
    why TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (n)
);
CREATE INDEX log_entry_by_member ON log_entry (member_id, n);
CREATE INDEX log_entry_by_kind ON log_entry (kind, n);
CREATE INDEX log_entry_by_time ON log_entry (at);

CREATE TABLE log_head (
    only_row INTEGER NOT NULL CHECK (only_row = 1),
    n BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (only_row)
);
INSERT INTO log_head (only_row, n, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- 'stood': the log stood so at that time. 'removed': what came up to there was removed by its age.
CREATE TABLE log_checkpoint (
    n BIGINT NOT NULL,
    kind TEXT NOT NULL,
    hash TEXT NOT NULL,
    at BIGINT NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (n, kind)
);

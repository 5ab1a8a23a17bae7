-- What members told of reactions to goods that they brought back, for the brand to report. What she said lies here
-- and beside its operation, and nowhere else; it goes with her (`told` and `member_id`), and what came back, where, when
-- and how serious it was stays, so that no date is missed.

CREATE TABLE reaction (
    op_id TEXT NOT NULL,
    store_id TEXT NOT NULL,
    member_id TEXT,
    receipt_no TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- business date on which the counter learned of it
    learned_on TEXT NOT NULL,
    serious BOOLEAN NOT NULL,
    -- last day on which it is reported in time
    report_by TEXT NOT NULL,
    -- JSON: what came back, with pieces
    goods TEXT NOT NULL,
    -- JSON of loyalty::Reaction; NULL once erased
    told TEXT,
    PRIMARY KEY (op_id)
);
CREATE INDEX reaction_by_day ON reaction (learned_on);
CREATE INDEX reaction_by_member ON reaction (member_id);

-- Second step. An allowance belongs to a life of this outbox (`epoch`): what an earlier life held is
-- `voided` when the next one begins. A coupon is an allowance of one, so that one CHECK, one spend and
-- one release hold for both.

CREATE TABLE allowance_2 (
  grant_id   TEXT PRIMARY KEY,
  member     TEXT    NOT NULL,
  epoch      INTEGER NOT NULL,
  -- the request that brought it; NULL where it came before this was written down
  request_id TEXT,
  -- 1 where it was given ahead of time: it stays while idle
  ahead      INTEGER NOT NULL DEFAULT 0,
  -- the coupon that this counter alone may use; then there is one of it and there are no lots
  coupon     TEXT,
  granted    INTEGER NOT NULL CHECK (granted > 0),
  spent      INTEGER NOT NULL DEFAULT 0 CHECK (spent >= 0),
  released   INTEGER NOT NULL DEFAULT 0 CHECK (released >= 0),
  voided     INTEGER NOT NULL DEFAULT 0 CHECK (voided >= 0),
  lease_ms   INTEGER NOT NULL,
  expires    TEXT,
  lots       TEXT    NOT NULL,
  -- when it came or was last spent from, by the time believed then
  touched_ms INTEGER NOT NULL,
  -- the last operation of its epoch that changed it; 0 = none
  last_seq   INTEGER NOT NULL DEFAULT 0,
  CHECK (spent + released + voided <= granted),
  CHECK (coupon IS NULL OR granted = 1)
) WITHOUT ROWID;

-- what was here before counts as given ahead of time, so that nothing is given back by surprise; and
-- as touched by the last operation, so that a centre that lost some hears of all of it
INSERT INTO allowance_2
  (grant_id, member, epoch, ahead, granted, spent, released, lease_ms, expires, lots, touched_ms, last_seq)
SELECT
  grant_id, member, coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'epoch'), 0), 1,
  granted, spent, released, lease_ms, expires, lots, 0,
  CASE WHEN spent + released > 0 THEN coalesce((SELECT max(seq) FROM outbox), 0) ELSE 0 END
FROM allowance;
DROP TABLE allowance;
ALTER TABLE allowance_2 RENAME TO allowance;
CREATE INDEX allowance_member ON allowance (member, expires);
CREATE INDEX allowance_left ON allowance (epoch) WHERE spent + released + voided < granted;

-- An outbox from before lives were told apart takes the device's own id for one: two copies of one
-- disk, or a backup put back, then still claim the same life.
INSERT OR IGNORE INTO meta (key, value)
SELECT 'life', json_extract(value, '$.device') FROM meta WHERE key = 'identity';

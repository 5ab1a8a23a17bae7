-- outbox.db: what only this counter knows. Never deleted.

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- Operations, chained by hash. Everything up to `hash` is written once; what is below it says
-- what became of the operation and is not covered by the chain.
CREATE TABLE outbox (
  epoch      INTEGER NOT NULL,
  seq        INTEGER NOT NULL CHECK (seq > 0),
  op_id      TEXT    NOT NULL UNIQUE,
  generation INTEGER NOT NULL,
  clerk      TEXT    NOT NULL,
  program    INTEGER NOT NULL,
  at_ms      INTEGER NOT NULL,
  contact_ms INTEGER NOT NULL,
  kind       TEXT    NOT NULL,
  body       TEXT    NOT NULL,
  personal   TEXT    NOT NULL,
  prev_hash  TEXT    NOT NULL,
  hash       TEXT    NOT NULL,

  state   TEXT NOT NULL DEFAULT 'waiting'
          CHECK (state IN ('waiting', 'held', 'confirmed', 'set_aside')),
  outcome TEXT,
  -- scopes and cursors at which the effect shows in the cache; NULL until answered
  visible TEXT,
  -- 1 while screens must add this operation to what the cache shows
  overlay INTEGER NOT NULL DEFAULT 1,
  member  TEXT,
  receipt TEXT,
  -- figures and words for lists, so that no list reads bodies
  summary TEXT NOT NULL,
  PRIMARY KEY (epoch, seq)
);
CREATE INDEX outbox_unsettled ON outbox (state, epoch, seq) WHERE state <> 'confirmed';
CREATE INDEX outbox_overlay ON outbox (member) WHERE overlay = 1;
CREATE INDEX outbox_overlay_all ON outbox (epoch, seq) WHERE overlay = 1;
CREATE INDEX outbox_receipt ON outbox (receipt) WHERE receipt IS NOT NULL;
CREATE INDEX outbox_at ON outbox (at_ms);

-- Points that this counter alone may spend. `spent` and `released` only grow, and only in the
-- transaction that appends the operation which says so.
CREATE TABLE allowance (
  grant_id TEXT PRIMARY KEY,
  member   TEXT    NOT NULL,
  granted  INTEGER NOT NULL CHECK (granted > 0),
  spent    INTEGER NOT NULL DEFAULT 0 CHECK (spent >= 0),
  released INTEGER NOT NULL DEFAULT 0 CHECK (released >= 0),
  lease_ms INTEGER NOT NULL,
  expires  TEXT,
  lots     TEXT    NOT NULL,
  CHECK (spent + released <= granted)
) WITHOUT ROWID;
CREATE INDEX allowance_member ON allowance (member, expires);

-- Requests for allowances: written before they leave, so that a lost reply can be asked for again.
CREATE TABLE grant_request (
  request_id TEXT PRIMARY KEY,
  body       TEXT    NOT NULL,
  made_ms    INTEGER NOT NULL,
  answered   INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX grant_request_open ON grant_request (made_ms) WHERE answered = 0;

CREATE TABLE pin_try (
  clerk     TEXT PRIMARY KEY,
  failed    INTEGER NOT NULL,
  locked_ms INTEGER NOT NULL
) WITHOUT ROWID;

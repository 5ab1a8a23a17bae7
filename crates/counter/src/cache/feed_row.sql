-- What came in which scope, so that the centre's digest can be held against it and a snapshot can take
-- away what is no longer there.

CREATE TABLE feed_scope (
  id      INTEGER PRIMARY KEY,
  scope   TEXT    NOT NULL UNIQUE,
  -- sum of the rows' digests, modulo 2^128, big end first
  digest  BLOB    NOT NULL,
  -- snapshots begun
  round   INTEGER NOT NULL,
  -- 1 while a snapshot comes
  marking INTEGER NOT NULL,
  -- 1 while search keys of the snapshot wait in memory: where the process ends then, it begins anew
  bulk    INTEGER NOT NULL,
  -- snapshots in a row after which the digest still differed
  tries   INTEGER NOT NULL,
  -- when rows were last held against their digests, and when a snapshot last tried to mend them
  checked_ms INTEGER NOT NULL,
  healed_ms  INTEGER NOT NULL
);

CREATE TABLE feed_row (
  scope  INTEGER NOT NULL REFERENCES feed_scope (id),
  entity TEXT    NOT NULL,
  key    TEXT    NOT NULL,
  digest BLOB    NOT NULL,
  round  INTEGER NOT NULL,
  PRIMARY KEY (scope, entity, key)
) WITHOUT ROWID;

-- What was pulled before there were digests: it is kept for the day and pulled anew.
INSERT INTO feed_scope SELECT NULL, scope, zeroblob(16), 0, 0, 0, 0, 0, 0 FROM cursor;
INSERT OR IGNORE INTO feed_row
  SELECT s.id, 'member', m.id, zeroblob(16), 0
  FROM member m, (SELECT id FROM feed_scope WHERE scope LIKE 'store:%' LIMIT 1) s;
INSERT OR IGNORE INTO feed_row
  SELECT s.id, 'receipt', r.key, zeroblob(16), 0
  FROM receipt r, (SELECT id FROM feed_scope WHERE scope LIKE 'store:%' LIMIT 1) s;
INSERT OR IGNORE INTO feed_row
  SELECT s.id, e.kind, e.key, zeroblob(16), 0 FROM entity e, feed_scope s
  WHERE (e.kind IN ('clerk', 'coupon') AND s.scope LIKE 'store:%')
     OR (e.kind IN ('recall', 'device') AND s.scope LIKE 'device:%')
     OR (e.kind NOT IN ('clerk', 'coupon', 'recall', 'device') AND s.scope = 'brand');
INSERT OR IGNORE INTO feed_row
  SELECT s.id, 'product', p.sku, zeroblob(16), 0
  FROM product p, (SELECT id FROM feed_scope WHERE scope = 'brand') s;
UPDATE cursor SET cursor = 0;

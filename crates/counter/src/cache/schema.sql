-- cache.db: what the centre says, as last pulled. Made anew when it is damaged.
-- Members and their search keys are in search/schema.sql.

CREATE TABLE cursor (
  scope      TEXT PRIMARY KEY,
  cursor     INTEGER NOT NULL,
  generation INTEGER NOT NULL
) WITHOUT ROWID;

-- small things, whole: brand, stores, clerks, rewards, programs
CREATE TABLE entity (
  kind TEXT NOT NULL,
  key  TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (kind, key)
) WITHOUT ROWID;

CREATE TABLE product (
  sku      TEXT PRIMARY KEY,
  barcode  TEXT,
  name     TEXT NOT NULL,
  pinyin   TEXT NOT NULL,
  initials TEXT NOT NULL,
  active   INTEGER NOT NULL,
  body     TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX product_barcode ON product (barcode) WHERE barcode IS NOT NULL;

CREATE TABLE receipt (
  key    TEXT PRIMARY KEY,
  no     TEXT NOT NULL,
  member TEXT NOT NULL,
  at_ms  INTEGER NOT NULL,
  body   TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX receipt_member ON receipt (member, at_ms DESC);
CREATE INDEX receipt_no ON receipt (no);

-- members whose points changed and for whom this counter has not asked for an allowance since
CREATE TABLE ahead_due (
  member TEXT PRIMARY KEY,
  n      INTEGER NOT NULL
) WITHOUT ROWID;

-- who joined by which sign-up code
CREATE TABLE joined (
  code   TEXT PRIMARY KEY,
  member TEXT NOT NULL
) WITHOUT ROWID;

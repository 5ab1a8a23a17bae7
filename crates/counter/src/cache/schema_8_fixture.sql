-- A cache of the eighth schema, as its build left it: one thing of most kinds, and one of a kind that it did not know.

CREATE TABLE member (
    rowid INTEGER PRIMARY KEY,
    id    TEXT NOT NULL UNIQUE,
    rank  INTEGER NOT NULL,
    keys  TEXT NOT NULL,
    body  TEXT NOT NULL
) STRICT;
CREATE TABLE search_row (
    member        INTEGER PRIMARY KEY,
    id            TEXT NOT NULL,
    no            TEXT NOT NULL,
    name          TEXT NOT NULL,
    phone         TEXT NOT NULL,
    tier          TEXT NOT NULL,
    -- the four words with unit separators (U+001F) between them; NULL = not kept
    skin          TEXT,
    -- likewise; NULL = none
    allergies     TEXT,
    -- milliseconds since 1970
    last_purchase INTEGER,
    home_store    TEXT NOT NULL
) STRICT;
CREATE TABLE search_key (
    key    TEXT NOT NULL,
    member INTEGER NOT NULL,
    kind   INTEGER NOT NULL,
    rank   INTEGER NOT NULL,
    PRIMARY KEY (key, member)
) STRICT, WITHOUT ROWID;
CREATE TABLE search_top (
    prefix TEXT NOT NULL,
    rank   INTEGER NOT NULL,
    member INTEGER NOT NULL,
    kind   INTEGER NOT NULL,
    PRIMARY KEY (prefix, rank, member)
) STRICT, WITHOUT ROWID;
CREATE TABLE cursor (
  scope      TEXT PRIMARY KEY,
  cursor     INTEGER NOT NULL,
  generation INTEGER NOT NULL
) WITHOUT ROWID;
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
, sku_key TEXT NOT NULL DEFAULT '', code_key TEXT NOT NULL DEFAULT '', name_key TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE TABLE receipt (
  key    TEXT PRIMARY KEY,
  no     TEXT NOT NULL,
  member TEXT NOT NULL,
  at_ms  INTEGER NOT NULL,
  body   TEXT NOT NULL
, number_key TEXT NOT NULL DEFAULT '', id TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE TABLE ahead_due (
  member TEXT PRIMARY KEY,
  n      INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE joined (
  code   TEXT PRIMARY KEY,
  member TEXT NOT NULL
) WITHOUT ROWID;
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
CREATE TABLE age (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  n        INTEGER NOT NULL
);
CREATE INDEX receipt_member ON receipt (member, at_ms DESC);
CREATE INDEX product_sku_key ON product (sku_key);
CREATE INDEX product_code_key ON product (code_key) WHERE code_key <> '';
CREATE INDEX receipt_number ON receipt (number_key);
CREATE INDEX receipt_id ON receipt (id);
CREATE INDEX entity_member ON entity (kind, json_extract(body, '$.member'));
CREATE INDEX entity_coupon ON entity (json_extract(body, '$.member')) WHERE kind = 'coupon';
INSERT INTO member VALUES (1, 'M1', 8388607, '0d80001!
1d13900000001!
2t0001
3h张三!
4lzhangsan!
5lzs
', '{"id":"M1","no":"80001","name":"张三","phone":"13900000001","home_store":"S1","joined":"2026-01-01","tier":"silver","qualifying":"0.00","balance":0,"available":0,"as_of":"2026-01-01T00:00:00Z"}');
INSERT INTO search_row VALUES (1, 'M1', '80001', '张三', '13900000001', 'silver', NULL, NULL, NULL, 'S1');
INSERT INTO search_key VALUES ('d13900000001!', 1, 1, 8388607);
INSERT INTO search_key VALUES ('d80001!', 1, 0, 8388607);
INSERT INTO search_key VALUES ('h张三!', 1, 3, 8388607);
INSERT INTO search_key VALUES ('lzhangsan!', 1, 4, 8388607);
INSERT INTO search_key VALUES ('lzs', 1, 5, 8388607);
INSERT INTO search_key VALUES ('t0001', 1, 2, 8388607);
INSERT INTO cursor VALUES ('store:S1', 12, 1);
INSERT INTO entity VALUES ('behaved', 'M1/check_in', '{"member":"M1","behaviour":"check_in","on":"2026-01-03","times":1}');
INSERT INTO entity VALUES ('brand', 'brand', '{"name":"花漾"}');
INSERT INTO entity VALUES ('clerk', 'C1', '{"id":"C1","name":"李","role":"advisor","store":"S1","pin_hash":"x","active":true}');
INSERT INTO entity VALUES ('coupon', 'K1', '{"member":"M1","coupon":{"id":"K1","kind":"amount_off","threshold":"300.00","amount":"50.00","stacks":true}}');
INSERT INTO entity VALUES ('device', 'device', '{"checkout":true,"quarantined":false,"epoch":1}');
INSERT INTO entity VALUES ('movements', 'M1', '{"member":"M1","movements":[{"op":"op-2","at":"2026-01-03T00:00:00Z","points":5,"kind":"joined"}]}');
INSERT INTO entity VALUES ('redemption', 'op-1', '{"id":"op-1","member":"M1","store":"S1","at":"2026-01-03T00:00:00Z","points":100,"hers":100,"what":{"for":"reward","reward":"R1","name":"小样","qty":1}}');
INSERT INTO entity VALUES ('reward', 'R1', '{"id":"R1","name":"小样","kind":"sample","points":100}');
INSERT INTO entity VALUES ('wish', 'W1', '{"member":"M1","sku":"P1"}');
INSERT INTO product VALUES ('P1', NULL, '精华', 'jinghua', 'jh', 1, '{"sku":"P1","name":"精华"}', 'p1', '', '精华');
INSERT INTO receipt VALUES ('S1/T1', 'T1', 'M1', 1767312000000, '{"no":"T1","member":"M1","store":"S1","at":"2026-01-02T00:00:00Z","lines":[],"pay":"10.00","earned":10}', 't1', 'S1/T1');
INSERT INTO ahead_due VALUES ('M1', 8);
INSERT INTO feed_scope VALUES (1, 'store:S1', x'01e58f6c5d31204d4fd052f9eaf6d672', 1, 0, 0, 0, 0, 0);
INSERT INTO feed_row VALUES (1, 'behaved', 'M1/check_in', x'0a9d688a92763bf5a8473ebef7792822', 1);
INSERT INTO feed_row VALUES (1, 'brand', 'brand', x'127b6828c333ae65d51163ea0c81b63b', 1);
INSERT INTO feed_row VALUES (1, 'clerk', 'C1', x'efcaaa6ed8a1e13cccded25f87b4dace', 1);
INSERT INTO feed_row VALUES (1, 'coupon', 'K1', x'00fdd8f783e3147af94d43ae9f02344c', 1);
INSERT INTO feed_row VALUES (1, 'device', 'device', x'773b10526dea3aae5416a711a1d2dd61', 1);
INSERT INTO feed_row VALUES (1, 'member', 'M1', x'8175bbc349f9b51b05706beaa33ed5ff', 1);
INSERT INTO feed_row VALUES (1, 'movements', 'M1', x'f091848ffcd7d4e118c063c61634a145', 1);
INSERT INTO feed_row VALUES (1, 'product', 'P1', x'b5bc6c08a3182d0e1dad638aae33e065', 1);
INSERT INTO feed_row VALUES (1, 'receipt', 'S1/T1', x'219353c91e2dc2a47cc9719ede031ae1', 1);
INSERT INTO feed_row VALUES (1, 'redemption', 'op-1', x'0c12f7ff69655d3ef171e1233f1c98a7', 1);
INSERT INTO feed_row VALUES (1, 'reward', 'R1', x'fc13f41b86fa8cc59f4d8898200a94c2', 1);
INSERT INTO feed_row VALUES (1, 'wish', 'W1', x'2b4b3ec044a0a1d86ecde49b79a06ba7', 1);
INSERT INTO age VALUES (1, 3);
PRAGMA user_version = 8;

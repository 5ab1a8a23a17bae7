-- An outbox as the first release of its schema left it: tables and rows, frozen. Never changed.

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

INSERT INTO meta (key, value) VALUES ('believed', '{"time":"2026-05-18T06:00:00Z","reading":{"boot":"26fbdd4a-76ae-4eb6-ba7c-e1f8dd80127c","since_boot_ms":3930836,"wall":"2026-11-23T06:18:41.622566223Z"}}');
INSERT INTO meta (key, value) VALUES ('contact', '{"time":"2026-05-18T06:00:00Z","reading":{"boot":"26fbdd4a-76ae-4eb6-ba7c-e1f8dd80127c","since_boot_ms":3930813,"wall":"2026-11-23T06:18:41.599600936Z"}}');
INSERT INTO meta (key, value) VALUES ('epoch', '1');
INSERT INTO meta (key, value) VALUES ('generation', '1');
INSERT INTO meta (key, value) VALUES ('identity', '{"device":"01a2070e-843f-7750-8596-d972631a9350","device_name":"1","store":"S1","checkout":true,"centre":"01a2070e-843f-7750-8596-d9737c875cea","address":"http://127.0.0.1:1","phone_base":"http://127.0.0.1","secret":"0505050505050505050505050505050505050505050505050505050505050505"}');
INSERT INTO outbox
  (epoch, seq, op_id, generation, clerk, program, at_ms, contact_ms, kind, body, personal, prev_hash, hash, summary, member)
VALUES
  (1, 1, '01a2070e-844e-71ec-9f08-a4c25f91f583', 1, 'C1', 1, 1779084000000, 1779084000000, 'reveal', '{"member":"M1","date":"2026-05-18"}', '[{"name":"member.phone","commitment":"540f82e68ae64c41b1d32dce035117ec5d4bff330363dd58f643edbdbb2bbd15","opening":{"salt":"a98e28949cceb4a0afc2fbd74c86d9d2","value":"13800005678"}}]', '0000000000000000000000000000000000000000000000000000000000000000', 'a851691770c705b83bd4ec241e43920b742256e117fb136648589c63a00aecaa', '{"who":"","member":"M1","receipt":null,"pieces":0,"what":"","money":null,"earned":0,"spent":0,"taken_back":0,"given_back":0}', 'M1');
INSERT INTO outbox
  (epoch, seq, op_id, generation, clerk, program, at_ms, contact_ms, kind, body, personal, prev_hash, hash, summary, member)
VALUES
  (1, 2, '01a2070e-8452-760b-82de-ce850793a1e3', 1, 'C1', 1, 1779084000000, 1779084000000, 'reveal', '{"member":"M1","date":"2026-05-18"}', '[{"name":"member.phone","commitment":"62599f0e3f8cfcf35d1ce254c9af5180b9c9b0d1b446d5db2561a682ad15af40","opening":{"salt":"234bc4ac9b30ac4b076396c59a6823c8","value":"13800005678"}}]', 'a851691770c705b83bd4ec241e43920b742256e117fb136648589c63a00aecaa', 'aabf313bf65984eec0f844d2b7c35a57dcd7dbd6697a960d7e0327d5bfececba', '{"who":"","member":"M1","receipt":null,"pieces":0,"what":"","money":null,"earned":0,"spent":0,"taken_back":0,"given_back":0}', 'M1');
INSERT INTO outbox
  (epoch, seq, op_id, generation, clerk, program, at_ms, contact_ms, kind, body, personal, prev_hash, hash, summary, member)
VALUES
  (1, 3, '01a2070e-8456-70f9-9fe2-67d81f9bf799', 1, 'C1', 1, 1779084000000, 1779084000000, 'reveal', '{"member":"M1","date":"2026-05-18"}', '[{"name":"member.phone","commitment":"8d7cf8d491ece29a6ced6353ac2a3d978a37a743a94c247facf8c10372dde3c7","opening":{"salt":"285c30c1728a1eb653f6842817169ab5","value":"13800005678"}}]', 'aabf313bf65984eec0f844d2b7c35a57dcd7dbd6697a960d7e0327d5bfececba', '2b95372873058c040c26e943bab8cebda44e02183f0b98c283ca6abb4a45c98c', '{"who":"","member":"M1","receipt":null,"pieces":0,"what":"","money":null,"earned":0,"spent":0,"taken_back":0,"given_back":0}', 'M1');
UPDATE outbox SET state = 'confirmed', overlay = 0, visible = '[{"scope":"store:S1","cursor":7}]',
  outcome = '{"outcome":"applied","spent":30,"balance":970}' WHERE seq = 1;
UPDATE outbox SET state = 'held', outcome = '{"outcome":"held","reason":"member_unknown"}' WHERE seq = 2;

INSERT INTO allowance (grant_id, member, granted, spent, released, lease_ms, expires, lots) VALUES
  ('01a2070e-0000-7000-8000-000000000001', 'M1', 100, 30, 0, 4102444800000, '2026-12-31',
   '[{"lot":"1","points":100,"expires":"2026-12-31"}]'),
  ('01a2070e-0000-7000-8000-000000000002', 'M1', 50, 0, 0, 4102444800000, NULL,
   '[{"lot":"2","points":50,"expires":null}]');
INSERT INTO grant_request (request_id, body, made_ms, answered) VALUES
  ('01a2070e-0000-7000-8000-0000000000a1',
   '{"request_id":"01a2070e-0000-7000-8000-0000000000a1","wants":[{"member":"M1"}]}', 1779084000000, 1),
  ('01a2070e-0000-7000-8000-0000000000a2',
   '{"request_id":"01a2070e-0000-7000-8000-0000000000a2","wants":[{"member":"M1","points":10}]}', 1779084000000, 0);
INSERT INTO pin_try (clerk, failed, locked_ms) VALUES ('C1', 3, 0);
PRAGMA user_version = 1;

-- Sixth step. What the centre signed: only that proves to it later what it said, where its database was put back from a
-- backup. What came from a centre of an older build has no signature until it is asked for again.
ALTER TABLE allowance ADD COLUMN attestation TEXT;

-- of each epoch how far the centre answered it, last
CREATE TABLE attested (
  epoch       INTEGER PRIMARY KEY,
  seq         INTEGER NOT NULL,
  hash        TEXT    NOT NULL,
  generation  INTEGER NOT NULL,
  attestation TEXT    NOT NULL
);

-- Eighth step. Who acts is proven. A clerk's key on this device: the private half is sealed under the PIN and a secret of the device, so
-- that opening it is checking the PIN.
CREATE TABLE clerk_key (
  clerk       TEXT PRIMARY KEY,
  public_key  TEXT NOT NULL,
  -- mark of the PIN that it is sealed under
  pin_mark    TEXT NOT NULL,
  -- JSON; NULL once it has ended: the clerk has left, or has another PIN
  sealed      TEXT,
  -- JSON: the centre's word for the key; NULL until it knows it
  certificate TEXT
) WITHOUT ROWID;

-- Signatures of who did it and who approved it; NULL of what was recorded before.
ALTER TABLE outbox ADD COLUMN clerk_signature TEXT;
ALTER TABLE outbox ADD COLUMN approval_signature TEXT;

-- When the last try of a PIN was: after a day without one the count begins anew.
ALTER TABLE pin_try ADD COLUMN last_ms INTEGER NOT NULL DEFAULT 0;

-- Baskets that stand aside until the customer comes back. Nothing of them is recorded, sent or held for anybody:
-- a row goes when its sale is recorded, when a clerk lets it go, or some days after.
CREATE TABLE parked (
  id        TEXT PRIMARY KEY,
  parked_ms INTEGER NOT NULL,
  -- JSON: whose, what, the till's amounts, why it stands aside
  basket    TEXT NOT NULL
) WITHOUT ROWID;

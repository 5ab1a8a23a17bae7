-- Receipts by what their numbers are looked for by, and by the sale's id: a till's number is its store's, comes again
-- in time, and is written in several ways. Filled in by the step's second half.
ALTER TABLE receipt ADD COLUMN number_key TEXT NOT NULL DEFAULT '';
ALTER TABLE receipt ADD COLUMN id TEXT NOT NULL DEFAULT '';
DROP INDEX receipt_no;
CREATE INDEX receipt_number ON receipt (number_key);
CREATE INDEX receipt_id ON receipt (id);

-- Third step. How often the receipt of an operation was printed, so that a reprint says that it is one.
-- Counted before the printer gets a byte; taken back where it is known to have had none.
CREATE TABLE slip_print (
  -- 'sale:' and the receipt's number, or 'op:' and the operation's id
  slip   TEXT PRIMARY KEY,
  prints INTEGER NOT NULL CHECK (prints >= 0)
) WITHOUT ROWID;

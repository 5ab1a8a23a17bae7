-- Fifth step. Operations by what the number of their receipt is looked for by: one number in several spellings.
-- Filled in by the step's second half.
ALTER TABLE outbox ADD COLUMN receipt_key TEXT;
DROP INDEX outbox_receipt;
CREATE INDEX outbox_receipt_key ON outbox (receipt_key) WHERE receipt_key IS NOT NULL;

-- Prints of a sale are counted by its operation, not by a number that may come again.
UPDATE OR IGNORE slip_print SET slip = (
  SELECT 'sale:' || o.op_id FROM outbox o
  WHERE o.kind = 'sale' AND 'sale:' || o.receipt = slip_print.slip ORDER BY o.epoch, o.seq LIMIT 1
)
WHERE EXISTS (SELECT 1 FROM outbox o WHERE o.kind = 'sale' AND 'sale:' || o.receipt = slip_print.slip);

-- Another sale under a number is no conflict any more: the centre is asked about these again.
UPDATE outbox SET state = 'held'
WHERE state = 'set_aside' AND kind = 'sale' AND json_extract(outcome, '$.reason') = 'conflict';

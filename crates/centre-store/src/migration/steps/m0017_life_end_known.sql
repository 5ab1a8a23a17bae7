-- What a counter held when it was written off is not known where this database had been put back from a backup and the
-- counter had not reported since. How much it may cost is then open.

ALTER TABLE life_end ADD COLUMN known BOOLEAN NOT NULL DEFAULT TRUE;

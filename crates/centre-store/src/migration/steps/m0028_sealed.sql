-- What is sensitive is sealed with a key outside the database. Values beside operations stand apart from what they
-- committed to, so that the chain can be verified without the key.

ALTER TABLE operation ADD COLUMN openings TEXT NOT NULL DEFAULT '';

-- Which key: by its mark. And when all that was there before had been sealed.
ALTER TABLE centre ADD COLUMN sealing_key TEXT;
ALTER TABLE centre ADD COLUMN all_sealed_at BIGINT;
-- Of a backup: its members are sealed with keys of their own.
ALTER TABLE centre ADD COLUMN members_sealed BOOLEAN NOT NULL DEFAULT FALSE;

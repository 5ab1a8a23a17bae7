-- Requests that count once: how often the current life of a device was given a token, by which asking the last time, and
-- since when it asks by tokens. What can is not believed without.

ALTER TABLE device ADD COLUMN rotation BIGINT NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN rotation_request TEXT NOT NULL DEFAULT '';
-- Whether somebody showed an older word than the newest: whoever says hello next begins another life.
ALTER TABLE device ADD COLUMN rotation_copied BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE device ADD COLUMN tokens_since BIGINT;

-- What a counter was given, and a database that was put back from a backup has forgotten for good, is told of once: it
-- proves nothing afterwards.

ALTER TABLE device ADD COLUMN grants_forgotten INTEGER NOT NULL DEFAULT 0;

-- A copy that `central backup` made knows it: serving from it begins a new generation.

ALTER TABLE centre ADD COLUMN copied_at BIGINT;

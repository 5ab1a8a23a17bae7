-- The key by which the centre proves to a counter that it is the same one at another address.

ALTER TABLE centre ADD COLUMN secret_key TEXT;

-- Versions of the rules that were published before the feed told from when each holds.

INSERT INTO to_tell (entity, member_id, entity_key)
SELECT 'program_schedule', '', CAST(version AS TEXT) FROM program
WHERE NOT EXISTS (SELECT 1 FROM feed f WHERE f.scope = 'brand' AND f.entity = 'program_schedule'
    AND f.entity_key = CAST(program.version AS TEXT));

-- What a profile says besides: how a member likes to be called, a child's guardian, the last consent of each purpose
-- (JSON, filled from `consent` by the service), and who changed her profile last.

ALTER TABLE member ADD COLUMN called TEXT NOT NULL DEFAULT '';
ALTER TABLE member ADD COLUMN consent_guardian BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE member ADD COLUMN agreed TEXT NOT NULL DEFAULT '[]';
ALTER TABLE member ADD COLUMN changed_by TEXT;
ALTER TABLE member ADD COLUMN changed_at BIGINT;

INSERT INTO to_tell (entity, member_id, entity_key)
SELECT DISTINCT 'consent', member_id, member_id FROM consent;

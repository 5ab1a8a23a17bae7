-- Whose a thing is, where it belongs to a member: one column, whatever the kind. It is filled in by the first build that
-- opens the file and knows the kind.
ALTER TABLE entity ADD COLUMN member TEXT;
DROP INDEX entity_member;
DROP INDEX entity_coupon;
CREATE INDEX entity_of_member ON entity (kind, member) WHERE member IS NOT NULL;

-- kinds whose members were known to the build that wrote last
CREATE TABLE member_noted (
  kind TEXT PRIMARY KEY
) WITHOUT ROWID;

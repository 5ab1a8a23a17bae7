-- whose an entity is, where it is somebody's: coupons, redemptions, behaviours
CREATE INDEX entity_member ON entity (kind, json_extract(body, '$.member'));

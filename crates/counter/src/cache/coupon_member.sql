-- whose a coupon is
CREATE INDEX entity_coupon ON entity (json_extract(body, '$.member')) WHERE kind = 'coupon';

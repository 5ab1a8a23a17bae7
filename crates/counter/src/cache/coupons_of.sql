SELECT body FROM entity
WHERE kind = 'coupon' AND json_extract(body, '$.member') = ?1

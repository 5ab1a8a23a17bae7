SELECT body FROM entity
WHERE kind = 'redemption' AND json_extract(body, '$.member') = ?1

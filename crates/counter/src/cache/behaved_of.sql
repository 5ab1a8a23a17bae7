SELECT body FROM entity
WHERE kind = 'behaved' AND json_extract(body, '$.member') = ?1

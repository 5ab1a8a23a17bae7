-- No operation waits because the service could not read its own books.
SELECT 'held ' || device_id || '/' || epoch || '/' || seq AS place, 'an outcome' AS expected,
    'the books could not be read' AS found
FROM held
WHERE waits_kind = 'service'
UNION ALL
SELECT 'quarantined ' || device_id || '/' || epoch || '/' || seq, 'an outcome', 'the books could not be read'
FROM quarantined
WHERE waits_kind = 'service' AND state = 'held'

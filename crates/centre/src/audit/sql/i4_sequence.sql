-- The operations of a life are numbered from 1 without gaps.
SELECT
    'operation ' || device_id || '/' || epoch AS place,
    'numbers 1 to ' || MAX(seq) AS expected,
    COUNT(*) || ' operations, ' || MIN(seq) || ' to ' || MAX(seq) AS found
FROM operation
GROUP BY device_id, epoch
HAVING MIN(seq) <> 1 OR MAX(seq) <> COUNT(*)

-- A row that has an effect has it under its own id.
SELECT
    'operation ' || device_id || '/' || epoch || '/' || seq AS place,
    op_id AS expected,
    owns_id AS found
FROM operation
WHERE owns_id <> op_id
UNION ALL
SELECT 'quarantined ' || device_id || '/' || epoch || '/' || seq || '/' || hash, op_id, owns_id
FROM quarantined
WHERE owns_id <> op_id

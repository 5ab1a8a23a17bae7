-- One effect for each operation id, in the main chains and in the branches of forks together.
SELECT
    'operation id ' || owns_id AS place,
    'one owner' AS expected,
    COUNT(*) || ' owners' AS found
FROM (
    SELECT owns_id FROM operation WHERE owns_id IS NOT NULL
    UNION ALL
    SELECT owns_id FROM quarantined WHERE owns_id IS NOT NULL
) owners
GROUP BY owns_id
HAVING COUNT(*) > 1

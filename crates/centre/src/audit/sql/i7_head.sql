-- A scope's head is at or after its last row: a cursor never has to go back.
SELECT
    'feed_head ' || scope AS place,
    CAST(MAX(last) AS TEXT) || ' or more' AS expected,
    COALESCE(CAST(MAX(head) AS TEXT), 'no head') AS found
FROM (
    SELECT scope, MAX(n) AS last, NULL AS head FROM feed GROUP BY scope
    UNION ALL
    SELECT scope, NULL, n FROM feed_head
) sides
GROUP BY scope
HAVING MAX(last) IS NOT NULL AND (MAX(head) IS NULL OR MAX(head) < MAX(last))

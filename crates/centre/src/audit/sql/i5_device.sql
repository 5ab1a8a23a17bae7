-- What one counter holds of all members together. What was set up again after a restore of the centre
-- does not count: it was granted within the caps, beside books that are older than it. (It has no lease of
-- its own: it ends when it was entered.)
SELECT
    'device ' || device_id AS place,
    'at most ' || CAST($1 AS BIGINT) AS expected,
    SUM(outstanding) || ' in escrow' AS found
FROM allowance
WHERE lease_until > granted_at
GROUP BY device_id
HAVING SUM(outstanding) > CAST($1 AS BIGINT)

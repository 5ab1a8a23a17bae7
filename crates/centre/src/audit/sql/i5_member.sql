-- What all counters together hold of one member; see i5_device.
SELECT
    'member ' || member_id AS place,
    'at most ' || CAST($1 AS BIGINT) AS expected,
    SUM(outstanding) || ' in escrow' AS found
FROM allowance
WHERE lease_until > granted_at
GROUP BY member_id
HAVING SUM(outstanding) > CAST($1 AS BIGINT)

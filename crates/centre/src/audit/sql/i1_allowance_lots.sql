-- The lots of an allowance together are the allowance.
SELECT
    'allowance ' || member_id || '/' || id AS place,
    'granted ' || SUM(granted) || ', outstanding ' || SUM(outstanding) AS expected,
    'lots: granted ' || SUM(lots_granted) || ', outstanding ' || SUM(lots_outstanding) AS found
FROM (
    SELECT member_id, id, granted, outstanding, 0 AS lots_granted, 0 AS lots_outstanding FROM allowance
    UNION ALL
    SELECT member_id, allowance_id, 0, 0, granted, outstanding FROM allowance_lot
) sides
GROUP BY member_id, id
HAVING SUM(granted) <> SUM(lots_granted) OR SUM(outstanding) <> SUM(lots_outstanding)

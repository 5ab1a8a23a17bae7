-- Points taken back by returns stand on the receipts that came back.
SELECT
    'member ' || member_id AS place,
    'receipts ' || SUM(taken) AS expected,
    'taken back ' || SUM(kept) AS found
FROM (
    SELECT member_id, taken_back AS taken, 0 AS kept FROM receipt WHERE taken_back <> 0
    UNION ALL
    SELECT member_id, 0, points FROM balance WHERE account = 'taken_back'
) sides
GROUP BY member_id
HAVING SUM(taken) <> SUM(kept)

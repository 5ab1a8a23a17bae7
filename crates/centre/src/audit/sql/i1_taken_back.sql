-- Points taken back by returns stand on the receipts that came back, and those that a sale earned less, as the till has it or
-- because nobody confirmed it, stand on its receipt.
SELECT
    'member ' || member_id AS place,
    'receipts ' || SUM(taken) AS expected,
    'taken back ' || SUM(kept) AS found
FROM (
    SELECT member_id, taken_back + earned_less AS taken, 0 AS kept FROM receipt WHERE taken_back + earned_less <> 0
    UNION ALL
    SELECT member_id, 0, points FROM balance WHERE account = 'taken_back'
) sides
GROUP BY member_id
HAVING SUM(taken) <> SUM(kept)

-- Points that wait for the till stand on the receipts that nobody has confirmed, and on the account.
SELECT
    'member ' || member_id AS place,
    'receipts ' || SUM(of_receipts) || ', account ' || SUM(of_account) AS expected,
    'waiting ' || SUM(kept) AS found
FROM (
    SELECT member_id, CASE WHEN unconfirmed THEN waiting ELSE 0 END AS of_receipts, 0 AS of_account, 0 AS kept
    FROM receipt WHERE waiting <> 0
    UNION ALL
    SELECT member_id, 0, waiting, 0 FROM account WHERE waiting <> 0
    UNION ALL
    SELECT member_id, 0, 0, points FROM balance WHERE account = 'waiting'
) sides
GROUP BY member_id
HAVING SUM(of_receipts) <> SUM(kept) OR SUM(of_account) <> SUM(kept)

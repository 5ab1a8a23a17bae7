-- A sale's points came out of the account that points are earned from.
SELECT
    'receipt ' || receipt.store_id || '/' || receipt.receipt_no AS place,
    'earned ' || receipt.earned AS expected,
    'moved ' || COALESCE(SUM(transfer.points), 0) AS found
FROM receipt
LEFT JOIN transfer ON transfer.op_id = receipt.op_id
    AND transfer.member_id = receipt.member_id
    AND transfer.from_account = 'earned'
GROUP BY receipt.store_id, receipt.receipt_no, receipt.op_id, receipt.earned
HAVING receipt.earned <> COALESCE(SUM(transfer.points), 0)

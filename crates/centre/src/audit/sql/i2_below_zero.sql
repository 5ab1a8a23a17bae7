-- No lot, debt or allowance is below zero.
SELECT
    'lot ' || member_id || '/' || n AS place,
    '0 or more' AS expected,
    'available ' || available || ', in escrow ' || in_escrow AS found
FROM lot
WHERE available < 0 OR in_escrow < 0
UNION ALL
SELECT 'account ' || member_id, '0 or more', 'debt ' || debt
FROM account
WHERE debt < 0
UNION ALL
SELECT
    'allowance ' || member_id || '/' || id,
    '0 or more',
    'granted ' || granted || ', spent ' || spent || ', released ' || released || ', written off '
        || written_off || ', outstanding ' || outstanding
FROM allowance
WHERE granted < 0 OR spent < 0 OR released < 0 OR written_off < 0 OR outstanding < 0
UNION ALL
SELECT
    'allowance_lot ' || member_id || '/' || allowance_id || '/' || n,
    '0 or more',
    'granted ' || granted || ', outstanding ' || outstanding
FROM allowance_lot
WHERE granted < 0 OR outstanding < 0

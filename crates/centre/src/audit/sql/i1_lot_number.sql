-- No lot has a number that is still to be given.
SELECT
    'lot ' || lot.member_id || '/' || lot.n AS place,
    '1 to ' || (account.next_lot - 1) AS expected,
    CAST(lot.n AS TEXT) AS found
FROM lot
JOIN account ON account.member_id = lot.member_id
WHERE lot.n < 1 OR lot.n >= account.next_lot

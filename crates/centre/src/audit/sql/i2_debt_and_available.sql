-- Who owes points has none free: new ones and given-back ones settle the debt first.
SELECT
    'account ' || account.member_id AS place,
    'no debt beside free points' AS expected,
    'debt ' || account.debt || ', available ' || balance.points AS found
FROM account
JOIN balance ON balance.member_id = account.member_id AND balance.account = 'available'
WHERE account.debt > 0 AND balance.points > 0

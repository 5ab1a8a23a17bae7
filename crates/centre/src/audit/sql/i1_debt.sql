-- What a member owes is the other side of the debt account, which is a source: its sum is below zero.
SELECT
    'account ' || account.member_id AS place,
    CAST(-COALESCE(balance.points, 0) AS TEXT) AS expected,
    CAST(account.debt AS TEXT) AS found
FROM account
LEFT JOIN balance ON balance.member_id = account.member_id AND balance.account = 'debt'
WHERE account.debt <> -COALESCE(balance.points, 0)

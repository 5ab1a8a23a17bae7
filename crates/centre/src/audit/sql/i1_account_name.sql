-- Accounts are the ones that the rules know; a counter's escrow and a store's loss name one that is there.
SELECT
    'balance ' || member_id || '/' || account AS place,
    'an account of the rules' AS expected,
    account AS found
FROM balance
WHERE account NOT IN ('available', 'earned', 'redeemed', 'expired', 'waiting', 'debt', 'taken_back', 'adjusted', 'merged')
    AND NOT EXISTS (SELECT 1 FROM device WHERE 'escrow:' || device.id = balance.account)
    AND NOT EXISTS (SELECT 1 FROM store WHERE 'loss:' || store.id = balance.account)

-- A transfer moves points from one account to another, and at least one of them.
SELECT
    'transfer ' || member_id || '/' || n AS place,
    'two accounts and points above 0' AS expected,
    from_account || ' to ' || to_account || ', ' || points AS found
FROM transfer
WHERE from_account = to_account OR points <= 0

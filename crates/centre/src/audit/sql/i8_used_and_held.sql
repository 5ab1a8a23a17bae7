-- A coupon that was used is nobody's to use again.
SELECT
    'coupon ' || member_id || '/' || id AS place,
    'used or held' AS expected,
    'used on ' || used_by || ' and held by device ' || holder_device AS found
FROM coupon
WHERE used_by IS NOT NULL AND holder_device IS NOT NULL

-- A holder is a whole one: a device that is there, in a life that has begun and holds things still, by a
-- grant; and one grant is about one coupon. A life that was superseded, and branched after that, holds what it
-- holds until it is written off.
SELECT
    'coupon ' || c.member_id || '/' || c.id AS place,
    'a device, its life and the grant, or none of them' AS expected,
    'device ' || COALESCE(c.holder_device, 'none') || ', epoch '
        || COALESCE(CAST(c.holder_epoch AS TEXT), 'none') || ', grant '
        || COALESCE(c.holder_grant, 'none') AS found
FROM coupon c
WHERE ((c.holder_device IS NULL) <> (c.holder_epoch IS NULL)
        OR (c.holder_device IS NULL) <> (c.holder_grant IS NULL))
    OR (c.holder_device IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM device d WHERE d.id = c.holder_device AND d.epoch >= c.holder_epoch))
UNION ALL
SELECT
    'coupon ' || c.member_id || '/' || c.id,
    'no holder in an ended life',
    'device ' || c.holder_device || ' epoch ' || c.holder_epoch || ' ended by ' || e.cause
FROM coupon c
JOIN life_end e ON e.device_id = c.holder_device AND e.epoch = c.holder_epoch
WHERE e.cause IN ('write_off', 'revoked')
    OR (e.cause = 'fork' AND NOT EXISTS (
        SELECT 1 FROM life_end AS superseded
        WHERE superseded.device_id = e.device_id AND superseded.epoch = e.epoch AND superseded.cause = 'restored'))
UNION ALL
SELECT
    'coupon grant ' || holder_grant,
    'one coupon',
    COUNT(*) || ' coupons'
FROM coupon
WHERE holder_grant IS NOT NULL
GROUP BY holder_grant
HAVING COUNT(*) > 1

-- A coupon is one row: it cannot be two members', nor have two holders.
SELECT
    'coupon ' || id AS place,
    'one row' AS expected,
    COUNT(*) || ' rows' AS found
FROM coupon
GROUP BY id
HAVING COUNT(*) > 1

-- A used coupon names the receipt that it was used on, and that receipt names the coupon.
SELECT
    'coupon ' || c.member_id || '/' || c.id AS place,
    'a receipt ' || c.used_by || ' with this coupon' AS expected,
    COUNT(r.receipt_no) || ' receipts of that number' AS found
FROM coupon c
LEFT JOIN receipt r ON r.member_id = c.member_id AND r.receipt_no = c.used_by
WHERE c.used_by IS NOT NULL
GROUP BY c.member_id, c.id, c.used_by
HAVING COALESCE(SUM(CASE WHEN REPLACE(r.coupons, '"' || c.id || '"', '') <> r.coupons THEN 1 ELSE 0 END), 0) = 0

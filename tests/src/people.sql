-- Members of a store with at least so many points, none of which expires within ten days. First those
-- without coupons: what they buy comes to its price.
SELECT m.id, m.card_no, m.phone, m.name, m.home_store, sum(l.available + l.in_escrow) AS points
FROM member AS m
JOIN lot AS l ON l.member_id = m.id
JOIN account AS a ON a.member_id = m.id AND a.frozen_since IS NULL AND a.debt = 0
WHERE m.home_store = ?1 AND m.phone IS NOT NULL AND m.name <> ''
  AND NOT EXISTS (
    SELECT 1 FROM lot AS soon
    WHERE soon.member_id = m.id AND soon.available + soon.in_escrow > 0
      AND soon.expires_on < date('now', '+10 days')
  )
GROUP BY m.id
HAVING points >= ?2
ORDER BY EXISTS (SELECT 1 FROM coupon WHERE coupon.member_id = m.id), points DESC, m.id

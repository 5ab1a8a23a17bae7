-- The number of one is the new number of the other, which is not proven yet.
SELECT one.id AS one, other.id AS other
FROM member one
JOIN member other ON other.phone = one.phone_waits AND other.id <> one.id
WHERE one.phone_waits IS NOT NULL
    AND one.erased_at IS NULL AND one.merged_into IS NULL AND other.erased_at IS NULL AND other.merged_into IS NULL
    AND ($1 = '' OR one.home_store = $1 OR other.home_store = $1)
LIMIT $2

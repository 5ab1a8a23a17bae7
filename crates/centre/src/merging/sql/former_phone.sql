-- The number of one is the number that the other had before. One who proved that a number is hers now, and was never the
-- other, is none.
SELECT one.id AS one, other.id AS other
FROM former_phone f
JOIN member one ON one.id = f.member_id
JOIN member other ON other.phone = f.phone AND other.id <> one.id
WHERE f.why = 'changed'
    AND one.erased_at IS NULL AND one.merged_into IS NULL AND other.erased_at IS NULL AND other.merged_into IS NULL
    AND ($1 = '' OR one.home_store = $1 OR other.home_store = $1)
LIMIT $2

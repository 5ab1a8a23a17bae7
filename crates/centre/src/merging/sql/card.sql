-- Cards that are one but for case, blanks and dashes.
SELECT one.id AS one, other.id AS other
FROM member one
JOIN member other ON other.card_key = one.card_key AND other.id > one.id
WHERE one.card_key <> ''
    AND one.erased_at IS NULL AND one.merged_into IS NULL AND other.erased_at IS NULL AND other.merged_into IS NULL
    AND ($1 = '' OR one.home_store = $1 OR other.home_store = $1)
LIMIT $2

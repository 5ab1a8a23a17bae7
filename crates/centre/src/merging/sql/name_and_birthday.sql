-- Name and birthday.
SELECT one.id AS one, other.id AS other
FROM member one
JOIN member other ON other.name = one.name AND other.birthday = one.birthday AND other.id > one.id
WHERE one.name <> '' AND one.birthday IS NOT NULL AND other.name <> '' AND other.birthday IS NOT NULL
    AND one.erased_at IS NULL AND one.merged_into IS NULL AND other.erased_at IS NULL AND other.merged_into IS NULL
    AND ($1 = '' OR one.home_store = $1 OR other.home_store = $1)
LIMIT $2

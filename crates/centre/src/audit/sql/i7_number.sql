-- Each change of a scope has a number of its own, from 1.
SELECT
    'feed ' || scope || '/' || n AS place,
    'one row' AS expected,
    COUNT(*) || ' rows' AS found
FROM feed
GROUP BY scope, n
HAVING COUNT(*) > 1 OR n < 1

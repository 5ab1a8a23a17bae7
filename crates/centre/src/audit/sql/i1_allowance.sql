-- Every granted point was spent, given back, written off, or is still out.
SELECT
    'allowance ' || member_id || '/' || id AS place,
    'granted ' || granted AS expected,
    'spent ' || spent || ' + released ' || released || ' + written off ' || written_off
        || ' + outstanding ' || outstanding AS found
FROM allowance
WHERE granted <> spent + released + written_off + outstanding

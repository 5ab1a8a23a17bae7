-- What counts of unconfirmed sales of a member ($1), and of a clerk ($2), from $3 until before $4.
SELECT
    (SELECT CAST(COALESCE(SUM(m.counted_fen), 0) AS BIGINT) FROM receipt m
        WHERE m.member_id = $1 AND m.at >= $3 AND m.at < $4 AND m.unconfirmed) AS member_day,
    (SELECT CAST(COALESCE(SUM(c.counted_fen), 0) AS BIGINT) FROM receipt c
        WHERE c.recorded_by = $2 AND c.at >= $3 AND c.at < $4 AND c.unconfirmed) AS clerk_day

-- purpose: the readings of a meter by day, the newest first, with what was used since the one before that holds
-- locks: none
-- index: meter_reading_by_meter
SELECT
    reading_id AS "reading_id!", position AS "position!", meter_id AS "meter_id!", kind AS "kind!: _",
    read_on AS "read_on!", value AS "value!: _", starts_at AS "starts_at: _", rolled_over AS "rolled_over!",
    total AS "total!: _", usage AS "usage: _", photo, corrected AS "corrected!", reason AS "reason: _",
    status AS "status!: _"
FROM (
    SELECT
        reading_id, position, meter_id, kind, read_on, value, starts_at, rolled_over, total, photo, corrected, reason,
        status,
        CASE
            WHEN status = 'holds'
                THEN total - lag(total) OVER (PARTITION BY status ORDER BY read_on, position)
        END AS usage
    FROM read_model.meter_reading
    WHERE ledger_id = $1 AND generation = $2 AND meter_id = $3
) AS read
WHERE (read_on, position) < ($4, $5)
ORDER BY read_on DESC, position DESC LIMIT $6

-- purpose: what total meters and unit meters of a kind have counted between two days, by their newest readings up to each
-- locks: none
-- index: a scan of the meters of one ledger
SELECT
    of_kind.is_total AS "is_total!", count(*) AS "meters!",
    count(*) FILTER (WHERE at_end.read_on > $5) AS "read!", sum(at_end.total - at_begin.total) AS "usage: _"
FROM (
    SELECT m.meter_id, m.unit_id IS NULL AS is_total
    FROM read_model.meter AS m
    LEFT JOIN read_model.unit AS u
        ON u.ledger_id = m.ledger_id AND u.generation = m.generation AND u.unit_id = m.unit_id
    WHERE m.ledger_id = $1 AND m.generation = $2 AND m.utility = $3
        AND (m.removed_on IS NULL OR m.removed_on > $5) AND m.opened_on < $6
        AND CASE
            WHEN m.unit_id IS NULL THEN m.building IS NOT DISTINCT FROM $4
            ELSE $4::text IS NULL OR u.building = $4
        END
) AS of_kind
LEFT JOIN LATERAL (
    SELECT r.total, r.read_on
    FROM read_model.meter_reading AS r
    WHERE r.ledger_id = $1 AND r.generation = $2 AND r.meter_id = of_kind.meter_id AND r.status = 'holds'
        AND r.read_on <= $6
    ORDER BY r.read_on DESC LIMIT 1
) AS at_end ON true
LEFT JOIN LATERAL (
    SELECT r.total
    FROM read_model.meter_reading AS r
    WHERE r.ledger_id = $1 AND r.generation = $2 AND r.meter_id = of_kind.meter_id AND r.status = 'holds'
        AND (r.read_on <= $5 OR r.kind = 'opening')
    ORDER BY r.read_on DESC LIMIT 1
) AS at_begin ON true
GROUP BY of_kind.is_total

-- purpose: meters in the order they were registered; all, or of a unit, a kind, or of one status
-- locks: none
-- index: meter_by_position, or meter_by_unit
SELECT
    meter_id, position, code AS "code: _", utility AS "utility: _", unit_id, building AS "building: _", digits,
    multiplier AS "multiplier: _", reversed, opened_on, used_this_year AS "used_this_year: _", read_on, value AS "value: _", total AS "total: _",
    held_reading_id, removed_on, status AS "status: _"
FROM read_model.meter
WHERE ledger_id = $1 AND generation = $2 AND position > $3
    AND (unit_id = $4 OR $4 IS NULL) AND (utility = $5 OR $5 IS NULL)
    AND (status = $6 OR $6 IS NULL)
ORDER BY position LIMIT $7

-- purpose: one meter
-- locks: none
-- index: meter_pkey
SELECT
    meter_id, position, code AS "code: _", utility AS "utility: _", unit_id, building AS "building: _", digits,
    multiplier AS "multiplier: _", reversed, opened_on, used_this_year AS "used_this_year: _", read_on, value AS "value: _", total AS "total: _",
    held_reading_id, removed_on, status AS "status: _"
FROM read_model.meter
WHERE ledger_id = $1 AND generation = $2 AND meter_id = $3

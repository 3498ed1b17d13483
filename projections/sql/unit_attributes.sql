-- purpose: the attributes of a unit
-- locks: none
-- index: unit_attribute_pkey
SELECT
    unit_id, name, value AS "value: _", valid_from
FROM read_model.unit_attribute
WHERE ledger_id = $1 AND generation = $2 AND unit_id = $3
ORDER BY name

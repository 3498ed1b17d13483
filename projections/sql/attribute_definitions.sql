-- purpose: the attributes of units that a community defined
-- locks: none
-- index: attribute_definition_pkey
SELECT
    name, label AS "label: _"
FROM read_model.attribute_definition
WHERE ledger_id = $1 AND generation = $2
ORDER BY name

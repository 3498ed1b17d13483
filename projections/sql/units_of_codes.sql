-- purpose: the units that have one of some codes
-- locks: none
-- index: unit_by_code
SELECT code AS "code: _", unit_id
FROM read_model.unit
WHERE ledger_id = $1 AND generation = $2 AND code = ANY($3)
ORDER BY code

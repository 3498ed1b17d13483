-- purpose: the totals of a batch of openings beside those of the old books
-- locks: none
-- index: opening_total_pkey
SELECT
    opening_id, kind AS "kind: _", item, fee_item_id, control_total AS "control_total: _", amount AS "amount: _", records
FROM read_model.opening_total
WHERE ledger_id = $1 AND generation = $2 AND opening_id = $3
ORDER BY kind, item

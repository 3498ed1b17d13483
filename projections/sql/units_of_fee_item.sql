-- purpose: the units that a fee item is charged to on or after a day, the first of them by id
-- locks: none
-- index: unit_fee_item_by_item
SELECT unit_id FROM read_model.unit_fee_item
WHERE ledger_id = $1 AND generation = $2 AND fee_item_id = $3 AND (attached_until IS NULL OR attached_until > $4)
ORDER BY unit_id LIMIT $5

-- purpose: the fee items of a unit
-- locks: none
-- index: unit_fee_item_pkey
SELECT
    unit_id, fee_item_id, attached_from, attached_until
FROM read_model.unit_fee_item
WHERE ledger_id = $1 AND generation = $2 AND unit_id = $3
ORDER BY fee_item_id
